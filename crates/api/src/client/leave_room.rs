use aside_domain::rooms;
use ruma::api::client::membership::leave_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn leave_room(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, reason, .. } = call.request;
    rooms::leave(&call.hs, &call.caller, &room_id, reason.as_deref()).await?;
    Ok(Response::new())
}
