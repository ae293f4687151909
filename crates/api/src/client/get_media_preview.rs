use aside_domain::Error;
use ruma::api::client::{authenticated_media, media};
use serde_json::value::RawValue;

use crate::matrix::{Answer, Call};

/// Nothing is known of any page, since nothing is fetched for people from elsewhere.
pub(crate) async fn get_media_preview(
    _: Call<authenticated_media::get_media_preview::v1::Request>,
) -> Answer<authenticated_media::get_media_preview::v1::Request> {
    Ok(authenticated_media::get_media_preview::v1::Response::from_raw_value(nothing()?))
}

#[expect(deprecated, reason = "clients from before Matrix 1.11 ask there")]
pub(crate) async fn older_get_media_preview(
    _: Call<media::get_media_preview::v3::Request>,
) -> Answer<media::get_media_preview::v3::Request> {
    Ok(media::get_media_preview::v3::Response::from_raw_value(nothing()?))
}

fn nothing() -> Result<Box<RawValue>, Error> {
    RawValue::from_string("{}".into()).map_err(Error::internal)
}
