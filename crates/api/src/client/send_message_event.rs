use aside_domain::{messages, rooms};
use ruma::api::client::message::send_message_event::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn send_message_event(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_type, txn_id, body, .. } = call.request;
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    let content = rooms::check_object(&body)?;
    let kind = event_type.to_string().into();
    let event_id = messages::send(&call.hs, &call.caller, &room, kind, txn_id.as_str(), content).await?;
    Ok(Response::new(event_id))
}
