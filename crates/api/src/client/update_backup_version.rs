use aside_domain::backup::{self, NewVersion};
use ruma::api::client::backup::update_backup_version::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn update_backup_version(call: Call<Request>) -> Answer<Request> {
    let Request { version, algorithm, .. } = call.request;
    let new = NewVersion::parse(&algorithm)?;
    backup::update(&call.hs, &call.caller, &version, new).await?;
    Ok(Response::new())
}
