use aside_domain::push;
use ruma::api::client::push::get_pushrule_enabled::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_pushrule_enabled(call: Call<Request>) -> Answer<Request> {
    let Request { kind, rule_id, .. } = call.request;
    Ok(Response::new(push::rule(&call.hs, &call.caller, kind, &rule_id).await?.enabled()))
}
