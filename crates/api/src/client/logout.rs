use aside_domain::accounts;
use ruma::api::client::session::logout::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn logout(call: Call<Request>) -> Answer<Request> {
    accounts::log_out(&call.hs, &call.caller).await?;
    Ok(Response::new())
}
