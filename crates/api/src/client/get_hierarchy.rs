use aside_domain::rooms;
use ruma::api::client::space::get_hierarchy::v1::{Request, Response};

use crate::matrix::{Answer, Call, count};

pub(crate) async fn get_hierarchy(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, from, limit, max_depth, suggested_only, .. } = call.request;
    let (depth, limit) = (max_depth.map(count), limit.map(count));
    let found = rooms::hierarchy(
        &call.hs,
        &call.caller,
        &room_id,
        suggested_only,
        depth,
        from.as_deref(),
        limit,
    )
    .await?;
    let mut response = Response::new();
    (response.rooms, response.next_batch) = (found.rooms, found.next);
    Ok(response)
}
