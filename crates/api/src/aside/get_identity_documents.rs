use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Path, Reviewer};
use crate::error::ErrorAnswer;

/// What was handed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeenDocuments {
    documents: Vec<SeenDocument>,
}

/// A picture or a PDF.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeenDocument {
    content_type: String,
    /// Base64.
    data: String,
}

/// Look at identity documents
///
/// Each look is an entry of the audit trail.
#[utoipa::path(
    get, path = "/_aside/v1/review/identity_checks/{check_id}/documents", tag = "identity",
    params(("check_id" = String, Path)),
    responses((status = 200, description = "The documents.", body = SeenDocuments)),
    security(("reviewer" = []))
)]
pub(crate) async fn get_identity_documents(
    State(hs): State<Arc<Homeserver>>,
    Reviewer(reviewer): Reviewer,
    Path(id): Path<String>,
) -> Result<Json<SeenDocuments>, ErrorAnswer> {
    let seen = identity::look(&hs, &reviewer, &id).await?.into_iter();
    let documents = seen.map(|seen| SeenDocument { content_type: seen.content_type, data: seen.content });
    Ok(Json(SeenDocuments { documents: documents.collect() }))
}
