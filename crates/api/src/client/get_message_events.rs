use aside_domain::history::{self, PageRequest};
use aside_domain::rooms;
use ruma::api::client::message::get_message_events::v3::{Request, Response};

use crate::matrix::{Answer, Call, count, direction};

pub(crate) async fn get_message_events(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, from, to, dir, limit, filter, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let wanted = PageRequest { direction: direction(dir), from, to, limit: count(limit), filter };
    let page = history::messages(&call.hs, &call.caller, &room, wanted).await?;
    let mut response = Response::new();
    (response.start, response.end) = (page.start, page.end);
    (response.chunk, response.state) = (page.events, page.state);
    Ok(response)
}
