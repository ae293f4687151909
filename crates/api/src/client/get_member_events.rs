use aside_domain::{history, rooms};
use ruma::api::client::membership::get_member_events::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_member_events(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, at, membership, not_membership, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let chunk =
        history::members(&call.hs, &call.caller, &room, at.as_deref(), membership, not_membership).await?;
    Ok(Response::new(chunk))
}
