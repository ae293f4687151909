use aside_domain::accounts::{self, devices};
use ruma::api::client::device::delete_device::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_device(call: Call<Request>) -> Answer<Request> {
    let Request { device_id, auth, .. } = call.request;
    let action = format!("DELETE devices/{device_id}");
    accounts::require_password(&call.hs, &call.caller, auth.as_ref(), &action).await?;
    devices::delete(&call.hs, call.caller.user, vec![device_id]).await?;
    Ok(Response::new())
}
