use aside_domain::{Error, accounts};
use ruma::api::client::account::change_password::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn change_password(call: Call<Request>) -> Answer<Request> {
    // Without a session it would take an e-mail address to prove whose account it is.
    let session = call.caller.ok_or(Error::MissingToken)?;
    let Request { new_password, logout_devices, auth, .. } = call.request;
    accounts::check_new_password(&call.hs, &session, &new_password)?;
    accounts::require_password(&call.hs, &session, auth.as_ref(), "account/password").await?;
    accounts::change_password(&call.hs, &session, new_password, logout_devices).await?;
    Ok(Response::new())
}
