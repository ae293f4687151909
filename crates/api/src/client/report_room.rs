use aside_domain::rooms;
use ruma::api::client::room::report_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_room(call: Call<Request>) -> Answer<Request> {
    rooms::report_room(&call.hs, &call.caller, &call.request.room_id).await?;
    Ok(Response::new())
}
