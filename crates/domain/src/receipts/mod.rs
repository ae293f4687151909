//! Receipts: how far people have read (specification, 11.6 Receipts and 11.7 Fully read markers).
//!
//! A public receipt is a row of the room, brought to its members like its events are; a private one is a row of its
//! user alone. Both move the user's own marks, from which their unread counts follow.

mod received;
mod thread;

use std::sync::Arc;

use aside_store::queue::{Entry, Kind as EntryKind};
use aside_store::receipts::{Mark, Receipt};
use aside_store::{Side, events, notifications, queue, receipts as store};
use futures_util::future::try_join;
use ruma::EventId;
use serde_json::{Value, json};

use crate::account_data::{self, FULLY_READ};
use crate::accounts::Session;
use crate::messages::deliver_receipts_soon;
use crate::rooms::JoinedRoom;
use crate::{Error, Homeserver, Limited, Result, ephemeral, privacy, push, safety, timers};

pub(crate) use received::{Acknowledged, keep_acknowledged};
pub use received::{Received, received};
pub use thread::Thread;

pub(crate) const PUBLIC: &str = "m.read";
pub(crate) const PRIVATE: &str = "m.read.private";

/// How long a notification that was read is kept for listing.
const NOTIFICATIONS_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Who is told of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everyone in the room (`m.read`).
    Public,
    /// Only the user's own devices (`m.read.private`).
    Private,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Public => PUBLIC,
            Kind::Private => PRIVATE,
        }
    }
}

/// Notes that the session's user has read a room, or one thread of it, up to an event. A receipt for an older event than the
/// one before changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where the room has no such event, [`Error::Invalid`] where the event isn't in the thread.
pub async fn put(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    kind: Kind,
    event_id: &EventId,
    thread: &Thread,
) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    // Whoever doesn't want to be seen reading says so to their own devices alone, whatever the client says.
    let kind = if privacy::shows_receipts(hs, session.user).await? { kind } else { Kind::Private };
    let (num, wanted, in_thread) = (room.num, event_id.to_string(), thread.clone());
    let pos = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(event) = events::find(tx, num, &wanted).await? else { return Ok(Err(no_event())) };
            let pos = event.pos;
            Ok(in_thread.check(tx, num, event).await?.map(|()| pos))
        })
        .await??;
    ephemeral::active(hs, session);
    let kind = if safety::keeps_quiet(hs, room, session).await? { Kind::Private } else { kind };
    let mark = Mark {
        kind: kind.as_str().to_owned(),
        thread_id: thread.as_str().to_owned(),
        event_id: event_id.to_string(),
        pos,
        ts: hs.clock.now_ms(),
    };
    if !matches!(thread, Thread::Of(_)) {
        timers::read_upto(hs, room, &session.user_id, pos).await?;
    }
    let (published, marked) =
        try_join(publish(hs, session, room, kind, &mark), put_mark(hs, session, room, &mark)).await?;
    if marked {
        hs.bell.ring(session.user);
        push::count_soon(hs, session.user).await?;
    }
    if let Some(receipt_pos) = published {
        deliver_receipts_soon(hs, num, receipt_pos);
    }
    Ok(())
}

fn no_event() -> Error {
    Error::NotFound("event")
}

/// Writes a public receipt where the room's members see it; answers its position where it moved.
async fn publish(
    hs: &Homeserver,
    session: &Session,
    room: &JoinedRoom,
    kind: Kind,
    mark: &Mark,
) -> Result<Option<i64>> {
    if kind == Kind::Private {
        return Ok(None);
    }
    let Mark { kind, thread_id, event_id, pos, ts } = mark.clone();
    let receipt =
        Receipt { user_id: session.user_id.to_string(), kind, thread_id, event_id, event_pos: pos, ts };
    let num = room.num;
    Ok(hs.store.write(Side::Room(num), async move |tx| store::put(tx, num, &receipt).await).await?)
}

/// Moves the user's own mark. A private receipt is brought to their devices with it; a public one comes with the room's.
async fn put_mark(hs: &Homeserver, session: &Session, room: &JoinedRoom, mark: &Mark) -> Result<bool> {
    let (user, num, mark) = (session.user, room.num, mark.clone());
    let marked = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            if !store::put_mark(tx, user, num, &mark).await? {
                return Ok(false);
            }
            if mark.thread_id.is_empty() {
                notifications::trim(tx, user, num, mark.pos, mark.ts - NOTIFICATIONS_KEPT_MS).await?;
            }
            if mark.kind == PRIVATE {
                let subject = Some(PRIVATE.to_owned());
                let entry =
                    Entry { seq, kind: EntryKind::Receipts, room: num, from_pos: 0, to_pos: 0, subject };
                queue::insert(tx, user, &entry, mark.ts).await?;
            }
            Ok(true)
        })
        .await?;
    Ok(marked)
}

/// Notes up to where the session's user has read everything (`m.fully_read`), which only their own devices are told.
/// It doesn't move backwards.
///
/// # Errors
/// [`Error::NotFound`] where the room has no such event.
pub async fn put_fully_read(
    hs: &Homeserver,
    session: &Session,
    room: &JoinedRoom,
    event_id: &EventId,
) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let present = account_data::find(hs, session.user, room.num, FULLY_READ).await?;
    let present = present.and_then(|content| serde_json::from_str::<Value>(&content).ok());
    let present = present.and_then(|content| content["event_id"].as_str().map(str::to_owned));
    let (num, wanted) = (room.num, event_id.to_string());
    let (pos, present) = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let present = match &present {
                Some(event_id) => events::find_position(tx, num, event_id).await?,
                None => None,
            };
            Ok((events::find_position(tx, num, &wanted).await?, present))
        })
        .await?;
    let pos = pos.ok_or_else(no_event)?;
    if present.is_some_and(|present| present >= pos) {
        return Ok(());
    }
    let content = json!({ "event_id": event_id }).to_string();
    account_data::set(hs, session.user, num, FULLY_READ, content).await
}
