use aside_domain::{history, rooms};
use ruma::api::client::state::get_state_events::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_state_events(call: Call<Request>) -> Answer<Request> {
    let room = rooms::access_visible_room(&call.hs, &call.caller, &call.request.room_id).await?;
    Ok(Response::new(history::state(&call.hs, &room).await?))
}
