use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;

use super::put_restraint::Which;
use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Take a restriction or a mute back
#[utoipa::path(
    delete, path = "/_aside/v1/restraints/{kind}/{user_id}", tag = "safety",
    params(Which),
    responses((status = 200, description = "They are kept at a distance no longer.", body = Done))
)]
pub(crate) async fn delete_restraint(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(which): Path<Which>,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::remove_restraint(&hs, &session, which.kind.into(), &which.user_id).await?;
    Ok(Json(Done {}))
}
