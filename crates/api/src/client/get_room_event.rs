use aside_domain::{history, rooms};
use ruma::api::client::room::get_room_event::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_room_event(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    Ok(Response::new(history::event(&call.hs, &room, &event_id).await?))
}
