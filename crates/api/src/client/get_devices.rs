use aside_domain::accounts::devices;
use ruma::api::client::device::get_devices::v3::{Request, Response};

use super::get_device::device;
use crate::matrix::{Answer, Call};

pub(crate) async fn get_devices(call: Call<Request>) -> Answer<Request> {
    let devices = devices::list(&call.hs, &call.caller).await?;
    Ok(Response::new(devices.into_iter().map(device).collect()))
}
