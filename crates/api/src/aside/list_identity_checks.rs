use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;

use super::Caller;
use super::identity::IdentityChecks;
use crate::error::ErrorAnswer;

/// What identity documents I am asked for
///
/// And what came of earlier checks, the newest first.
#[utoipa::path(
    get, path = "/_aside/v1/identity_checks", tag = "identity",
    responses((status = 200, description = "All of them.", body = IdentityChecks))
)]
pub(crate) async fn list_identity_checks(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<IdentityChecks>, ErrorAnswer> {
    Ok(Json(identity::list(&hs, &session).await?.into()))
}
