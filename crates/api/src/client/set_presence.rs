use aside_domain::ephemeral::presence;
use ruma::api::client::presence::set_presence::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_presence(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, presence, status_msg, .. } = call.request;
    presence::put(&call.hs, &call.caller, &user_id, presence, status_msg).await?;
    Ok(Response::new())
}
