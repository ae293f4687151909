use aside_domain::{messages, rooms};
use ruma::api::client::redact::redact_event::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn redact_event(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, txn_id, reason, .. } = call.request;
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    let event_id =
        messages::redact(&call.hs, &call.caller, &room, &event_id, txn_id.as_str(), reason.as_deref()).await?;
    Ok(Response::new(event_id))
}
