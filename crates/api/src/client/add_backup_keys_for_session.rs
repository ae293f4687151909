use aside_domain::backup::{self, NewSession};
use ruma::UInt;
use ruma::api::client::backup::add_backup_keys_for_session::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn add_backup_keys_for_session(call: Call<Request>) -> Answer<Request> {
    let Request { version, room_id, session_id, session_data, .. } = call.request;
    let new = vec![NewSession { room_id, session_id, data: session_data }];
    let stored = backup::put(&call.hs, &call.caller, &version, new).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.key_count)))
}
