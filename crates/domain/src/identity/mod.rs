//! Checks of identity documents: the platform asks for one and says what for, the person hands it in, a reviewer looks and
//! decides, and it is deleted.
//!
//! A document is kept for the decision and for nothing else. It is taken only where the database is sealed; only the people
//! whom the configuration names may look, and the audit trail says before each look that there was one; it goes with the
//! decision, when its owner takes it back, when the time is over, or with the account. What stays is that there was a
//! check, what for, and how it ended.

mod hand_in;
mod review;

pub use hand_in::{ask, hand_in, list, withdraw};
pub use review::{Seen, decide, look, waiting};

use std::sync::Arc;

use aside_store::identity::{self as store, Check};
use aside_store::{Side, Tx};
use ruma::OwnedUserId;
use serde_json::{Value, json};

use crate::account_data::{self, GLOBAL};
use crate::jobs::{self, Job, Outcome, Running};
use crate::{Error, Homeserver, Result, UserNum, timers};

/// The job that lets a user's checks lapse; its key is the user's number.
pub(crate) const EXPIRE: &str = "identity.expire";
/// The account data by which a person's clients learn that there is something new.
const NEWS: &str = "org.aside.identity_checks";
/// How long somebody may take to hand a document in, and how long it may wait for a decision.
const PATIENCE_MS: i64 = 30 * 24 * 3_600_000;
/// Checks that a user is shown, the newest ones.
const CHECKS_MAX: i64 = 100;

/// A check as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityCheck {
    pub id: String,
    /// Whose identity.
    pub user_id: OwnedUserId,
    pub purpose: String,
    /// `asked`, `handed_in`, `approved`, `rejected`, `withdrawn` or `lapsed`.
    pub state: String,
    pub note: Option<String>,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub changed_ts: i64,
    /// When it lapses, and a document with it; `None` where it is over.
    pub lapses_ts: Option<i64>,
}

/// A check and its document, deleted on schedule.
pub(crate) async fn run_expire(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let user = UserNum(job.key.parse().map_err(Error::internal)?);
    let now_ms = hs.clock.now_ms();
    let (lapsed, next) = hs
        .store
        .write(Side::User(user), async move |tx| {
            let open = store::list_open(tx, user).await?;
            let (due, later): (Vec<Check>, Vec<Check>) =
                open.into_iter().partition(|check| check.due_ts <= now_ms);
            for check in &due {
                close(tx, check, "lapsed", None, now_ms).await?;
            }
            Ok((!due.is_empty(), later.iter().map(|check| check.due_ts).min()))
        })
        .await?;
    if lapsed {
        changed(&hs, user).await?;
    }
    Ok(next.map_or(Outcome::Done, |at_ms| Outcome::Again { at_ms }))
}

/// Erases everything, because the account is given up.
pub(crate) async fn forget(hs: &Homeserver, user: UserNum) -> Result<()> {
    match hs.store.write(Side::User(user), async move |tx| store::delete_all(tx, user).await).await? {
        true => timers::scrub_soon(hs).await,
        false => Ok(()),
    }
}

fn is_open(check: &Check) -> bool {
    matches!(check.state.as_str(), "asked" | "handed_in")
}

/// Ends a check and deletes its documents, in one transaction.
async fn close(
    tx: &Tx<'_>,
    check: &Check,
    state: &str,
    note: Option<String>,
    now_ms: i64,
) -> aside_store::Result<()> {
    store::set_documents(tx, check.user, &check.id, &[]).await?;
    store::set_state(tx, &Check { state: state.into(), note, changed_ts: now_ms, ..check.clone() }).await
}

/// Sees to it that a user's checks lapse at their times, one at this time included. To be called before that one is written, so
/// that it can't be forgotten, and again afterwards: a job that ran in between has not seen it.
async fn lapse_at(hs: &Homeserver, user: UserNum, due_ts: i64) -> Result<()> {
    let open = hs.store.read(Side::User(user), async move |tx| store::list_open(tx, user).await).await?;
    let run_at_ms = open.first().map_or(due_ts, |next| next.due_ts.min(due_ts));
    let job = Job { kind: EXPIRE, key: user.0.to_string(), run_at_ms, payload: Value::Null };
    jobs::schedule_at_latest(hs, job).await
}

/// Tells the person's clients that something has changed, and empties the database's log of what was deleted.
async fn changed(hs: &Homeserver, user: UserNum) -> Result<()> {
    let open = hs.store.read(Side::User(user), async move |tx| store::list_open(tx, user).await).await?;
    let asked = open.iter().filter(|check| check.state == "asked").count();
    let news = json!({ "asked": asked, "changed_ts": hs.clock.now_ms() });
    account_data::set(hs, user, GLOBAL, NEWS, news.to_string()).await?;
    timers::scrub_soon(hs).await
}

async fn shown(hs: &Homeserver, check: Check) -> Result<IdentityCheck> {
    Ok(IdentityCheck {
        user_id: crate::accounts::user_id(hs, check.user).await?,
        lapses_ts: is_open(&check).then_some(check.due_ts),
        id: check.id,
        purpose: check.purpose,
        state: check.state,
        note: check.note,
        created_ts: check.created_ts,
        changed_ts: check.changed_ts,
    })
}
