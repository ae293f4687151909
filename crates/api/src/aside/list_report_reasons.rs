use std::sync::Arc;

use aside_domain::{Homeserver, reports};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// What can be said to be wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportReasons {
    reasons: Vec<String>,
}

/// What can be reported
///
/// Fraud (`fraud`) and holes in the system's security (`security_vulnerability`) have a way to the moderators here, too, that
/// nobody else sees.
#[utoipa::path(
    get, path = "/_aside/v1/report_reasons", tag = "reports",
    responses((status = 200, description = "The reasons.", body = ReportReasons))
)]
pub(crate) async fn list_report_reasons(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<ReportReasons>, ErrorAnswer> {
    Ok(Json(ReportReasons { reasons: reports::reasons(&hs, &session).await? }))
}
