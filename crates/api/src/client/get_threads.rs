use aside_domain::{history, rooms};
use ruma::api::client::threads::get_threads::v1::{IncludeThreads, Request, Response};

use crate::matrix::{Answer, Call, count};

pub(crate) async fn get_threads(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, from, include, limit, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let participated = include == IncludeThreads::Participated;
    let limit = limit.map(count);
    let (chunk, next) =
        history::threads(&call.hs, &call.caller, &room, participated, from.as_deref(), limit).await?;
    let mut response = Response::new(chunk);
    response.next_batch = next;
    Ok(response)
}
