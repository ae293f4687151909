use aside_domain::{Error, accounts};
use ruma::api::client::account::ThirdPartyIdRemovalStatus;
use ruma::api::client::account::deactivate::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn deactivate(call: Call<Request>) -> Answer<Request> {
    let session = call.caller.ok_or(Error::MissingToken)?;
    let Request { auth, erase, .. } = call.request;
    accounts::require_password(&call.hs, &session, auth.as_ref(), "account/deactivate").await?;
    accounts::deactivate(&call.hs, &session, erase).await?;
    // There was nothing to remove from any identity server.
    Ok(Response::new(ThirdPartyIdRemovalStatus::Success))
}
