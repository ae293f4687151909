use aside_domain::media::{self, WantedThumbnail};
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};
use ruma::api::client::authenticated_media::get_content_thumbnail::v1::Request;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::add_headers;

/// Moving thumbnails are not made; the specification leaves that to the server.
pub(crate) async fn get_content_thumbnail(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let call = streaming.call;
    let Request { server_name, media_id, timeout_ms, width, height, method, .. } = call.request;
    let media = media::access(&call.hs, &call.caller, &server_name, &media_id, timeout_ms).await?;
    let wanted = WantedThumbnail { width: width.into(), height: height.into(), method };
    let tag = format!("\"{}-thumbnail\"", media.hash);
    let thumbnail = media::thumbnail(&call.hs, &call.caller, &media, wanted).await?;
    let disposition = match thumbnail.content_type {
        "image/png" => "inline; filename=thumbnail.png",
        _ => "inline; filename=thumbnail.jpg",
    };
    let mut response = Response::new(Body::from(thumbnail.bytes));
    let headers = response.headers_mut();
    add_headers(headers, &tag)?;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(thumbnail.content_type));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    Ok(response)
}
