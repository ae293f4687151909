use aside_domain::push;
use ruma::api::client::push::set_pushrule_enabled::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_pushrule_enabled(call: Call<Request>) -> Answer<Request> {
    let Request { kind, rule_id, enabled, .. } = call.request;
    push::set_enabled(&call.hs, &call.caller, kind, rule_id, enabled).await?;
    Ok(Response::new())
}
