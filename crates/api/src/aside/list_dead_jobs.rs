use std::sync::Arc;

use aside_domain::{Homeserver, jobs};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Service;
use crate::error::ErrorAnswer;

const LIMIT: usize = 200;

/// Work that was given up after too many attempts.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadJobs {
    /// The newest first, at most 200. They are kept for 30 days.
    jobs: Vec<DeadJob>,
}

#[derive(Serialize, ToSchema)]
struct DeadJob {
    kind: String,
    key: String,
    attempts: i64,
    error: String,
    given_up_ts: i64,
}

/// Which work was given up
#[utoipa::path(
    get, path = "/_aside/v1/jobs/dead", tag = "operating", security(("service_token" = [])),
    responses((status = 200, description = "Jobs that were given up.", body = DeadJobs))
)]
pub(crate) async fn list_dead_jobs(
    State(hs): State<Arc<Homeserver>>,
    Service(_): Service,
) -> Result<Json<DeadJobs>, ErrorAnswer> {
    let dead = jobs::list_dead(&hs, LIMIT).await?;
    let shown = |letter: jobs::DeadLetter| DeadJob {
        kind: letter.kind,
        key: letter.key,
        attempts: letter.attempts,
        error: letter.error,
        given_up_ts: letter.given_up_ts,
    };
    Ok(Json(DeadJobs { jobs: dead.into_iter().map(shown).collect() }))
}
