use aside_domain::rooms;
use ruma::api::client::membership::forget_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn forget_room(call: Call<Request>) -> Answer<Request> {
    rooms::forget(&call.hs, &call.caller, &call.request.room_id).await?;
    Ok(Response::new())
}
