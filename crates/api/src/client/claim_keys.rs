use aside_domain::keys;
use ruma::api::client::keys::claim_keys::v3::{Request, Response};

use crate::client::unreachable;
use crate::matrix::{Answer, Call};

pub(crate) async fn claim_keys(call: Call<Request>) -> Answer<Request> {
    let claimed = keys::claim(&call.hs, &call.caller, call.request.one_time_keys).await?;
    let mut response = Response::new(claimed.one_time_keys);
    response.failures = claimed.failures.iter().map(unreachable).collect();
    Ok(response)
}
