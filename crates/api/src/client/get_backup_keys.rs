use aside_domain::backup::{self, Which};
use ruma::api::client::backup::get_backup_keys::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_backup_keys(call: Call<Request>) -> Answer<Request> {
    Ok(Response::new(backup::get(&call.hs, &call.caller, &call.request.version, Which::All).await?))
}
