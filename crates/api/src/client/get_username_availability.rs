use aside_domain::accounts;
use ruma::api::client::account::get_username_availability::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_username_availability(call: Call<Request>) -> Answer<Request> {
    accounts::is_available(&call.hs, call.peer, &call.request.username).await?;
    Ok(Response::new(true))
}
