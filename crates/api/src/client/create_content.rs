use aside_domain::media;
use axum::Json;
use axum::response::{IntoResponse, Response};
use ruma::api::client::media::create_content::v3::Request;
use serde_json::json;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::upload;

pub(crate) async fn create_content(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let Streaming { call, headers, body } = streaming;
    let file = upload(call.request.content_type, call.request.filename, &headers, body);
    let content_uri = media::upload(&call.hs, &call.caller, file).await?;
    Ok(Json(json!({ "content_uri": content_uri })).into_response())
}
