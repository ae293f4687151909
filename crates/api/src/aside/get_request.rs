use std::sync::Arc;

use aside_domain::{Homeserver, requests};
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::request::MessageRequest;
use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// A request with what its sender says.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestPreview {
    request: MessageRequest,
    /// Events in Matrix's format, oldest first; encrypted ones are for one's own device to read. Where media is blocked, the
    /// addresses of files are left out. What is said in a group is not shown to those who are not in it.
    #[schema(value_type = Vec<Object>)]
    messages: Vec<Value>,
    /// How links are to be shown: `plain_text`, `click_warn`, `normal` or `strip`.
    link_mode: String,
    /// How pictures and files are to be shown: `blocked`, `blur_tap`, `no_autoload` or `normal`.
    media_mode: String,
}

/// Look at a request
///
/// The sender sees nothing of it: no receipt, no typing, no presence.
#[utoipa::path(
    get, path = "/_aside/v1/requests/{room_id}", tag = "requests",
    params(("room_id" = String, Path)),
    responses((status = 200, description = "The request and what its sender says.", body = RequestPreview))
)]
pub(crate) async fn get_request(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(room_id): Path<OwnedRoomId>,
) -> Result<Json<RequestPreview>, ErrorAnswer> {
    let preview = requests::preview(&hs, &session, &room_id).await?;
    Ok(Json(RequestPreview {
        request: preview.request.into(),
        messages: preview.messages,
        link_mode: preview.links.to_string(),
        media_mode: preview.media.to_string(),
    }))
}
