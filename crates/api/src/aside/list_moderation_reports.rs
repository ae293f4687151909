use std::sync::Arc;

use aside_domain::reports::{self, Filed};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{Page, Paging};
use super::{Moderator, Query};
use crate::error::ErrorAnswer;

/// Which reports to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichReports {
    /// Whether those that were decided are listed, too.
    #[serde(default)]
    all: bool,
}

/// A report in the moderators' queue.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueuedReport {
    report_id: String,
    /// `message`, `conversation`, `account`, or `appeal`.
    kind: String,
    reporter: String,
    /// Whom it is about, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// The measure that an appeal is against.
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_id: Option<String>,
    reason: String,
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    created_ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_ts: Option<i64>,
}

impl From<Filed> for QueuedReport {
    fn from(filed: Filed) -> Self {
        QueuedReport {
            report_id: filed.num.to_string(),
            kind: filed.kind,
            reporter: filed.reporter.to_string(),
            subject: filed.subject.map(String::from),
            room_id: filed.room_id.map(String::from),
            event_id: filed.event_id,
            measure_id: filed.measure_id,
            reason: filed.reason,
            open: filed.open,
            decision: filed.decision,
            created_ts: filed.created_ts,
            decided_ts: filed.decided_ts,
        }
    }
}

/// The moderators' queue
///
/// It says who reported whom for what; what was said is shown with the single report.
#[utoipa::path(
    get, path = "/_aside/v1/moderation/reports", tag = "moderation",
    params(WhichReports, Paging),
    responses((status = 200, description = "A page of the queue, oldest first.", body = Page<QueuedReport>)),
    security(("moderator" = []))
)]
pub(crate) async fn list_moderation_reports(
    State(hs): State<Arc<Homeserver>>,
    Moderator(moderator): Moderator,
    Query(which): Query<WhichReports>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<QueuedReport>>, ErrorAnswer> {
    let after = super::number(paging.from.as_deref(), 0)?;
    let found = reports::queue(&hs, &moderator, !which.all, after, paging.limit()).await?;
    let next_batch = found.last().filter(|_| found.len() == paging.limit()).map(|last| last.num.to_string());
    Ok(Json(Page { items: found.into_iter().map(QueuedReport::from).collect(), next_batch }))
}
