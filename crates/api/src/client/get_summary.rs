use aside_domain::rooms;
use ruma::api::client::room::get_summary::v1::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_summary(call: Call<Request>) -> Answer<Request> {
    let room_id = rooms::aliases::resolve(&call.hs, &call.request.room_id_or_alias).await?;
    let (summary, membership) = rooms::summary(&call.hs, call.caller.as_deref(), &room_id).await?;
    let mut response = Response::new(summary);
    response.membership = membership;
    Ok(response)
}
