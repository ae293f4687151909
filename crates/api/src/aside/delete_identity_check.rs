use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;

use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Take an identity document back, or say no
///
/// The document is deleted, and the platform learns that nothing was shown.
#[utoipa::path(
    delete, path = "/_aside/v1/identity_checks/{check_id}", tag = "identity",
    params(("check_id" = String, Path)),
    responses((status = 200, description = "It is gone.", body = Done))
)]
pub(crate) async fn delete_identity_check(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Json<Done>, ErrorAnswer> {
    identity::withdraw(&hs, &session, &id).await?;
    Ok(Json(Done {}))
}
