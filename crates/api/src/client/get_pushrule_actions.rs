use aside_domain::push;
use ruma::api::client::push::get_pushrule_actions::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_pushrule_actions(call: Call<Request>) -> Answer<Request> {
    let Request { kind, rule_id, .. } = call.request;
    Ok(Response::new(push::rule(&call.hs, &call.caller, kind, &rule_id).await?.actions().to_vec()))
}
