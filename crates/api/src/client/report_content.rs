use aside_domain::rooms;
use ruma::api::client::room::report_content::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_content(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, .. } = call.request;
    rooms::report_event(&call.hs, &call.caller, &room_id, &event_id).await?;
    Ok(Response::new())
}
