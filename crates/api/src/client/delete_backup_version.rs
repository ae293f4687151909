use aside_domain::backup;
use ruma::api::client::backup::delete_backup_version::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_backup_version(call: Call<Request>) -> Answer<Request> {
    backup::delete_version(&call.hs, &call.caller, &call.request.version).await?;
    Ok(Response::new())
}
