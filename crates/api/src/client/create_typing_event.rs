use std::time::Duration;

use aside_domain::ephemeral::typing;
use aside_domain::{Error, rooms};
use ruma::api::client::typing::create_typing_event::v3::Request;
use ruma::{RoomId, UInt, UserId};
use serde::Deserialize;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Ruma asks for a timeout, which the specification leaves to the server.
#[derive(Deserialize)]
pub(crate) struct Body {
    typing: bool,
    /// Milliseconds.
    timeout: Option<UInt>,
}

pub(crate) async fn create_typing_event(call: Call<Raw<Request, Body>>) -> Answer<Raw<Request, Body>> {
    let Raw { path, body, .. } = call.request;
    let [room_id, user_id] = &path[..] else { return Err(Error::invalid("path", "incomplete")) };
    let room_id = RoomId::parse(room_id).map_err(|error| Error::invalid("roomId", error.to_string()))?;
    let user_id = UserId::parse(user_id).map_err(|error| Error::invalid("userId", error.to_string()))?;
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    let timeout = body.timeout.map(|timeout| Duration::from_millis(timeout.into()));
    typing::put(&call.hs, &call.caller, &room, &user_id, body.typing.then_some(timeout)).await?;
    Ok(Json(json!({})))
}
