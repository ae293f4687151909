use aside_domain::to_device;
use ruma::api::client::to_device::send_event_to_device::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn send_event_to_device(call: Call<Request>) -> Answer<Request> {
    let Request { event_type, txn_id, messages, .. } = call.request;
    to_device::send(&call.hs, &call.caller, &event_type, txn_id.as_str(), messages).await?;
    Ok(Response::new())
}
