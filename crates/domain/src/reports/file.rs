//! Filing a report.

use aside_store::reports::{self as store, Report};
use aside_store::{Side, complaints};
use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};

use super::DAY_MS;
use super::evidence::{self, Disclosed, Evidence};
use crate::accounts::{self, Session};
use crate::rooms::{Room, find_room_num, load};
use crate::{Error, Homeserver, Limited, Result, UserNum, requests, rooms};

/// What can be said to be wrong, beside what the policy profile lists. Fraud and holes in the system's security have a way of
/// their own to the moderators, in private.
const REASONS: [&str; 13] = [
    "spam",
    "scam",
    "fraud",
    "harassment",
    "hate",
    "threat",
    "nudity",
    "misinformation",
    "impersonation",
    "self_harm",
    "minor_safety",
    "security_vulnerability",
    "other",
];

const COMMENT_BYTES_MAX: usize = 4_000;
/// Messages that a reporter may choose to go along.
const CONTEXT_MAX: usize = 20;
/// Reports of one person within a day.
const REPORTS_A_DAY_MAX: i64 = 100;
/// How long a report counts against whom it is about.
const COMPLAINTS_KEPT_MS: i64 = 90 * DAY_MS;

/// What is reported.
#[derive(Debug, Clone)]
pub enum Subject {
    Message { room_id: OwnedRoomId, event_id: OwnedEventId },
    Conversation { room_id: OwnedRoomId },
    Account { user_id: OwnedUserId },
}

/// A report that somebody makes.
#[derive(Debug, Clone)]
pub struct NewReport {
    pub subject: Subject,
    /// One of [`reasons`].
    pub reason: String,
    pub comment: String,
    /// Messages of the same room that go along.
    pub context: Vec<OwnedEventId>,
    /// What the reporter's client read in an encrypted conversation.
    pub disclosed: Vec<Disclosed>,
}

/// What can be said to be wrong: what the policy profile lists, and what can be reported everywhere.
pub async fn reasons(hs: &Homeserver, session: &Session) -> Result<Vec<String>> {
    let mut reasons = hs.policy_for(session.user).await?.report.reasons.clone();
    for reason in REASONS {
        if !reasons.iter().any(|listed| listed == reason) {
            reasons.push(reason.to_owned());
        }
    }
    Ok(reasons)
}

impl NewReport {
    /// A report by a client of the specification, which has words but no list of reasons.
    pub fn in_words(subject: Subject, words: Option<&str>) -> Self {
        let words = words.unwrap_or_default();
        let known = REASONS.iter().find(|reason| **reason == words.trim().to_lowercase());
        NewReport {
            subject,
            reason: known.copied().unwrap_or("other").to_owned(),
            comment: words[..words.floor_char_boundary(COMMENT_BYTES_MAX)].to_owned(),
            context: Vec::new(),
            disclosed: Vec::new(),
        }
    }
}

/// What a report is about, found and readable by the reporter.
struct Found {
    kind: &'static str,
    accused: Option<UserNum>,
    room: Option<std::sync::Arc<Room>>,
    event_id: Option<OwnedEventId>,
    evidence: Evidence,
}

/// Files a report and answers its number. Whom it is about isn't told.
///
/// # Errors
/// [`Error::NotFound`] where there is nothing of the kind that the reporter can see, [`Error::Invalid`], [`Error::TooLarge`],
/// [`Error::LimitExceeded`].
pub async fn file(hs: &Homeserver, session: &Session, report: NewReport) -> Result<i64> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    check(&report, &reasons(hs, session).await?)?;
    let found = find(hs, session, &report).await?;
    let now = hs.clock.now_ms();
    let accused = found.accused.filter(|accused| *accused != session.user);
    let row = Report {
        num: 0,
        kind: found.kind.to_owned(),
        reporter: session.user,
        subject: accused,
        room: found.room.as_ref().map(|room| room.num),
        event_id: found.event_id.map(String::from),
        measure_id: None,
        reason: report.reason,
        comment: report.comment,
        evidence: found.evidence.to_json()?,
        open: true,
        decision: None,
        decided_by: None,
        created_ts: now,
        decided_ts: None,
    };
    let num = insert(hs, row, now).await?;
    if let Some(accused) = accused {
        note_complaint(hs, accused, session.user, now).await?;
        let reports = super::unrelated_reports(hs, accused).await?;
        requests::reported(hs, accused, i64::try_from(reports).unwrap_or(i64::MAX)).await?;
    }
    tracing::info!(report = num, kind = found.kind, "a report was filed");
    Ok(num)
}

pub(super) async fn insert(hs: &Homeserver, row: Report, now: i64) -> Result<i64> {
    let inserted = hs
        .store
        .write(Side::Named, async move |tx| {
            if store::count_of_reporter(tx, row.reporter, now - DAY_MS).await? >= REPORTS_A_DAY_MAX {
                return Ok(None);
            }
            store::insert(tx, &row).await.map(Some)
        })
        .await?;
    inserted.ok_or(Error::LimitExceeded { retry_after_ms: 3_600_000 })
}

async fn note_complaint(hs: &Homeserver, accused: UserNum, reporter: UserNum, now: i64) -> Result<()> {
    let before = now - COMPLAINTS_KEPT_MS;
    hs.store
        .write(Side::User(accused), async move |tx| {
            complaints::put(tx, accused, reporter, complaints::Kind::Report, now, before).await
        })
        .await?;
    Ok(())
}

fn check(report: &NewReport, reasons: &[String]) -> Result<()> {
    if !reasons.contains(&report.reason) {
        return Err(Error::invalid("reason", format!("one of {}", reasons.join(", "))));
    }
    if report.comment.len() > COMMENT_BYTES_MAX {
        return Err(Error::TooLarge(format!("the comment is longer than {COMMENT_BYTES_MAX} bytes")));
    }
    if report.context.len() > CONTEXT_MAX {
        return Err(Error::TooLarge(format!("at most {CONTEXT_MAX} messages of context")));
    }
    evidence::check_disclosed(&report.disclosed)
}

async fn find(hs: &Homeserver, session: &Session, report: &NewReport) -> Result<Found> {
    match &report.subject {
        Subject::Message { room_id, event_id } => message(hs, session, report, room_id, event_id).await,
        Subject::Conversation { room_id } => conversation(hs, session, report, room_id).await,
        Subject::Account { user_id } => account(hs, report, user_id).await,
    }
}

async fn message(
    hs: &Homeserver,
    session: &Session,
    report: &NewReport,
    room_id: &RoomId,
    event_id: &EventId,
) -> Result<Found> {
    let unknown = |error| if matches!(error, Error::Forbidden(_)) { Error::NotFound("event") } else { error };
    rooms::access_joined_room(hs, session, room_id).await.map_err(unknown)?;
    let visible = rooms::access_visible_room(hs, session, room_id).await.map_err(unknown)?;
    let before = hs.policy_for(session.user).await?.report.includes_last_n;
    let events = evidence::events(hs, &visible, event_id, &report.context, before).await?;
    let sender = events.iter().find(|event| event.reported).map(|event| event.sender.clone());
    let accused = match sender.and_then(|sender| UserId::parse(sender).ok()) {
        Some(sender) => accounts::find_user_num(hs, &sender).await?,
        None => None,
    };
    Ok(Found {
        kind: "message",
        accused,
        event_id: Some(event_id.to_owned()),
        evidence: Evidence::of(Some(&visible.room), events, report.disclosed.clone()),
        room: Some(visible.room),
    })
}

/// A conversation is reported by whoever is in it or was asked into it. The specification lets anybody report a room that
/// exists; then there is nothing but its name for evidence.
async fn conversation(
    hs: &Homeserver,
    session: &Session,
    report: &NewReport,
    room_id: &RoomId,
) -> Result<Found> {
    let num = find_room_num(hs, room_id).await?.ok_or(Error::NotFound("room"))?;
    let room = load(hs, num).await?;
    let mut events = Vec::new();
    if room.is_joined(session.user) && !report.context.is_empty() {
        let visible = rooms::access_visible_room(hs, session, room_id).await?;
        events = evidence::chosen(hs, &visible, &report.context).await?;
    }
    let others: Vec<UserNum> =
        room.state.members().keys().copied().filter(|num| *num != session.user).take(2).collect();
    let invite = room.state.get("m.room.member", session.user_id.as_str());
    let inviter = invite.filter(|_| !room.is_joined(session.user)).map(|invite| invite.sender.clone());
    let accused = match (inviter, others.as_slice()) {
        (Some(inviter), _) => accounts::find_user_num(hs, &inviter).await?,
        (None, [other]) => Some(*other),
        _ => None,
    };
    let evidence = Evidence::of(Some(&room), events, report.disclosed.clone());
    Ok(Found { kind: "conversation", accused, room: Some(room), event_id: None, evidence })
}

async fn account(hs: &Homeserver, report: &NewReport, user_id: &UserId) -> Result<Found> {
    let accused = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    let evidence = Evidence::of(None, Vec::new(), report.disclosed.clone());
    Ok(Found { kind: "account", accused: Some(accused), room: None, event_id: None, evidence })
}
