use std::sync::Arc;

use aside_domain::{Homeserver, reports};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::list_moderation_reports::QueuedReport;
use super::{Moderator, Path};
use crate::error::ErrorAnswer;

/// A report with what there is to decide by.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportWithEvidence {
    #[serde(flatten)]
    report: QueuedReport,
    /// In the reporter's words.
    comment: String,
    /// `room_id`, `encrypted`, `members`; `events` as the server had them when they were reported, the reported one marked;
    /// and `disclosed`: what the reporter's client says it read. Disclosed by the reporter, not verified.
    #[schema(value_type = Object)]
    evidence: Value,
    /// How many people who have nothing to do with each other reported the same person within a day.
    unrelated_reports: usize,
}

/// One report with its evidence
///
/// That it was looked at is noted in the audit trail.
#[utoipa::path(
    get, path = "/_aside/v1/moderation/reports/{report_id}", tag = "moderation",
    params(("report_id" = String, Path, description = "Of the queue.")),
    responses((status = 200, description = "The report.", body = ReportWithEvidence)),
    security(("moderator" = []))
)]
pub(crate) async fn get_moderation_report(
    State(hs): State<Arc<Homeserver>>,
    Moderator(moderator): Moderator,
    Path(report_id): Path<String>,
) -> Result<Json<ReportWithEvidence>, ErrorAnswer> {
    let num = super::number(Some(&report_id), 0)?;
    let shown = reports::show(&hs, &moderator, num).await?;
    Ok(Json(ReportWithEvidence {
        report: shown.filed.into(),
        comment: shown.comment,
        evidence: shown.evidence,
        unrelated_reports: shown.unrelated_reports,
    }))
}
