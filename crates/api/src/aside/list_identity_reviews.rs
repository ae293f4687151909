use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;

use super::identity::IdentityChecks;
use super::{Reviewer, Query};
use super::page::Paging;
use crate::error::ErrorAnswer;

/// Identity documents that wait for a decision
///
/// The oldest first. What was decided is no longer in the list.
#[utoipa::path(
    get, path = "/_aside/v1/review/identity_checks", tag = "identity",
    params(Paging),
    responses((status = 200, description = "The first of them.", body = IdentityChecks)),
    security(("reviewer" = []))
)]
pub(crate) async fn list_identity_reviews(
    State(hs): State<Arc<Homeserver>>,
    Reviewer(reviewer): Reviewer,
    Query(paging): Query<Paging>,
) -> Result<Json<IdentityChecks>, ErrorAnswer> {
    Ok(Json(identity::waiting(&hs, &reviewer, paging.limit()).await?.into()))
}
