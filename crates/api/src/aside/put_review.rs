use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;

use super::{Caller, Done};
use crate::error::ErrorAnswer;

/// I have looked over my settings
#[utoipa::path(
    put, path = "/_aside/v1/safety/review", tag = "safety",
    responses((status = 200, description = "It is noted.", body = Done))
)]
pub(crate) async fn put_review(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::set_reviewed(&hs, &session).await?;
    Ok(Json(Done {}))
}
