use aside_domain::{messages, rooms};
use ruma::api::client::state::send_state_event::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn send_state_event(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_type, state_key, body, .. } = call.request;
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    let content = rooms::check_object(&body)?;
    let event_id =
        messages::send_state(&call.hs, &call.caller, &room, event_type, state_key.as_str(), content).await?;
    Ok(Response::new(event_id))
}
