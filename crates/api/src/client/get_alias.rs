use aside_domain::rooms::aliases;
use ruma::api::client::alias::get_alias::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_alias(call: Call<Request>) -> Answer<Request> {
    let room_id = aliases::find_room(&call.hs, &call.request.room_alias).await?;
    Ok(Response::new(room_id, vec![call.hs.server_name.clone()]))
}
