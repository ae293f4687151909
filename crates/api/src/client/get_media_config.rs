use aside_domain::Homeserver;
use ruma::UInt;
use ruma::api::client::{authenticated_media, media};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_media_config(
    call: Call<authenticated_media::get_media_config::v1::Request>,
) -> Answer<authenticated_media::get_media_config::v1::Request> {
    Ok(authenticated_media::get_media_config::v1::Response::new(upload_size(&call.hs)))
}

#[expect(deprecated, reason = "clients from before Matrix 1.11 ask there")]
pub(crate) async fn older_get_media_config(
    call: Call<media::get_media_config::v3::Request>,
) -> Answer<media::get_media_config::v3::Request> {
    Ok(media::get_media_config::v3::Response::new(upload_size(&call.hs)))
}

fn upload_size(hs: &Homeserver) -> UInt {
    UInt::try_from(hs.settings.max_upload_bytes).unwrap_or(UInt::MAX)
}
