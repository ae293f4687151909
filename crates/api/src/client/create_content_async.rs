use aside_domain::media;
use axum::Json;
use axum::response::{IntoResponse, Response};
use ruma::api::client::media::create_content_async::v3::Request;
use serde_json::json;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::upload;

pub(crate) async fn create_content_async(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let Streaming { call, headers, body } = streaming;
    let request = call.request;
    let file = upload(request.content_type, request.filename, &headers, body);
    media::upload_announced(&call.hs, &call.caller, &request.server_name, &request.media_id, file).await?;
    Ok(Json(json!({})).into_response())
}
