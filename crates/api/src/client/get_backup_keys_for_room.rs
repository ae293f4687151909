use aside_domain::backup::{self, Which};
use ruma::api::client::backup::get_backup_keys_for_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_backup_keys_for_room(call: Call<Request>) -> Answer<Request> {
    let Request { version, room_id, .. } = call.request;
    let which = Which::OfRoom(room_id.to_string());
    let mut rooms = backup::get(&call.hs, &call.caller, &version, which).await?;
    Ok(Response::new(rooms.remove(&room_id).map(|room| room.sessions).unwrap_or_default()))
}
