//! Reports: what people say is wrong, what moderators decide about it, and what follows.
//!
//! Every way of reporting ends in one queue: Aside's own API, and the specification's `/report` endpoints for clients that
//! know only those. A report keeps what the server can read of what was reported at that moment; of an encrypted
//! conversation it keeps what the reporter's client disclosed, marked as such: the server can't vouch for it.

mod audit;
mod decide;
mod desk;
mod evidence;
mod file;
mod measures;

pub(crate) use audit::{Act, note};
pub use audit::{AuditEntry, audit_trail};
pub use decide::{Decision, DecisionKind, decide};
pub use desk::{Filed, Shown, own_reports, queue, show};
pub use evidence::Disclosed;
pub use file::{NewReport, Subject, file, reasons};
pub use measures::{Imposed, MeasureKind, appeal, own_measures};
pub(crate) use measures::{Standings, check_may_act, check_may_meet};

use aside_store::{Side, complaints};

use crate::ephemeral::contacts_of;
use crate::{Homeserver, Result, UserNum};

const DAY_MS: i64 = 24 * 3_600_000;
/// Reporters looked at to tell how many of them have nothing to do with each other.
const REPORTERS_MAX: i64 = 50;

/// How many people who have nothing to do with each other reported a user within the profile's `report.spam_window_s`: of
/// reporters who share a room only one counts, so that a group of friends is one voice.
pub async fn unrelated_reports(hs: &Homeserver, user: UserNum) -> Result<usize> {
    let window_ms = hs.policy().report.spam_window_s.saturating_mul(1000);
    let since = hs.clock.now_ms().saturating_sub(window_ms);
    let reporters = hs
        .store
        .read(Side::User(user), async move |tx| {
            complaints::list_since(tx, user, complaints::Kind::Report, since, REPORTERS_MAX).await
        })
        .await?;
    let mut counted: Vec<UserNum> = Vec::new();
    for reporter in reporters {
        let contacts = contacts_of(hs, reporter).await?;
        if !counted.iter().any(|other| contacts.binary_search(other).is_ok()) {
            counted.push(reporter);
        }
    }
    Ok(counted.len())
}
