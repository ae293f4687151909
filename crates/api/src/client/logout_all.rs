use aside_domain::accounts;
use ruma::api::client::session::logout_all::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn logout_all(call: Call<Request>) -> Answer<Request> {
    accounts::log_out_everywhere(&call.hs, &call.caller).await?;
    Ok(Response::new())
}
