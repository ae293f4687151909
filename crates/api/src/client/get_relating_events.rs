use aside_domain::history::{self, RelatedRequest};
use aside_domain::rooms;
use ruma::api::client::relations::get_relating_events::v1::{Request, Response};

use crate::matrix::{Answer, Call, count, direction};

pub(crate) async fn get_relating_events(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, from, dir, to, limit, recurse, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let wanted = RelatedRequest {
        event_id,
        rel_type: None,
        event_type: None,
        direction: direction(dir),
        from,
        to,
        limit: limit.map(count),
        recurse,
    };
    let related = history::relations(&call.hs, &call.caller, &room, wanted).await?;
    let mut response = Response::new(related.events);
    (response.next_batch, response.prev_batch) = (related.next, related.previous);
    response.recursion_depth = recurse.then(|| history::RECURSION_DEPTH.into());
    Ok(response)
}
