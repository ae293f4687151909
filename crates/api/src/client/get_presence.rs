use std::time::Duration;

use aside_domain::ephemeral::presence;
use ruma::api::client::presence::get_presence::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_presence(call: Call<Request>) -> Answer<Request> {
    let found = presence::get(&call.hs, &call.caller, &call.request.user_id).await?;
    let mut response = Response::new(found.state);
    response.status_msg = found.status_msg;
    response.currently_active = Some(found.currently_active);
    response.last_active_ago =
        found.last_active_ago_ms.and_then(|ago| u64::try_from(ago).ok()).map(Duration::from_millis);
    Ok(response)
}
