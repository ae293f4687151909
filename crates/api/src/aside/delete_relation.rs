use std::sync::Arc;

use aside_domain::{Homeserver, relations};
use axum::Json;
use axum::extract::State;

use super::put_relation::With;
use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// Take a relation back
///
/// A contact or a connection ends for both.
#[utoipa::path(
    delete, path = "/_aside/v1/relations/{kind}/{user_id}", tag = "relations",
    params(With),
    responses((status = 200, description = "It holds no longer.", body = Done))
)]
pub(crate) async fn delete_relation(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(with): Path<With>,
) -> Result<Json<Done>, ErrorAnswer> {
    relations::delete(&hs, &session, with.kind.0, &with.user_id).await?;
    Ok(Json(Done {}))
}
