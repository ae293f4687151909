use aside_domain::rooms;
use ruma::api::client::membership::joined_rooms::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn joined_rooms(call: Call<Request>) -> Answer<Request> {
    Ok(Response::new(rooms::joined(&call.hs, &call.caller).await?))
}
