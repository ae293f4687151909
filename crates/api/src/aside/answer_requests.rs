use std::sync::Arc;

use aside_domain::{Homeserver, requests};
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer_request::RequestAnswer;
use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// The same answer to many requests.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ManyAnswers {
    /// At most 500.
    #[schema(value_type = Vec<String>)]
    room_ids: Vec<OwnedRoomId>,
    answer: RequestAnswer,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct ManyAnswered {
    /// Those that were not there any more.
    #[schema(value_type = Vec<String>)]
    missing: Vec<OwnedRoomId>,
}

/// Answer many requests at once
#[utoipa::path(
    post, path = "/_aside/v1/requests/answer", tag = "requests",
    request_body = ManyAnswers,
    responses((status = 200, description = "They were answered.", body = ManyAnswered))
)]
pub(crate) async fn answer_requests(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(wanted): Body<ManyAnswers>,
) -> Result<Json<ManyAnswered>, ErrorAnswer> {
    let missing = requests::answer_all(&hs, &session, wanted.room_ids, wanted.answer.into()).await?;
    Ok(Json(ManyAnswered { missing }))
}
