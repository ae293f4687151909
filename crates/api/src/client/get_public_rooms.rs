use aside_domain::Error;
use aside_domain::rooms::directory::{self, DirectoryRequest};
use ruma::UInt;
use ruma::api::client::directory::get_public_rooms::v3::{Request, Response};

use crate::matrix::{Answer, Call, count};

pub(crate) async fn get_public_rooms(call: Call<Request>) -> Answer<Request> {
    let Request { limit, since, server, .. } = call.request;
    if server.is_some_and(|server| server != call.hs.server_name) {
        return Err(Error::NotFound("server"));
    }
    let wanted = DirectoryRequest { limit: limit.map(count), since, ..DirectoryRequest::default() };
    let page = directory::list(&call.hs, wanted).await?;
    let mut response = Response::new(page.rooms);
    (response.next_batch, response.prev_batch) = (page.next, page.previous);
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
