use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;

use super::put_block::Whom;
use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Unblock somebody
///
/// What was withheld meanwhile in a conversation of two stays so.
#[utoipa::path(
    delete, path = "/_aside/v1/blocks/{user_id}", tag = "safety",
    params(Whom),
    responses((status = 200, description = "They are blocked no longer.", body = Done))
)]
pub(crate) async fn delete_block(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(whom): Path<Whom>,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::unblock(&hs, &session, &whom.user_id).await?;
    Ok(Json(Done {}))
}
