use aside_domain::keys;
use ruma::api::client::keys::get_keys::v3::{Request, Response};

use crate::client::unreachable;
use crate::matrix::{Answer, Call};

pub(crate) async fn get_keys(call: Call<Request>) -> Answer<Request> {
    let queried = keys::query(&call.hs, &call.caller, call.request.device_keys).await?;
    let mut response: Response = queried.found;
    response.failures = queried.failures.iter().map(unreachable).collect();
    Ok(response)
}
