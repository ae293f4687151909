use std::sync::Arc;

use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use crate::error::ErrorAnswer;

/// The rules that are in force now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reloaded {
    /// The name of the server's profile.
    id: String,
}

/// Read the policy profiles again
///
/// As SIGHUP does. A file with a mistake is refused with its line and key, and the rules stay as they were.
#[utoipa::path(
    post, path = "/_aside/v1/service/policy/reload", tag = "service",
    responses((status = 200, description = "The profiles were read.", body = Reloaded)),
    security(("service_token" = []))
)]
pub(crate) async fn reload_policy(
    State(hs): State<Arc<Homeserver>>,
    Service(_): Service,
) -> Result<Json<Reloaded>, ErrorAnswer> {
    let read = tokio::task::spawn_blocking(move || hs.reload_policy());
    match read.await.map_err(aside_domain::Error::internal)? {
        Ok(profile) => Ok(Json(Reloaded { id: profile.profile.id.clone() })),
        Err(problem) => {
            Err(ErrorAnswer::new(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", problem.to_string()))
        }
    }
}
