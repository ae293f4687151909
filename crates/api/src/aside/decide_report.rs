use std::sync::Arc;

use aside_domain::reports::{self, Decision, DecisionKind};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Body, Done, Moderator, Path};
use crate::error::ErrorAnswer;

/// A moderator's decision.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DecisionBody {
    /// `dismiss`, `warn`, `limit` (no conversations with new people), `suspend` (reads, but says nothing) or `remove`
    /// (the account is closed for good); of an appeal: `uphold` or `lift`.
    #[schema(value_type = String)]
    decision: DecisionKind,
    /// What the person is told.
    #[serde(default)]
    message: String,
    /// When a limit or a suspension ends; without it, never.
    ends_ts: Option<i64>,
    /// Whether the reported person's messages of the report are emptied for everybody.
    #[serde(default)]
    redact: bool,
    /// For the audit trail.
    #[serde(default)]
    note: String,
}

/// Decide about a report
#[utoipa::path(
    post, path = "/_aside/v1/moderation/reports/{report_id}/decision", tag = "moderation",
    params(("report_id" = String, Path, description = "Of the queue.")),
    request_body = DecisionBody,
    responses((status = 200, description = "It is decided and carried out.", body = Done)),
    security(("moderator" = []))
)]
pub(crate) async fn decide_report(
    State(hs): State<Arc<Homeserver>>,
    Moderator(moderator): Moderator,
    Path(report_id): Path<String>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<Done>, ErrorAnswer> {
    let DecisionBody { decision: kind, message, ends_ts, redact, note } = body;
    let num = super::number(Some(&report_id), 0)?;
    reports::decide(&hs, &moderator, num, Decision { kind, message, ends_ts, redact, note }).await?;
    Ok(Json(Done {}))
}
