use aside_domain::rooms;
use ruma::api::client::membership::join_room_by_id::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn join_room_by_id(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, reason, .. } = call.request;
    let room_id = rooms::join(&call.hs, &call.caller, &room_id, reason.as_deref()).await?;
    Ok(Response::new(room_id))
}
