//! What moderators have decided about somebody, what it keeps them from, and how they appeal.

use std::sync::Arc;

use aside_store::Side;
use aside_store::measures::{self as store, Measure};
use aside_store::reports::Report;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::file;
use crate::account_data::{self, GLOBAL};
use crate::accounts::Session;
use crate::ephemeral::contacts_of;
use crate::per_user::PerUser;
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// The account data by which a user's clients learn of measures against them.
const MEASURES: &str = "org.aside.measures";
/// Measures that are looked at; older ones have ended or say the same.
const MEASURES_MAX: i64 = 100;
const APPEAL_BYTES_MAX: usize = 4_000;

/// What was decided about somebody, from the mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// They are told.
    Warn,
    /// They begin no conversation with strangers.
    Limit,
    /// They read, but say nothing (specification, Account suspension).
    Suspend,
    /// The account is closed for good.
    Remove,
}

impl MeasureKind {
    pub fn as_str(self) -> &'static str {
        match self {
            MeasureKind::Warn => "warn",
            MeasureKind::Limit => "limit",
            MeasureKind::Suspend => "suspend",
            MeasureKind::Remove => "remove",
        }
    }
}

/// A measure, as the person whom it is about sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imposed {
    pub measure_id: String,
    pub kind: String,
    pub reason: String,
    pub message: String,
    /// Milliseconds since 1970.
    pub begins_ts: i64,
    pub ends_ts: Option<i64>,
    pub in_force: bool,
    pub appealed: bool,
}

/// Until when somebody is kept from what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    suspended_until: i64,
    limited_until: i64,
}

/// The standing of each user.
pub(crate) struct Standings(PerUser<Standing>);

impl Standings {
    pub(crate) fn new(shared: bool) -> Self {
        Standings(PerUser::new(shared))
    }
}

async fn standing(hs: &Homeserver, user: UserNum) -> Result<Arc<Standing>> {
    let read = async {
        let measures = hs
            .store
            .read(Side::User(user), async move |tx| store::list(tx, user, MEASURES_MAX).await)
            .await?;
        let until = |kind: MeasureKind| {
            let of_kind = measures.iter().filter(|measure| measure.kind == kind.as_str() && !measure.lifted);
            of_kind.map(|measure| measure.ends_ts.unwrap_or(i64::MAX)).max().unwrap_or(0)
        };
        Ok(Standing {
            suspended_until: until(MeasureKind::Suspend).max(until(MeasureKind::Remove)),
            limited_until: until(MeasureKind::Limit),
        })
    };
    hs.standings.0.get(user, read).await
}

/// Checks that somebody is not suspended.
///
/// # Errors
/// [`Error::Suspended`].
pub(crate) async fn check_may_act(hs: &Homeserver, session: &Session) -> Result<()> {
    match standing(hs, session.user).await?.suspended_until > hs.clock.now_ms() {
        true => Err(Error::Suspended),
        false => Ok(()),
    }
}

/// Checks that somebody may ask another person into a room: who is limited only asks people they share a room with.
///
/// # Errors
/// [`Error::Suspended`], [`Error::Forbidden`].
pub(crate) async fn check_may_meet(hs: &Homeserver, session: &Session, other: UserNum) -> Result<()> {
    check_may_act(hs, session).await?;
    let is_limited = standing(hs, session.user).await?.limited_until > hs.clock.now_ms();
    if is_limited && contacts_of(hs, session.user).await?.binary_search(&other).is_err() {
        return Err(Error::forbidden(
            "Moderators have limited this account: it can't write to new people for now.",
        ));
    }
    Ok(())
}

/// Puts a measure into force and tells the person. Doing it again for the same report changes nothing.
pub(super) async fn impose(hs: &Homeserver, user: UserNum, measure: Measure) -> Result<()> {
    hs.store
        .write(Side::User(user), async move |tx| {
            if store::find(tx, user, &measure.measure_id).await?.is_some() {
                return Ok(());
            }
            store::insert(tx, user, &measure).await
        })
        .await?;
    changed(hs, user).await
}

/// Takes a measure back.
pub(super) async fn lift(hs: &Homeserver, user: UserNum, measure_id: String) -> Result<()> {
    hs.store.write(Side::User(user), async move |tx| store::lift(tx, user, &measure_id).await).await?;
    changed(hs, user).await
}

/// Tells the person's devices how they stand.
async fn changed(hs: &Homeserver, user: UserNum) -> Result<()> {
    hs.standings.0.forget(user);
    let imposed = imposed(hs, user).await?;
    let in_force: Vec<_> = imposed
        .iter()
        .filter(|measure| measure.in_force)
        .map(|measure| {
            json!({
                "measure_id": measure.measure_id, "kind": measure.kind, "reason": measure.reason,
                "message": measure.message, "begins_ts": measure.begins_ts, "ends_ts": measure.ends_ts,
            })
        })
        .collect();
    let content = json!({ "measures": in_force }).to_string();
    account_data::set(hs, user, GLOBAL, MEASURES, content).await
}

async fn imposed(hs: &Homeserver, user: UserNum) -> Result<Vec<Imposed>> {
    let now = hs.clock.now_ms();
    let found =
        hs.store.read(Side::User(user), async move |tx| store::list(tx, user, MEASURES_MAX).await).await?;
    let imposed = found.into_iter().map(|measure| Imposed {
        in_force: !measure.lifted && measure.ends_ts.is_none_or(|ends| ends > now),
        appealed: measure.appeal_num.is_some(),
        measure_id: measure.measure_id,
        kind: measure.kind,
        reason: measure.reason,
        message: measure.message,
        begins_ts: measure.begins_ts,
        ends_ts: measure.ends_ts,
    });
    Ok(imposed.collect())
}

/// What moderators have decided about the session's user, newest first.
pub async fn own_measures(hs: &Homeserver, session: &Session) -> Result<Vec<Imposed>> {
    imposed(hs, session.user).await
}

/// Asks moderators to look again at a measure; once for each. Answers the appeal's number in their queue.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] where it was appealed against or lifted already, [`Error::TooLarge`].
pub async fn appeal(hs: &Homeserver, session: &Session, measure_id: &str, text: String) -> Result<i64> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if text.len() > APPEAL_BYTES_MAX {
        return Err(Error::TooLarge(format!("the appeal is longer than {APPEAL_BYTES_MAX} bytes")));
    }
    let (user, wanted) = (session.user, measure_id.to_owned());
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, &wanted).await).await?;
    let measure = found.ok_or(Error::NotFound("measure"))?;
    if measure.lifted || measure.appeal_num.is_some() {
        return Err(Error::Conflict("there is an appeal already, or the measure was lifted".into()));
    }
    let now = hs.clock.now_ms();
    let row = Report {
        num: 0,
        kind: "appeal".into(),
        reporter: user,
        subject: Some(user),
        room: None,
        event_id: None,
        measure_id: Some(measure.measure_id.clone()),
        reason: measure.reason.clone(),
        comment: text,
        evidence: json!({ "report_num": measure.report_num, "measure": measure.kind }).to_string(),
        open: true,
        decision: None,
        decided_by: None,
        created_ts: now,
        decided_ts: None,
    };
    let num = file::insert(hs, row, now).await?;
    let measure_id = measure.measure_id;
    let noted = hs
        .store
        .write(Side::User(user), async move |tx| store::set_appeal(tx, user, &measure_id, num).await)
        .await?;
    if noted { Ok(num) } else { Err(Error::Conflict("there is an appeal already".into())) }
}
