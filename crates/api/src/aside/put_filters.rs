use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;

use super::get_filters::Filters;
use super::{Body, Caller, Done};
use crate::error::ErrorAnswer;

/// Set my word filters
///
/// A stranger's message in which one of them stands goes to the hidden folder.
#[utoipa::path(
    put, path = "/_aside/v1/filters", tag = "safety",
    request_body = Filters,
    responses((status = 200, description = "They are set.", body = Done))
)]
pub(crate) async fn put_filters(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(filters): Body<Filters>,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::set_phrases(&hs, &session, filters.phrases).await?;
    Ok(Json(Done {}))
}
