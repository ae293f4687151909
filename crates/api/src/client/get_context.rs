use aside_domain::{history, rooms};
use ruma::api::client::context::get_context::v3::{Request, Response};

use crate::matrix::{Answer, Call, count};

pub(crate) async fn get_context(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, limit, filter, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let context = history::context(&call.hs, &room, &event_id, count(limit), filter).await?;
    let mut response = Response::new();
    (response.start, response.end) = (Some(context.start), Some(context.end));
    (response.events_before, response.events_after) = (context.before, context.after);
    (response.event, response.state) = (Some(context.event), context.state);
    Ok(response)
}
