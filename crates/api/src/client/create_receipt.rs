use aside_domain::receipts::{self, Kind, Thread};
use aside_domain::{Error, rooms};
use ruma::api::client::receipt::create_receipt::v3::Request;
use ruma::{EventId, RoomId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// What a receipt says beside its path; a `thread_id` that is no string has an errcode of its own.
#[derive(Deserialize)]
pub(crate) struct Body {
    thread_id: Option<Value>,
}

pub(crate) async fn create_receipt(call: Call<Raw<Request, Body>>) -> Answer<Raw<Request, Body>> {
    let Raw { path, body, .. } = call.request;
    let [room_id, kind, event_id] = &path[..] else { return Err(Error::invalid("path", "incomplete")) };
    let room_id = RoomId::parse(room_id).map_err(|error| Error::invalid("roomId", error.to_string()))?;
    let event_id = EventId::parse(event_id).map_err(|error| Error::invalid("eventId", error.to_string()))?;
    let thread = match body.thread_id {
        None => Thread::Unthreaded,
        Some(Value::String(thread_id)) => Thread::parse(&thread_id)?,
        Some(_) => return Err(Error::invalid("thread_id", "not a string")),
    };
    let kind = match kind.as_str() {
        "m.read" => Some(Kind::Public),
        "m.read.private" => Some(Kind::Private),
        "m.fully_read" if thread == Thread::Unthreaded => None,
        "m.fully_read" => {
            return Err(Error::invalid("thread_id", "the fully read marker is not about threads"));
        }
        _ => return Err(Error::invalid("receiptType", "m.read, m.read.private or m.fully_read")),
    };
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    match kind {
        Some(kind) => receipts::put(&call.hs, &call.caller, &room, kind, &event_id, &thread).await?,
        None => receipts::put_fully_read(&call.hs, &call.caller, &room, &event_id).await?,
    }
    Ok(Json(json!({})))
}
