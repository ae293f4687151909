use aside_domain::{Error, media};
use ruma::MilliSecondsSinceUnixEpoch;
use ruma::api::client::media::create_mxc_uri::v1::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_mxc_uri(call: Call<Request>) -> Answer<Request> {
    let announced = media::announce(&call.hs, &call.caller).await?;
    let mut response = Response::new(announced.content_uri);
    let expires_ts = announced.unused_expires_ts.try_into().map_err(Error::internal)?;
    response.unused_expires_at = Some(MilliSecondsSinceUnixEpoch(expires_ts));
    Ok(response)
}
