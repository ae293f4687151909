//! Push: which events are worth a notification to whom, by everyone's own rules (specification, 11.12 Push notifications), and
//! telling everyone's devices of them while they are away.

mod batch;
mod gateway;
mod notifications;
mod outbox;
mod pushers;
mod rulebook;
mod rules;
mod send;
mod subscription;
mod target;
mod vapid;
mod web;
mod words;

use aside_store::queue::Notification;
use ruma::UserId;

use crate::rooms::Member;
use crate::safety::restraints;
use crate::{Homeserver, Result, UserNum};

pub(crate) use batch::Batch;
pub use notifications::{Listed, NotificationPage, notifications};
pub(crate) use outbox::{Flights, Pushers};
pub use pushers::{delete_pusher, pushers, put_pusher};
pub(crate) use rulebook::Rulebook;
pub(crate) use rules::rules_content;
pub use rules::{all_rules, delete_rule, put_rule, rule, set_actions, set_enabled};
pub(crate) use send::{SEND, count_soon, push_soon, run_send};

pub(crate) use vapid::Vapid;

pub(crate) use crate::account_data::ignored;

/// The key with which browsers subscribe to this server's pushes (RFC 8292), uncompressed and in URL-safe Base64.
pub fn web_push_key(hs: &Homeserver) -> &str {
    hs.vapid.public()
}

/// The new events that a member's push rules find worth a notification. It is asked for each message and each of its
/// recipients, so what doesn't depend on the recipient is worked out once in the batch.
pub(crate) async fn judge(
    hs: &Homeserver,
    batch: &Batch<'_>,
    user: UserNum,
    member: &Member,
) -> Result<Vec<Notification>> {
    let mut candidates = batch.candidates_for(member).peekable();
    if candidates.peek().is_none() {
        return Ok(Vec::new());
    }
    let ignored = ignored(hs, user).await?;
    let restraints = restraints(hs, user).await?;
    let rules = hs.rulebook.of(hs, user).await?;
    let mut found = Vec::new();
    let is_heard = |sender: &UserId| !ignored.contains(sender) && !restraints.is_quiet(sender);
    for candidate in candidates.filter(|candidate| is_heard(&candidate.pdu().sender)) {
        let verdict = match rules.changed() {
            None => batch.by_default(&rules, candidate, member).await,
            Some(ruleset) => batch.by_rules(ruleset, candidate, member).await,
        };
        let Some(verdict) = verdict else { continue };
        found.push(Notification {
            pos: candidate.pdu().pos,
            highlight: verdict.highlight,
            sound: verdict.sound,
            thread_id: candidate.thread_id.clone(),
            ts: i64::from(candidate.pdu().origin_server_ts.0),
        });
    }
    Ok(found)
}
