use aside_domain::accounts;
use ruma::api::client::account::check_registration_token_validity::v1::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn check_registration_token_validity(call: Call<Request>) -> Answer<Request> {
    let valid = accounts::is_token_valid(&call.hs, call.peer, &call.request.token).await?;
    Ok(Response::new(valid))
}
