use aside_domain::accounts::devices;
use ruma::api::client::device::update_device::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn update_device(call: Call<Request>) -> Answer<Request> {
    let Request { device_id, display_name, .. } = call.request;
    devices::rename(&call.hs, &call.caller, &device_id, display_name).await?;
    Ok(Response::new())
}
