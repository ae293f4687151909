use aside_domain::rooms::aliases;
use ruma::api::client::alias::delete_alias::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_alias(call: Call<Request>) -> Answer<Request> {
    aliases::delete(&call.hs, &call.caller, &call.request.room_alias).await?;
    Ok(Response::new())
}
