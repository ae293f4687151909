use std::sync::Arc;

use aside_domain::{Error, Homeserver, operators};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// Who asks, and what they may do beside what everybody may.
#[derive(Serialize, ToSchema)]
pub(crate) struct Who {
    user_id: String,
    device_id: String,
    /// Whether they may look at reports and decide on them.
    moderator: bool,
}

/// Who am I
#[utoipa::path(
    get, path = "/_aside/v1/whoami", tag = "about",
    responses((status = 200, description = "Who asks.", body = Who))
)]
pub(crate) async fn whoami(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Who>, ErrorAnswer> {
    let moderator = match operators::access_moderator(&hs, Arc::clone(&session)).await {
        Ok(_) => true,
        Err(Error::Forbidden(_)) => false,
        Err(error) => return Err(error.into()),
    };
    let (user_id, device_id) = (session.user_id.to_string(), session.device_id.to_string());
    Ok(Json(Who { user_id, device_id, moderator }))
}
