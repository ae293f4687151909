use std::sync::Arc;

use aside_domain::{Homeserver, requests};
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
pub(crate) struct Noted {}

/// Note that a request was looked at
///
/// For one's own other devices; the sender isn't told.
#[utoipa::path(
    post, path = "/_aside/v1/requests/{room_id}/read", tag = "requests",
    params(("room_id" = String, Path)),
    responses((status = 200, description = "It is not unread any more.", body = Noted))
)]
pub(crate) async fn read_request(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(room_id): Path<OwnedRoomId>,
) -> Result<Json<Noted>, ErrorAnswer> {
    requests::read(&hs, &session, &room_id).await?;
    Ok(Json(Noted {}))
}
