//! The moderators' queue, and what reporters see of it.

use aside_store::Side;
use aside_store::reports::{self as store, Report};
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::Value;

use super::audit::{self, Act};
use crate::accounts::{self, Session};
use crate::operators::Moderator;
use crate::{Error, Homeserver, Result, rooms};

/// A report as moderators see it in the queue.
#[derive(Debug, Clone)]
pub struct Filed {
    pub num: i64,
    pub kind: String,
    pub reporter: OwnedUserId,
    pub subject: Option<OwnedUserId>,
    pub room_id: Option<OwnedRoomId>,
    pub event_id: Option<String>,
    /// The measure that an appeal is against.
    pub measure_id: Option<String>,
    pub reason: String,
    pub open: bool,
    pub decision: Option<String>,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub decided_ts: Option<i64>,
}

/// A report with what moderators need to decide about it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub filed: Filed,
    pub comment: String,
    pub evidence: Value,
    /// People who have nothing to do with each other and reported the same person within a day.
    pub unrelated_reports: usize,
}

async fn filed(hs: &Homeserver, report: &Report) -> Result<Filed> {
    let subject = match report.subject {
        Some(subject) => Some(accounts::user_id(hs, subject).await?),
        None => None,
    };
    let room_id = match report.room {
        Some(room) => Some(rooms::load(hs, room).await?.room_id.clone()),
        None => None,
    };
    Ok(Filed {
        num: report.num,
        kind: report.kind.clone(),
        reporter: accounts::user_id(hs, report.reporter).await?,
        subject,
        room_id,
        event_id: report.event_id.clone(),
        measure_id: report.measure_id.clone(),
        reason: report.reason.clone(),
        open: report.open,
        decision: report.decision.clone(),
        created_ts: report.created_ts,
        decided_ts: report.decided_ts,
    })
}

/// Reports after one of them, oldest first: those that wait, or all. What was said isn't among it: that is for
/// [`show`], which leaves a trace.
pub async fn queue(
    hs: &Homeserver,
    _: &Moderator,
    only_open: bool,
    after: i64,
    limit: usize,
) -> Result<Vec<Filed>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found =
        hs.store.read(Side::Named, async move |tx| store::list(tx, only_open, after, limit).await).await?;
    let mut shown = Vec::with_capacity(found.len());
    for report in &found {
        shown.push(filed(hs, report).await?);
    }
    Ok(shown)
}

/// One report with its evidence. That a moderator looked is noted in the audit trail.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn show(hs: &Homeserver, moderator: &Moderator, num: i64) -> Result<Shown> {
    let report = find(hs, num).await?;
    let unrelated_reports = match report.subject {
        Some(subject) => super::unrelated_reports(hs, subject).await?,
        None => 0,
    };
    let filed = filed(hs, &report).await?;
    let act = Act {
        actor: moderator.session.user_id.to_string(),
        action: "looked_at_report",
        report_num: Some(num),
        subject: filed.subject.as_ref().map(ToString::to_string),
        detail: String::new(),
    };
    audit::note(hs, act).await?;
    let evidence = serde_json::from_str(&report.evidence).map_err(Error::internal)?;
    Ok(Shown { filed, comment: report.comment, evidence, unrelated_reports })
}

pub(super) async fn find(hs: &Homeserver, num: i64) -> Result<Report> {
    let found = hs.store.read(Side::Named, async move |tx| store::find(tx, num).await).await?;
    found.ok_or(Error::NotFound("report"))
}

/// What the session's user has reported before one of their reports, newest first.
pub async fn own_reports(
    hs: &Homeserver,
    session: &Session,
    before: i64,
    limit: usize,
) -> Result<Vec<Filed>> {
    let (user, limit) = (session.user, i64::try_from(limit).unwrap_or(i64::MAX));
    let found = hs
        .store
        .read(Side::Named, async move |tx| store::list_of_reporter(tx, user, before, limit).await)
        .await?;
    let mut shown = Vec::with_capacity(found.len());
    for report in &found {
        shown.push(filed(hs, report).await?);
    }
    Ok(shown)
}
