use aside_domain::rooms;
use ruma::api::client::room::upgrade_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn upgrade_room(call: Call<Request>) -> Answer<Request> {
    let Request { additional_creators, room_id, new_version, .. } = call.request;
    let replacement =
        rooms::upgrade(&call.hs, &call.caller, &room_id, new_version, additional_creators).await?;
    Ok(Response::new(replacement))
}
