use aside_domain::history::{self, StateFormat};
use aside_domain::rooms;
use ruma::api::client::state::get_state_event_for_key::v3::{Request, Response, StateEventFormat};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_state_event_for_key(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_type, state_key, format, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let format = match format {
        StateEventFormat::Event => StateFormat::Event,
        _ => StateFormat::Content,
    };
    let found = history::state_event(&call.hs, &room, &event_type.to_string(), &state_key, format).await?;
    Ok(Response::new(found))
}
