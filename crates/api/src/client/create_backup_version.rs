use aside_domain::backup::{self, NewVersion};
use ruma::api::client::backup::create_backup_version::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_backup_version(call: Call<Request>) -> Answer<Request> {
    let new = NewVersion::parse(&call.request.algorithm)?;
    Ok(Response::new(backup::create(&call.hs, &call.caller, new).await?))
}
