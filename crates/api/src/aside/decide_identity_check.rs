use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::identity::IdentityCheck;
use super::{Body, Path, Reviewer};
use crate::error::ErrorAnswer;

/// What a reviewer found.
#[derive(Deserialize, ToSchema)]
pub(crate) struct IdentityDecision {
    /// Whether the person is who they say, for the purpose that the check names.
    approve: bool,
    /// One sentence for the person, at most 1,000 characters.
    note: Option<String>,
}

/// Decide about an identity document
///
/// Whoever is approved gets the badge of verification. The document is deleted.
#[utoipa::path(
    post, path = "/_aside/v1/review/identity_checks/{check_id}/decision", tag = "identity",
    params(("check_id" = String, Path)),
    request_body = IdentityDecision,
    responses((status = 200, description = "It is decided.", body = IdentityCheck)),
    security(("reviewer" = []))
)]
pub(crate) async fn decide_identity_check(
    State(hs): State<Arc<Homeserver>>,
    Reviewer(reviewer): Reviewer,
    Path(id): Path<String>,
    Body(IdentityDecision { approve, note }): Body<IdentityDecision>,
) -> Result<Json<IdentityCheck>, ErrorAnswer> {
    let check = identity::decide(&hs, &reviewer, &id, approve, note).await?;
    Ok(Json(check.into()))
}
