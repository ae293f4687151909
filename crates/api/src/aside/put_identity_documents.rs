use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::identity::IdentityCheck;
use super::{Body, Caller, Path};
use crate::error::ErrorAnswer;

/// Three documents of 4 MiB in Base64, and what stands around them.
const MAX_BYTES: usize = 17 << 20;

/// Pictures or PDF, at most three of 4 MiB each.
#[derive(Deserialize, ToSchema)]
pub(crate) struct IdentityDocuments {
    /// Base64.
    documents: Vec<String>,
}

/// Hand in an identity document
///
/// It is encrypted, seen by nobody but the operator's reviewers, and deleted with their decision, after 30 days, or when it is
/// taken back. Handing in again replaces it.
#[utoipa::path(
    put, path = "/_aside/v1/identity_checks/{check_id}/documents", tag = "identity",
    params(("check_id" = String, Path)),
    request_body = IdentityDocuments,
    responses((status = 200, description = "It waits for a decision.", body = IdentityCheck))
)]
pub(crate) async fn put_identity_documents(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(id): Path<String>,
    Body(IdentityDocuments { documents }): Body<IdentityDocuments, MAX_BYTES>,
) -> Result<Json<IdentityCheck>, ErrorAnswer> {
    let check = identity::hand_in(&hs, &session, &id, &documents).await?;
    Ok(Json(check.into()))
}
