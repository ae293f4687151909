use aside_domain::backup::{self, NewSession};
use ruma::UInt;
use ruma::api::client::backup::add_backup_keys_for_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn add_backup_keys_for_room(call: Call<Request>) -> Answer<Request> {
    let Request { version, room_id, sessions, .. } = call.request;
    let sessions = sessions.into_iter();
    let new = sessions.map(|(session_id, data)| NewSession { room_id: room_id.clone(), session_id, data });
    let stored = backup::put(&call.hs, &call.caller, &version, new.collect()).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.key_count)))
}
