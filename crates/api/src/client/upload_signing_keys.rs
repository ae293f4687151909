use aside_domain::keys::{self, NewIdentity};
use ruma::api::client::keys::upload_signing_keys::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn upload_signing_keys(call: Call<Request>) -> Answer<Request> {
    let Request { auth, master_key, self_signing_key, user_signing_key, .. } = call.request;
    let new = NewIdentity { master_key, self_signing_key, user_signing_key };
    keys::upload_identity(&call.hs, &call.caller, new, auth).await?;
    Ok(Response::new())
}
