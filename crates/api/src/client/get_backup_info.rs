use aside_domain::backup;
use ruma::UInt;
use ruma::api::client::backup::get_backup_info::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_backup_info(call: Call<Request>) -> Answer<Request> {
    let version = backup::find_version(&call.hs, &call.caller, &call.request.version).await?;
    let count = UInt::new_saturating(version.key_count);
    Ok(Response::new(version.algorithm, count, version.etag, version.number))
}
