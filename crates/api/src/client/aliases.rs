use aside_domain::rooms;
use ruma::api::client::room::aliases::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn aliases(call: Call<Request>) -> Answer<Request> {
    Ok(Response::new(rooms::aliases::list(&call.hs, &call.caller, &call.request.room_id).await?))
}
