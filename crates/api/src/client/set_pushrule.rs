use aside_domain::push;
use ruma::api::client::push::set_pushrule::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_pushrule(call: Call<Request>) -> Answer<Request> {
    let Request { rule, before, after, .. } = call.request;
    push::put_rule(&call.hs, &call.caller, rule, after, before).await?;
    Ok(Response::new())
}
