use aside_domain::rooms::directory;
use ruma::api::client::directory::get_room_visibility::v3::{Request, Response};
use ruma::api::client::room::Visibility;

use crate::matrix::{Answer, Call};

pub(crate) async fn get_room_visibility(call: Call<Request>) -> Answer<Request> {
    let is_listed = directory::is_listed(&call.hs, &call.request.room_id).await?;
    Ok(Response::new(if is_listed { Visibility::Public } else { Visibility::Private }))
}
