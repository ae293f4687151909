use std::sync::Arc;

use aside_domain::{Homeserver, reports};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create_report::ReportFiled;
use super::{Body, Caller, Path};
use crate::error::ErrorAnswer;

/// Why it should be looked at again.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Appeal {
    /// At most 4,000 bytes.
    text: String,
}

/// Appeal against a measure
///
/// Once for each. It waits in the moderators' queue like a report.
#[utoipa::path(
    post, path = "/_aside/v1/measures/{measure_id}/appeal", tag = "reports",
    params(("measure_id" = String, Path, description = "Of `GET /_aside/v1/measures`.")),
    request_body = Appeal,
    responses((status = 200, description = "It waits for a moderator.", body = ReportFiled))
)]
pub(crate) async fn create_appeal(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(measure_id): Path<String>,
    Body(appeal): Body<Appeal>,
) -> Result<Json<ReportFiled>, ErrorAnswer> {
    let num = reports::appeal(&hs, &session, &measure_id, appeal.text).await?;
    Ok(Json(ReportFiled::of(num)))
}
