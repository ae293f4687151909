use aside_domain::accounts::devices;
use ruma::api::client::device;
use ruma::api::client::device::get_device::v3::{Request, Response};
use ruma::{MilliSecondsSinceUnixEpoch, UInt};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_device(call: Call<Request>) -> Answer<Request> {
    let found = devices::find(&call.hs, &call.caller, &call.request.device_id).await?;
    Ok(Response::new(device(found)))
}

pub(super) fn device(found: devices::Device) -> device::Device {
    let mut device = device::Device::new(found.device_id.into());
    device.display_name = found.display_name;
    device.last_seen_ip = found.last_seen_ip;
    device.last_seen_ts = found
        .last_seen_ts
        .and_then(|ts| UInt::try_from(ts).ok())
        .map(MilliSecondsSinceUnixEpoch);
    device
}
