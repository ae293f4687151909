use aside_domain::media;
use axum::Json;
use axum::response::{IntoResponse, Response};
use ruma::api::client::media::create_content::v3::Request;
use serde_json::json;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::{read_out, upload};

pub(crate) async fn create_content(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let Streaming { call, headers, body } = streaming;
    let mut body = body.into_data_stream();
    let file = upload(call.request.content_type, call.request.filename, &headers, &mut body);
    match media::upload(&call.hs, &call.caller, file).await {
        Ok(content_uri) => Ok(Json(json!({ "content_uri": content_uri })).into_response()),
        Err(error) => {
            read_out(&headers, body).await;
            Err(error.into())
        }
    }
}
