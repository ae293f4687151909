use aside_domain::backup::{self, Which};
use ruma::UInt;
use ruma::api::client::backup::delete_backup_keys::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_backup_keys(call: Call<Request>) -> Answer<Request> {
    let Request { version, .. } = call.request;
    let stored = backup::delete(&call.hs, &call.caller, &version, Which::All).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.key_count)))
}
