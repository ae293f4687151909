use std::sync::Arc;

use aside_domain::requests::{self, Answer};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Caller, Path};
use crate::error::ErrorAnswer;

/// What is done about a request.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RequestAnswer {
    /// Come in. The conversation is an ordinary one for both from then on.
    Accept,
    /// Say no. A stranger isn't told, unless the policy says so.
    Decline,
    /// As declining, and it is listed nowhere any more.
    Delete,
    /// As declining all requests of this sender, and nothing of theirs comes again.
    Block,
}

impl From<RequestAnswer> for Answer {
    fn from(answer: RequestAnswer) -> Answer {
        match answer {
            RequestAnswer::Accept => Answer::Accept,
            RequestAnswer::Decline => Answer::Decline,
            RequestAnswer::Delete => Answer::Delete,
            RequestAnswer::Block => Answer::Block,
        }
    }
}

/// The answer to one request.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct OneAnswer {
    answer: RequestAnswer,
}

/// Answer a request
///
/// Joining the room by any Matrix client is the same as accepting, and leaving it the same as declining.
#[utoipa::path(
    post, path = "/_aside/v1/requests/{room_id}/answer", tag = "requests",
    params(("room_id" = String, Path)),
    request_body = OneAnswer,
    responses((status = 200, description = "It was answered.", body = OneAnswer))
)]
pub(crate) async fn answer_request(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(room_id): Path<OwnedRoomId>,
    Body(wanted): Body<OneAnswer>,
) -> Result<Json<OneAnswer>, ErrorAnswer> {
    requests::answer(&hs, &session, &room_id, wanted.answer.into()).await?;
    Ok(Json(wanted))
}
