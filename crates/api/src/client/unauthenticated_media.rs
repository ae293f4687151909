//! Paths from before media needed a token. They are frozen: what was uploaded since is not found there
//! (specification, "Content repository"), and everything here was.
#![expect(deprecated, reason = "this is where they are refused")]

use aside_domain::Error;
use ruma::api::client::media;

use crate::matrix::{Answer, Call, Endpoint};

pub(crate) async fn get_content(
    _: Call<media::get_content::v3::Request>,
) -> Answer<media::get_content::v3::Request> {
    not_found::<media::get_content::v3::Request>()
}

pub(crate) async fn get_content_as_filename(
    _: Call<media::get_content_as_filename::v3::Request>,
) -> Answer<media::get_content_as_filename::v3::Request> {
    not_found::<media::get_content_as_filename::v3::Request>()
}

pub(crate) async fn get_content_thumbnail(
    _: Call<media::get_content_thumbnail::v3::Request>,
) -> Answer<media::get_content_thumbnail::v3::Request> {
    not_found::<media::get_content_thumbnail::v3::Request>()
}

fn not_found<R: Endpoint>() -> Answer<R> {
    Err(Error::NotFound("media"))
}
