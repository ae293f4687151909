use std::fmt::Write;
use std::sync::Arc;

use aside_domain::{Homeserver, reports};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{Page, Paging};
use super::{Moderator, Query};
use crate::error::ErrorAnswer;

/// Something that a moderator did.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    number: i64,
    ts: i64,
    actor: String,
    /// `looked_at_report`, or what was decided.
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    detail: String,
    /// SHA-256 over this entry and the hash of the one before, in hexadecimal.
    hash: String,
    /// Whether the entry is what it was when it was written, and follows on the one before.
    intact: bool,
}

/// Who did what at the moderators' desk
///
/// Entries are only ever added. Whoever keeps the newest hash can tell later whether anything before it was changed.
#[utoipa::path(
    get, path = "/_aside/v1/moderation/audit", tag = "moderation",
    params(Paging),
    responses((status = 200, description = "A page of the trail, oldest first.", body = Page<AuditEntry>)),
    security(("moderator" = []))
)]
pub(crate) async fn list_moderation_audit(
    State(hs): State<Arc<Homeserver>>,
    Moderator(moderator): Moderator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AuditEntry>>, ErrorAnswer> {
    let after = super::number(paging.from.as_deref(), 0)?;
    let found = reports::audit_trail(&hs, &moderator, after, paging.limit()).await?;
    let next_batch = found.last().filter(|_| found.len() == paging.limit()).map(|last| last.num.to_string());
    let items = found.into_iter().map(|entry| AuditEntry {
        number: entry.num,
        ts: entry.ts,
        actor: entry.actor,
        action: entry.action,
        report_id: entry.report_num.map(|num| num.to_string()),
        subject: entry.subject,
        detail: entry.detail,
        hash: hex(&entry.hash),
        intact: entry.intact,
    });
    Ok(Json(Page { items: items.collect(), next_batch }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
