use aside_domain::push;
use ruma::api::client::push::delete_pushrule::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_pushrule(call: Call<Request>) -> Answer<Request> {
    let Request { kind, rule_id, .. } = call.request;
    push::delete_rule(&call.hs, &call.caller, kind, rule_id).await?;
    Ok(Response::new())
}
