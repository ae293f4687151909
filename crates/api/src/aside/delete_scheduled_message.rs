use std::sync::Arc;

use aside_domain::{Homeserver, scheduled};
use axum::Json;
use axum::extract::State;

use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Take back a message that waits
///
/// While it is being sent, the answer is `409`.
#[utoipa::path(
    delete, path = "/_aside/v1/scheduled/{scheduled_id}", tag = "scheduled",
    params(("scheduled_id" = String, Path)),
    responses((status = 200, description = "It is gone.", body = Done))
)]
pub(crate) async fn delete_scheduled_message(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Json<Done>, ErrorAnswer> {
    scheduled::cancel(&hs, &session, &id).await?;
    Ok(Json(Done {}))
}
