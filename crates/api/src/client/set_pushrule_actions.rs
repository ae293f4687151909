use aside_domain::push;
use ruma::api::client::push::set_pushrule_actions::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_pushrule_actions(call: Call<Request>) -> Answer<Request> {
    let Request { kind, rule_id, actions, .. } = call.request;
    push::set_actions(&call.hs, &call.caller, kind, rule_id, actions).await?;
    Ok(Response::new())
}
