use aside_domain::keys::{self, NewKeys};
use ruma::api::client::keys::upload_keys::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn upload_keys(call: Call<Request>) -> Answer<Request> {
    let Request { device_keys, one_time_keys, fallback_keys, .. } = call.request;
    let new = NewKeys { device_keys, one_time_keys, fallback_keys };
    Ok(Response::new(keys::upload(&call.hs, &call.caller, new).await?))
}
