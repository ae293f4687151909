use aside_domain::rooms::aliases;
use ruma::api::client::alias::create_alias::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_alias(call: Call<Request>) -> Answer<Request> {
    let Request { room_alias, room_id, .. } = call.request;
    aliases::create(&call.hs, &call.caller, &room_alias, &room_id).await?;
    Ok(Response::new())
}
