//! Sending notifications to pushers, after the sender of the message was answered.
//!
//! A pusher reads its owner's queue as a device does: it has a position there, and what is worth a notification beyond it is
//! pushed. So nothing is written for a message but one job for each pusher, the same one however many messages come, and a
//! push that failed is made good by the next look. A push may come twice where a process dies; clients know the event's id.

use std::sync::Arc;

use aside_store::notifications::{self, Brought};
use aside_store::queue::{self, Notification};
use aside_store::{Durability, Side, events, pushers as store};
use serde_json::Value;

use super::outbox::Known;
use super::target::{self, Target, Way};
use super::{gateway, web};
use crate::jobs::{self, Job, Outcome, Running};
use crate::rooms::{self, Room};
use crate::{Error, Homeserver, QueuePosition, Result, RoomNum, UserNum};

/// The job that sends to one pusher.
pub(crate) const SEND: &str = "push.send";
/// When to look again whether a pusher that is being sent to, or whose host is busy, is free.
const BUSY_MS: i64 = 2_000;
/// Of more messages than this that came at once, the newest are pushed; the number of the unread tells of the others.
const TOGETHER_MAX: i64 = 20;
/// What waited for longer isn't worth waking somebody up for.
const LIFE_MS: i64 = 24 * 3_600_000;

/// One message, and what its receiver's rules say of it.
pub(super) struct News {
    pub(super) room: Arc<Room>,
    pub(super) event: aside_store::events::Event,
    pub(super) notification: Notification,
}

impl News {
    /// Whether the device should be woken up for it.
    pub(super) fn is_urgent(&self) -> bool {
        let Notification { highlight, sound, .. } = &self.notification;
        *highlight || sound.is_some() || self.event.kind == "m.room.encrypted"
    }
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Yes,
    /// As many requests to the host are under way as may be.
    Later,
    /// The pusher is no more.
    Gone,
}

/// Has a user's pushers told that there is news for them. To be called once it is in their queue.
pub(crate) async fn push_soon(hs: &Homeserver, user: UserNum) -> Result<()> {
    wake(hs, user, |_| true).await
}

/// Has a user's pushers told that less is unread. Were this forgotten, the next message would tell.
pub(crate) async fn count_soon(hs: &Homeserver, user: UserNum) -> Result<()> {
    wake(hs, user, |pusher| pusher.counts).await
}

async fn wake(hs: &Homeserver, user: UserNum, concerns: impl Fn(&Known) -> bool) -> Result<()> {
    let known = hs.pushers.get(user, list_known(hs, user)).await?;
    let waiting = known.iter().filter(|pusher| concerns(pusher) && !hs.flights.note(&pusher.key));
    let job = |pusher: &Known| Job {
        kind: SEND,
        key: pusher.key.clone(),
        run_at_ms: hs.clock.now_ms(),
        payload: Value::Null,
    };
    jobs::schedule_unless_waiting(hs, waiting.map(job).collect()).await
}

async fn list_known(hs: &Homeserver, user: UserNum) -> Result<Vec<Known>> {
    let stored = hs.store.read(Side::User(user), async move |tx| store::list(tx, user).await).await?;
    Ok(stored.iter().filter_map(|pusher| Some(Target::read(pusher).ok()?.known(user))).collect())
}

/// Does the job.
pub(crate) async fn run_send(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let busy = Outcome::Again { at_ms: hs.clock.now_ms() + BUSY_MS };
    let user = job.key.split('/').next().and_then(|number| number.parse().ok()).map(UserNum);
    let user = user.ok_or_else(|| Error::internal("a push job without a user"))?;
    let Some(mut flight) = hs.flights.begin(&job.key) else { return Ok(busy) };
    loop {
        match send_new(&hs, user, &job.key).await? {
            Told::Later => return Ok(busy),
            Told::Gone => return Ok(Outcome::Done),
            Told::Yes if flight.goes_on() => {}
            Told::Yes => return Ok(Outcome::Done),
        }
    }
}

/// What there is to tell a pusher.
struct Due {
    target: Target,
    /// Oldest first.
    brought: Vec<Brought>,
    /// The end of the queue.
    head: QueuePosition,
    unread: i64,
    /// What the pusher believes to be unread.
    badge: i64,
}

/// Tells a pusher everything that it has not been told.
async fn send_new(hs: &Homeserver, user: UserNum, key: &str) -> Result<Told> {
    let Some(due) = find_due(hs, user, key).await? else { return Ok(Told::Gone) };
    let Due { target, brought, head, unread, badge } = due;
    let oldest_ts = hs.clock.now_ms() - LIFE_MS;
    let mut badge = badge;
    for (place, brought_one) in brought.iter().enumerate() {
        let is_young = brought_one.notification.ts >= oldest_ts;
        if is_young && let Some(news) = find_news(hs, user, brought_one).await? {
            match tell(hs, user, &target, Some(&news), unread).await? {
                Told::Yes => badge = unread,
                other => return Ok(other),
            }
        }
        // An entry may have brought several messages; they are told again together.
        if brought.get(place + 1).is_some_and(|next| next.seq != brought_one.seq) {
            note(hs, user, &target, brought_one.seq, badge).await?;
        }
    }
    if badge != unread && target.counts() {
        match tell(hs, user, &target, None, unread).await? {
            Told::Yes => badge = unread,
            other => return Ok(other),
        }
    }
    note(hs, user, &target, head, badge).await?;
    Ok(Told::Yes)
}

/// `None` where the pusher is gone.
async fn find_due(hs: &Homeserver, user: UserNum, key: &str) -> Result<Option<Due>> {
    let key = key.to_owned();
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            let pushers = store::list(tx, user).await?;
            let is_meant =
                |pusher: &store::Pusher| target::key(user, (&pusher.app_id, &pusher.pushkey)) == key;
            let Some(pusher) = pushers.into_iter().find(is_meant) else { return Ok(None) };
            let head = queue::find_head(tx, user).await?.seq;
            let mut brought =
                notifications::list_brought(tx, user, pusher.pushed_seq, head, TOGETHER_MAX).await?;
            brought.reverse();
            let counts = notifications::count_all(tx, user).await?;
            let unread = counts.iter().map(|count| count.notifications).sum();
            Ok(Some((pusher, brought, head, unread)))
        })
        .await?;
    let Some((pusher, brought, head, unread)) = found else { return Ok(None) };
    Ok(Some(Due { target: Target::read(&pusher)?, brought, head, unread, badge: pusher.badge }))
}

/// The message of a notification, where it is still there for its receiver.
async fn find_news(hs: &Homeserver, user: UserNum, brought: &Brought) -> Result<Option<News>> {
    let Brought { room: num, notification, .. } = brought.clone();
    let room = rooms::load(hs, num).await?;
    let is_there = room.member(user).is_some_and(|member| match member.membership.as_str() {
        "join" => true,
        "invite" => member.pos == notification.pos,
        _ => false,
    });
    if !is_there {
        return Ok(None);
    }
    let event = find_event(hs, num, notification.pos).await?;
    let event = event.filter(|event| event.redacted_by.is_none() && !event.withheld);
    Ok(event.map(|event| News { room, event, notification }))
}

async fn find_event(hs: &Homeserver, room: RoomNum, pos: i64) -> Result<Option<events::Event>> {
    Ok(hs.store.read(Side::Room(room), async move |tx| events::at(tx, room, pos).await).await?)
}

/// Tells a pusher of a message, or only of the number of those unread.
async fn tell(
    hs: &Homeserver,
    user: UserNum,
    target: &Target,
    news: Option<&News>,
    unread: i64,
) -> Result<Told> {
    let told = match (&target.way, news) {
        (Way::Gateway { url, only_ids, data }, news) => {
            let content = gateway::notification(hs, user, target, news, unread, *only_ids, data).await?;
            gateway::post(hs, url, &target.pushkey, &content).await?
        }
        (Way::Browser(subscription), Some(news)) => web::send(hs, subscription, news, unread).await?,
        (Way::Browser(_), None) => Told::Yes,
    };
    if told == Told::Gone {
        tracing::debug!(user = user.0, app_id = target.app_id, "a pusher was given up by its gateway");
        super::pushers::delete(hs, user, &target.app_id, &target.pushkey).await?;
    }
    Ok(told)
}

/// Notes what a pusher has been told. Lost with the machine, it is told again.
async fn note(hs: &Homeserver, user: UserNum, target: &Target, seq: QueuePosition, badge: i64) -> Result<()> {
    let Target { app_id, pushkey, .. } = target.clone();
    let pushed = async move |tx: &aside_store::Tx<'_>| {
        store::set_pushed(tx, user, (&app_id, &pushkey), seq, badge).await
    };
    Ok(hs.store.write_with(Durability::Repairable, Side::User(user), pushed).await?)
}

/// What went wrong on the way out. That a host is busy is no failure.
pub(super) fn unanswered(error: aside_outbound::Error) -> Result<Told> {
    match error {
        aside_outbound::Error::Busy => Ok(Told::Later),
        error => Err(Error::internal(error)),
    }
}
