use std::time::Duration;

use aside_domain::accounts;
use ruma::api::client::session::refresh_token::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn refresh_token(call: Call<Request>) -> Answer<Request> {
    let session = accounts::refresh(&call.hs, &call.request.refresh_token).await?;
    let mut response = Response::new(session.access_token);
    response.refresh_token = session.refresh_token;
    let expires_in_ms = session.expires_in_ms.and_then(|ms| u64::try_from(ms).ok());
    response.expires_in_ms = expires_in_ms.map(Duration::from_millis);
    Ok(response)
}
