use aside_domain::{history, rooms};
use ruma::api::client::membership::joined_members::v3::{Request, Response, RoomMember};

use crate::matrix::{Answer, Call};

pub(crate) async fn joined_members(call: Call<Request>) -> Answer<Request> {
    let room = rooms::access_joined_room(&call.hs, &call.caller, &call.request.room_id).await?;
    let shown = |member: history::JoinedMember| {
        let mut shown = RoomMember::new();
        shown.display_name = member.display_name;
        shown.avatar_url = member.avatar_url.map(Into::into);
        shown
    };
    let members = history::joined_members(&room);
    Ok(Response::new(members.into_iter().map(|(user_id, member)| (user_id, shown(member))).collect()))
}
