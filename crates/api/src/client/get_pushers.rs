use aside_domain::push;
use ruma::api::client::push::get_pushers::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_pushers(call: Call<Request>) -> Answer<Request> {
    Ok(Response::new(push::pushers(&call.hs, &call.caller).await?))
}
