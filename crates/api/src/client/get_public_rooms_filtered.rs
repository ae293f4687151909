use aside_domain::Error;
use aside_domain::rooms::directory::{self, DirectoryRequest};
use ruma::UInt;
use ruma::api::client::directory::get_public_rooms_filtered::v3::{Request, Response};
use ruma::directory::RoomNetwork;

use crate::matrix::{Answer, Call, count};

pub(crate) async fn get_public_rooms_filtered(call: Call<Request>) -> Answer<Request> {
    let Request { server, limit, since, filter, room_network, .. } = call.request;
    if server.is_some_and(|server| server != call.hs.server_name) {
        return Err(Error::NotFound("server"));
    }
    let mut response = Response::new();
    if matches!(room_network, RoomNetwork::ThirdParty(_)) {
        return Ok(response);
    }
    let wanted = DirectoryRequest {
        search: filter.generic_search_term,
        types: filter.room_types,
        limit: limit.map(count),
        since,
    };
    let page = directory::list(&call.hs, wanted).await?;
    response.chunk = page.rooms;
    (response.next_batch, response.prev_batch) = (page.next, page.previous);
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
