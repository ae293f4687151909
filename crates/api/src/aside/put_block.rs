use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Who it is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct Whom {
    #[param(value_type = String)]
    pub(crate) user_id: OwnedUserId,
}

/// Block somebody
///
/// What they do stops where it comes in: messages, reactions, calls, invites, typing, receipts, presence, and messages to
/// devices. What they have asked for and still waits is gone. They are not told.
#[utoipa::path(
    put, path = "/_aside/v1/blocks/{user_id}", tag = "safety",
    params(Whom),
    responses((status = 200, description = "They are blocked.", body = Done))
)]
pub(crate) async fn put_block(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(whom): Path<Whom>,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::block(&hs, &session, &whom.user_id).await?;
    Ok(Json(Done {}))
}
