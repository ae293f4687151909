use aside_domain::backup::{self, Which};
use ruma::UInt;
use ruma::api::client::backup::delete_backup_keys_for_session::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_backup_keys_for_session(call: Call<Request>) -> Answer<Request> {
    let Request { version, room_id, session_id, .. } = call.request;
    let stored = backup::delete(&call.hs, &call.caller, &version, Which::One { room_id: room_id.to_string(), session_id }).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.key_count)))
}
