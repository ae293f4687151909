use aside_domain::history::{self, RelatedRequest};
use aside_domain::rooms;
use ruma::api::client::relations::get_relating_events_with_rel_type_and_event_type::v1::{Request, Response};

use crate::matrix::{Answer, Call, count, direction};

pub(crate) async fn get_relating_events_with_rel_type_and_event_type(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, rel_type, event_type, from, dir, to, limit, recurse, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let wanted = RelatedRequest {
        event_id,
        rel_type: Some(rel_type.to_string()),
        event_type: Some(event_type.to_string()),
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
