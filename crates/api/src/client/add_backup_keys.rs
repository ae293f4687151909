use aside_domain::backup::{self, NewSession};
use ruma::UInt;
use ruma::api::client::backup::add_backup_keys::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn add_backup_keys(call: Call<Request>) -> Answer<Request> {
    let Request { version, rooms, .. } = call.request;
    let mut new = Vec::new();
    for (room_id, room) in rooms {
        let sessions = room.sessions.into_iter();
        new.extend(sessions.map(|(session_id, data)| NewSession { room_id: room_id.clone(), session_id, data }));
    }
    let stored = backup::put(&call.hs, &call.caller, &version, new).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.key_count)))
}
