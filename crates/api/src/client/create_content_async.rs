use aside_domain::media;
use axum::Json;
use axum::response::{IntoResponse, Response};
use ruma::api::client::media::create_content_async::v3::Request;
use serde_json::json;

use crate::error::ErrorAnswer;
use crate::matrix::Streaming;
use crate::media::{read_out, upload};

pub(crate) async fn create_content_async(streaming: Streaming<Request>) -> Result<Response, ErrorAnswer> {
    let Streaming { call, headers, body } = streaming;
    let request = call.request;
    let mut body = body.into_data_stream();
    let file = upload(request.content_type, request.filename, &headers, &mut body);
    let (server_name, media_id) = (&request.server_name, &request.media_id);
    match media::upload_announced(&call.hs, &call.caller, server_name, media_id, file).await {
        Ok(()) => Ok(Json(json!({})).into_response()),
        Err(error) => {
            read_out(&headers, body).await;
            Err(error.into())
        }
    }
}
