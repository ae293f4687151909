use aside_domain::media;
use axum::response::Response;
use ruma::api::client::authenticated_media::get_content_as_filename::v1::Request;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::answer_content;

pub(crate) async fn get_content_as_filename(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let Streaming { call, headers, .. } = streaming;
    let Request { server_name, media_id, filename, timeout_ms, .. } = call.request;
    let media = media::access(&call.hs, &call.caller, &server_name, &media_id, timeout_ms).await?;
    answer_content(&call.hs, &media, &headers, Some(filename)).await
}
