//! Messages that are sent at a time to come.
//!
//! What waits is a row on the side of who wrote it, and one job for each of them wakes when their next one is due. It is sent
//! as any message is, by the rules that hold then: the policy, the room's power levels, blocks and measures are judged at
//! that time and not before. What can't be sent then is kept for a while with the reason, and its author is told.
//!
//! For an encrypted conversation the author's client hands over the event as it encrypted it. Whoever comes into the
//! conversation before it is sent, or uses a device that the key was never given to, can't read it.

mod run;
mod write;

pub(crate) use run::{SEND, run_send};
pub use write::{NewScheduled, cancel, change, create, list};
pub(crate) use write::{forget, forget_room};

use aside_store::{Side, scheduled as store};
use ruma::OwnedRoomId;
use serde_json::{Value, json};

use crate::account_data::{self, GLOBAL};
use crate::jobs::{self, Job};
use crate::{Homeserver, Result, UserNum};

/// The account data by which the author's clients learn that there is something new about what they scheduled.
const NEWS: &str = "org.aside.scheduled";
/// What can't be sent is kept for its author to see for this long.
pub(crate) const FAILED_KEPT_DAYS: u32 = 30;
const FAILED_KEPT_MS: i64 = FAILED_KEPT_DAYS as i64 * 24 * 3_600_000;

/// A message that waits, as its author sees it.
#[derive(Debug, Clone)]
pub struct Scheduled {
    pub id: String,
    pub room_id: OwnedRoomId,
    /// The type of the event.
    pub kind: String,
    pub content: Value,
    /// Milliseconds since 1970.
    pub send_ts: i64,
    /// Why it could not be sent; while it waits, `None`.
    pub failure: Option<Failure>,
    pub created_ts: i64,
    pub changed_ts: i64,
}

/// Why a message could not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A sentence for its author.
    pub text: String,
    /// The rule of the policy that refused it, where one did.
    pub rule: Option<String>,
}

/// Sees to it that a user's messages are looked after when the next one is due, one for this time included. To be called before
/// that one is written, so that it can't be forgotten, and again afterwards: a job that ran in between has not seen it.
async fn wake_for(hs: &Homeserver, user: UserNum, send_ts: i64) -> Result<()> {
    let next = hs.store.read(Side::User(user), async move |tx| store::find_next(tx, user).await).await?;
    let run_at_ms = next.map_or(send_ts, |next| next.min(send_ts));
    let job = Job { kind: SEND, key: user.0.to_string(), run_at_ms, payload: Value::Null };
    jobs::schedule_at_latest(hs, job).await
}

/// Tells the author's clients that something has changed: numbers, and nothing of what was written.
async fn tell(hs: &Homeserver, user: UserNum) -> Result<()> {
    let counted = hs.store.read(Side::User(user), async move |tx| store::count(tx, user).await).await?;
    let news =
        json!({ "waiting": counted.waiting, "failed": counted.failed, "changed_ts": hs.clock.now_ms() });
    account_data::set(hs, user, GLOBAL, NEWS, news.to_string()).await
}
