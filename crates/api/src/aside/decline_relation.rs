use std::sync::Arc;

use aside_domain::{Homeserver, relations};
use axum::Json;
use axum::extract::State;

use super::put_relation::With;
use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Decline to be a contact or connection
///
/// Whoever asked doesn't hear of it.
#[utoipa::path(
    post, path = "/_aside/v1/relations/{kind}/{user_id}/decline", tag = "relations",
    params(With),
    responses((status = 200, description = "The request is gone.", body = Done))
)]
pub(crate) async fn decline_relation(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(with): Path<With>,
) -> Result<Json<Done>, ErrorAnswer> {
    relations::decline(&hs, &session, with.kind.0, &with.user_id).await?;
    Ok(Json(Done {}))
}
