use std::sync::Arc;

use aside_domain::{Homeserver, reports};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// What moderators have decided about somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Measure {
    measure_id: String,
    /// `warn`, `limit`, `suspend` or `remove`.
    kind: String,
    /// What was reported.
    reason: String,
    /// What the moderator says about it.
    message: String,
    begins_ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_ts: Option<i64>,
    in_force: bool,
    /// Whether there has been an appeal against it.
    appealed: bool,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct Measures {
    items: Vec<Measure>,
}

/// What moderators have decided about me
#[utoipa::path(
    get, path = "/_aside/v1/measures", tag = "reports",
    responses((status = 200, description = "The measures, newest first.", body = Measures))
)]
pub(crate) async fn list_measures(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Measures>, ErrorAnswer> {
    let found = reports::own_measures(&hs, &session).await?.into_iter();
    let items = found.map(|found| Measure {
        measure_id: found.measure_id,
        kind: found.kind,
        reason: found.reason,
        message: found.message,
        begins_ts: found.begins_ts,
        ends_ts: found.ends_ts,
        in_force: found.in_force,
        appealed: found.appealed,
    });
    Ok(Json(Measures { items: items.collect() }))
}
