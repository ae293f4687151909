use aside_domain::Error;
use aside_domain::backup::{self, Which};
use ruma::api::client::backup::get_backup_keys_for_session::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_backup_keys_for_session(call: Call<Request>) -> Answer<Request> {
    let Request { version, room_id, session_id, .. } = call.request;
    let which = Which::One { room_id: room_id.to_string(), session_id: session_id.clone() };
    let mut rooms = backup::get(&call.hs, &call.caller, &version, which).await?;
    let found = rooms.get_mut(&room_id).and_then(|room| room.sessions.remove(&session_id));
    Ok(Response::new(found.ok_or(Error::NotFound("key"))?))
}
