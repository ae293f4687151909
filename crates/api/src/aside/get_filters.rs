use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// Words and phrases that somebody doesn't want to read from strangers.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Filters {
    /// At most 2,000 of at most 200 bytes. Case, accents, look-alike letters and digits, and what is put between letters
    /// make no difference; whole words match, and a `*` at the end of a word stands for any ending.
    pub(crate) phrases: Vec<String>,
}

/// My word filters
#[utoipa::path(
    get, path = "/_aside/v1/filters", tag = "safety",
    responses((status = 200, description = "The phrases, as they were set.", body = Filters))
)]
pub(crate) async fn get_filters(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Filters>, ErrorAnswer> {
    Ok(Json(Filters { phrases: safety::phrases(&hs, &session).await? }))
}
