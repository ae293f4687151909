//! Deciding about a report, and what follows from it.

use std::sync::Arc;

use aside_store::Side;
use aside_store::measures::Measure;
use aside_store::reports::{self as store, Report};
use ruma::EventId;
use serde::{Deserialize, Serialize};

use super::audit::{self, Act};
use super::desk;
use super::evidence::Evidence;
use super::measures::{self, MeasureKind};
use crate::operators::Moderator;
use crate::{Error, Homeserver, Result, UserNum, accounts, messages, rooms};

const TEXT_BYTES_MAX: usize = 4_000;
/// What somebody finds in the place of a message that moderators removed.
const REDACTION_REASON: &str = "Removed by moderators";

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Nothing is wrong, or nothing can be done.
    Dismiss,
    Warn,
    Limit,
    Suspend,
    Remove,
    /// Of an appeal: the measure stays.
    Uphold,
    /// Of an appeal: the measure is taken back.
    Lift,
}

impl DecisionKind {
    fn as_str(self) -> &'static str {
        match self {
            DecisionKind::Dismiss => "dismiss",
            DecisionKind::Warn => "warn",
            DecisionKind::Limit => "limit",
            DecisionKind::Suspend => "suspend",
            DecisionKind::Remove => "remove",
            DecisionKind::Uphold => "uphold",
            DecisionKind::Lift => "lift",
        }
    }

    fn measure(self) -> Option<MeasureKind> {
        match self {
            DecisionKind::Warn => Some(MeasureKind::Warn),
            DecisionKind::Limit => Some(MeasureKind::Limit),
            DecisionKind::Suspend => Some(MeasureKind::Suspend),
            DecisionKind::Remove => Some(MeasureKind::Remove),
            DecisionKind::Dismiss | DecisionKind::Uphold | DecisionKind::Lift => None,
        }
    }
}

/// A moderator's decision.
#[derive(Debug, Clone)]
pub struct Decision {
    pub kind: DecisionKind,
    /// What the person is told.
    pub message: String,
    /// When a limit or a suspension ends, in milliseconds since 1970; `None` for never.
    pub ends_ts: Option<i64>,
    /// Whether the messages of the report are emptied.
    pub redact: bool,
    /// For other moderators.
    pub note: String,
}

/// Decides about a report. Effects come first and can be repeated, so that a decision that is noted was carried out.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] where it was decided already, [`Error::Invalid`] where the decision doesn't fit the report,
/// [`Error::Forbidden`] where it is about the moderator themself.
pub async fn decide(hs: &Arc<Homeserver>, moderator: &Moderator, num: i64, decision: Decision) -> Result<()> {
    if decision.message.len() > TEXT_BYTES_MAX || decision.note.len() > TEXT_BYTES_MAX {
        return Err(Error::TooLarge(format!("message and note have at most {TEXT_BYTES_MAX} bytes")));
    }
    let report = desk::find(hs, num).await?;
    check(&report, moderator, &decision)?;
    if decision.redact {
        redact(hs, &report).await?;
    }
    take_effect(hs, &report, &decision).await?;
    let subject = match report.subject {
        Some(subject) => Some(accounts::user_id(hs, subject).await?.to_string()),
        None => None,
    };
    let act = Act {
        actor: moderator.session.user_id.to_string(),
        action: decision.kind.as_str(),
        report_num: Some(num),
        subject,
        detail: decision.note,
    };
    let (kind, by, now) = (decision.kind.as_str(), moderator.session.user, hs.clock.now_ms());
    let was_open = hs
        .store
        .write(Side::Named, async move |tx| {
            let was_open = store::decide(tx, num, kind, by, now).await?;
            if was_open {
                audit::append(tx, &act, now).await?;
            }
            Ok(was_open)
        })
        .await?;
    if was_open { Ok(()) } else { Err(decided_already()) }
}

fn decided_already() -> Error {
    Error::Conflict("this report has been decided already".into())
}

fn check(report: &Report, moderator: &Moderator, decision: &Decision) -> Result<()> {
    if !report.open {
        return Err(decided_already());
    }
    let is_appeal = report.kind == "appeal";
    let fits = match decision.kind {
        DecisionKind::Dismiss => true,
        DecisionKind::Uphold | DecisionKind::Lift => is_appeal,
        _ => !is_appeal && report.subject.is_some(),
    };
    if !fits {
        return Err(Error::invalid("decision", "doesn't fit a report of this kind"));
    }
    if decision.ends_ts.is_some() && !matches!(decision.kind, DecisionKind::Limit | DecisionKind::Suspend) {
        return Err(Error::invalid("ends_ts", "only a limit or a suspension ends"));
    }
    if report.subject == Some(moderator.session.user) {
        return Err(Error::forbidden("This is about you; another moderator decides."));
    }
    Ok(())
}

async fn take_effect(hs: &Arc<Homeserver>, report: &Report, decision: &Decision) -> Result<()> {
    let Some(subject) = report.subject else { return Ok(()) };
    if let (DecisionKind::Lift, Some(measure_id)) = (decision.kind, &report.measure_id) {
        return measures::lift(hs, subject, measure_id.clone()).await;
    }
    let Some(kind) = decision.kind.measure() else { return Ok(()) };
    let measure = Measure {
        measure_id: format!("m{}", report.num),
        kind: kind.as_str().to_owned(),
        report_num: report.num,
        reason: report.reason.clone(),
        message: decision.message.clone(),
        begins_ts: hs.clock.now_ms(),
        ends_ts: decision.ends_ts,
        lifted: false,
        appeal_num: None,
    };
    measures::impose(hs, subject, measure).await?;
    if kind == MeasureKind::Remove {
        accounts::remove(hs, subject).await?;
    }
    Ok(())
}

/// Empties the messages of the report that are by the person it is about, as if they had done it.
async fn redact(hs: &Arc<Homeserver>, report: &Report) -> Result<()> {
    let (Some(room), Some(subject)) = (report.room, report.subject) else { return Ok(()) };
    let evidence: Evidence = serde_json::from_str(&report.evidence).map_err(Error::internal)?;
    let author = accounts::user_id(hs, subject).await?;
    for event in evidence.events.iter().filter(|event| event.sender == author.as_str()) {
        redact_one(hs, room, subject, &author, &event.event_id).await?;
    }
    Ok(())
}

async fn redact_one(
    hs: &Arc<Homeserver>,
    room: crate::RoomNum,
    subject: UserNum,
    author: &ruma::UserId,
    event_id: &str,
) -> Result<()> {
    let Ok(event_id) = EventId::parse(event_id) else { return Ok(()) };
    let room = rooms::load(hs, room).await?;
    if !room.is_joined(subject) {
        tracing::warn!(%event_id, "a message can't be emptied because its author has left the room");
        return Ok(());
    }
    match messages::redact_as(hs, &room, author, &event_id, REDACTION_REASON).await {
        Ok(_) | Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
