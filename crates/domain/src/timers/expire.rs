//! The end of a message: its content leaves the log, the index, the media store, and the clients.

use std::sync::Arc;

use aside_store::events::Event;
use aside_store::timers::{self, Timer, WAITS};
use aside_store::{Durability, Side, events, notifications};
use futures_util::future::join_all;
use ruma::{EventId, OwnedUserId, UserId};
use serde_json::{Map, Value, json};

use crate::jobs::{self, Job, Outcome, Running};
use crate::messages::{self, Sender, append};
use crate::rooms::{self, Room};
use crate::{Error, Homeserver, Result, RoomNum, media};

/// The job that looks after a room's messages; its key is the room's number.
pub(crate) const EXPIRE: &str = "timers.expire";
/// The job that empties the database's log after something was deleted.
pub(crate) const SCRUB: &str = "store.scrub";
/// Messages of a room that go together.
const TOGETHER_MAX: i64 = 64;
/// What a redaction says that the server made because a message's time had come.
const EXPIRED: &str = "org.aside.expired";

/// Deletes what is due in a room.
pub(crate) async fn run_expire(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let num = RoomNum(job.key.parse().map_err(Error::internal)?);
    loop {
        let now_ms = hs.clock.now_ms();
        let due = hs
            .store
            .read(Side::Room(num), async move |tx| timers::list_due(tx, num, now_ms, TOGETHER_MAX).await);
        let due = due.await?;
        if due.is_empty() {
            break;
        }
        let room = rooms::load(&hs, num).await?;
        for result in join_all(due.iter().map(|timer| expire(&hs, &room, timer))).await {
            result?;
        }
        scrub_soon(&hs).await?;
    }
    let next = hs.store.read(Side::Room(num), async move |tx| timers::find_next(tx, num).await).await?;
    Ok(match next {
        Some(at_ms) if at_ms < WAITS => Outcome::Again { at_ms },
        _ => Outcome::Done,
    })
}

/// Ends one message. Every step can be repeated, and the row that asks for it goes last.
async fn expire(hs: &Arc<Homeserver>, room: &Arc<Room>, timer: &Timer) -> Result<()> {
    let (num, pos) = (room.num, timer.pos);
    let event = hs.store.read(Side::Room(num), async move |tx| events::at(tx, num, pos).await).await?;
    if let Some(event) = event.filter(|event| event.redacted_by.is_none()) {
        redact(hs, room, &event).await?;
    }
    forget_notifications(hs, room, pos).await?;
    let shown: Vec<String> = serde_json::from_str(&timer.media).unwrap_or_default();
    if let Some(owner) = media::owner(hs, &timer.sender).await? {
        media::release(hs, num, pos, owner, &shown).await?;
    }
    hs.store.write(Side::Room(num), async move |tx| timers::delete(tx, num, pos).await).await?;
    Ok(())
}

/// Redacts a message in its sender's name, or where they have left, in the name of somebody who may.
pub(crate) async fn redact(hs: &Arc<Homeserver>, room: &Arc<Room>, event: &Event) -> Result<()> {
    let sender = UserId::parse(&event.sender).map_err(Error::internal)?;
    let event_id = EventId::parse(&event.event_id).map_err(Error::internal)?;
    let Some(actor) = actor(room, &sender) else {
        return empty_quietly(hs, room, event).await;
    };
    let content = Map::from_iter([(EXPIRED.to_owned(), json!(true))]);
    let draft = messages::redaction(room, &event_id, content)?;
    append(hs, room.num, Sender::server_for(&actor, format!("expire/{event_id}")), draft).await.map(drop)
}

fn actor(room: &Room, sender: &UserId) -> Option<OwnedUserId> {
    let is_joined = |user_id: &UserId| room.state.joined().any(|(_, member)| member.user_id == user_id);
    if is_joined(sender) {
        return Some(sender.to_owned());
    }
    let levels = room.power_levels();
    let mut joined = room.state.joined().map(|(_, member)| &member.user_id);
    joined.find(|user_id| levels.user_can_redact_event_of_other(user_id)).cloned()
}

/// Where nobody is left who could redact, there is nobody to be told either.
async fn empty_quietly(hs: &Homeserver, room: &Room, event: &Event) -> Result<()> {
    let (num, pos) = (room.num, event.pos);
    let content = rooms::redacted_content(&room.rules, event)?;
    let words = crate::search::words_of(&hs.tokens, num, event);
    hs.store
        .write(Side::Room(num), async move |tx| {
            aside_store::search::hold(tx, num).await?;
            events::replace(tx, num, pos, &content).await?;
            aside_store::search::delete(tx, num, pos, &words).await
        })
        .await?;
    Ok(())
}

async fn forget_notifications(hs: &Homeserver, room: &Room, pos: i64) -> Result<()> {
    let num = room.num;
    let forgets = room.state.joined().map(|(user, _)| {
        hs.store.write_with(Durability::Repairable, Side::User(user), async move |tx| {
            notifications::delete(tx, user, num, pos).await
        })
    });
    for result in join_all(forgets).await {
        result?;
    }
    Ok(())
}

/// Has the database's log emptied, once for all that is deleted about now.
pub(crate) async fn scrub_soon(hs: &Homeserver) -> Result<()> {
    let job = Job { kind: SCRUB, key: String::new(), run_at_ms: hs.clock.now_ms(), payload: Value::Null };
    jobs::schedule_at_latest(hs, job).await
}

pub(crate) async fn run_scrub(hs: Arc<Homeserver>) -> Result<Outcome> {
    match hs.store.scrub().await? {
        true => Ok(Outcome::Done),
        false => Err(Error::Internal("somebody is reading from the log".into())),
    }
}
