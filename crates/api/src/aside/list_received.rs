use std::sync::Arc;

use aside_domain::{Error, Homeserver, receipts, rooms};
use axum::Json;
use axum::extract::State;
use ruma::RoomId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// How far a conversation has come to the devices of the others.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceivedList {
    received: Vec<ReceivedUpto>,
}

/// How far it has come to at least one device of somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceivedUpto {
    #[schema(example = "@bob:example.org")]
    user_id: String,
    /// The newest event that is there; everything before it is, too.
    event_id: String,
}

/// How far messages have arrived
///
/// Arriving is less than being read, which receipts tell. Who has received nothing yet is not in the list, nor are the members of
/// rooms with more than 32 people.
#[utoipa::path(
    get, path = "/_aside/v1/rooms/{room_id}/received", tag = "messages",
    params(("room_id" = String, Path, description = "A room that you are in.")),
    responses((status = 200, description = "Up to where the others have it.", body = ReceivedList))
)]
pub(crate) async fn list_received(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(room_id): Path<String>,
) -> Result<Json<ReceivedList>, ErrorAnswer> {
    let room_id = RoomId::parse(&room_id).map_err(|error| Error::invalid("room_id", error.to_string()))?;
    let room = rooms::access_joined_room(&hs, &session, &room_id).await?;
    let received = receipts::received(&hs, &session, &room).await?;
    let shown = |received: receipts::Received| ReceivedUpto {
        user_id: received.user_id.into(),
        event_id: received.event_id,
    };
    Ok(Json(ReceivedList { received: received.into_iter().map(shown).collect() }))
}
