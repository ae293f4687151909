use std::sync::Arc;

use aside_domain::{Homeserver, privacy};
use axum::Json;
use axum::extract::State;

use super::Caller;
use super::get_privacy::{self, Privacy};
use crate::error::ErrorAnswer;

/// Note that one has looked through one's privacy
///
/// `review_due` is false from now on, for half a year.
#[utoipa::path(
    post, path = "/_aside/v1/privacy/review", tag = "privacy",
    responses((status = 200, description = "Every setting, as it is now.", body = Privacy))
)]
pub(crate) async fn review_privacy(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Privacy>, ErrorAnswer> {
    privacy::review(&hs, &session).await?;
    get_privacy::of(&hs, &session).await
}
