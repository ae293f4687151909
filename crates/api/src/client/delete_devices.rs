use aside_domain::accounts::{self, devices};
use ruma::api::client::device::delete_devices::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_devices(call: Call<Request>) -> Answer<Request> {
    let Request { devices, auth, .. } = call.request;
    devices::check_count(&devices)?;
    accounts::require_password(&call.hs, &call.caller, auth.as_ref(), "delete_devices").await?;
    devices::delete(&call.hs, call.caller.user, devices).await?;
    Ok(Response::new())
}
