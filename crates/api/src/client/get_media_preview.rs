use aside_domain::{Error, previews};
use ruma::api::client::{authenticated_media, media};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_media_preview(
    call: Call<authenticated_media::get_media_preview::v1::Request>,
) -> Answer<authenticated_media::get_media_preview::v1::Request> {
    let found = previews::preview(&call.hs, &call.caller, &call.request.url).await?;
    Ok(authenticated_media::get_media_preview::v1::Response::from_raw_value(raw(&found)?))
}

#[expect(deprecated, reason = "clients from before Matrix 1.11 ask there")]
pub(crate) async fn older_get_media_preview(
    call: Call<media::get_media_preview::v3::Request>,
) -> Answer<media::get_media_preview::v3::Request> {
    let found = previews::preview(&call.hs, &call.caller, &call.request.url).await?;
    Ok(media::get_media_preview::v3::Response::from_raw_value(raw(&found)?))
}

fn raw(found: &Value) -> Result<Box<RawValue>, Error> {
    to_raw_value(found).map_err(Error::internal)
}
