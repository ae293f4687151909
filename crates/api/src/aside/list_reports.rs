use std::sync::Arc;

use aside_domain::reports::{self, Filed};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{Page, Paging};
use super::{Caller, Query};
use crate::error::ErrorAnswer;

/// A report of one's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnReport {
    report_id: String,
    /// `message`, `conversation`, `account`, or `appeal`.
    kind: String,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// `open` or `decided`. What was decided about somebody else isn't told.
    status: &'static str,
    created_ts: i64,
}

/// What I have reported
#[utoipa::path(
    get, path = "/_aside/v1/reports", tag = "reports",
    params(Paging),
    responses((status = 200, description = "A page of the list, newest first.", body = Page<OwnReport>))
)]
pub(crate) async fn list_reports(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<OwnReport>>, ErrorAnswer> {
    let before = super::number(paging.from.as_deref(), i64::MAX)?;
    let found = reports::own_reports(&hs, &session, before, paging.limit()).await?;
    let next_batch = found.last().filter(|_| found.len() == paging.limit()).map(|last| last.num.to_string());
    let own = |filed: Filed| OwnReport {
        report_id: filed.num.to_string(),
        kind: filed.kind,
        reason: filed.reason,
        room_id: filed.room_id.map(String::from),
        event_id: filed.event_id,
        status: if filed.open { "open" } else { "decided" },
        created_ts: filed.created_ts,
    };
    Ok(Json(Page { items: found.into_iter().map(own).collect(), next_batch }))
}
