use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// Whether it is time to look over one's settings.
#[derive(Serialize, ToSchema)]
pub(crate) struct Review {
    due: bool,
    /// When it is or was due.
    due_ts: i64,
    /// When they were looked over last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ts: Option<i64>,
}

/// Whether to look over my privacy and security settings
///
/// Due a month after an account was made, and half a year after each review.
#[utoipa::path(
    get, path = "/_aside/v1/safety/review", tag = "safety",
    responses((status = 200, description = "Whether it is time.", body = Review))
)]
pub(crate) async fn get_review(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Review>, ErrorAnswer> {
    let safety::Review { due, due_ts, last_ts } = safety::review(&hs, &session).await?;
    Ok(Json(Review { due, due_ts, last_ts }))
}
