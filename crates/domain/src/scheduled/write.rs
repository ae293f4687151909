//! Scheduling a message, changing it, and taking it back.

use aside_store::scheduled as store;
use aside_store::{Side, Tx};
use ruma::RoomId;
use ruma::events::TimelineEventType;
use serde_json::value::RawValue;

use super::{Failure, Scheduled, tell, wake_for};
use crate::accounts::Session;
use crate::rooms::{self, Draft, Room};
use crate::{Error, Homeserver, Limited, Result, RoomNum, UserNum, timers};

/// What may be sent later: what people say. Calls, reactions and what changes other events mean the moment.
const KINDS: [&str; 5] =
    ["m.room.message", "m.room.encrypted", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start"];
/// Messages of one user, those that failed included; past it, none is taken.
const MESSAGES_MAX: i64 = 100;
/// Who looks further ahead than this has mistaken the unit.
const AHEAD_MAX_MS: i64 = 366 * 24 * 3_600_000;

/// A message that somebody wants to be sent later.
#[derive(Debug, Clone)]
pub struct NewScheduled {
    pub kind: String,
    /// A JSON object.
    pub content: Box<RawValue>,
    /// Milliseconds since 1970. A time that has passed means now, because clocks differ.
    pub send_ts: i64,
}

/// Schedules a message.
///
/// # Errors
/// [`Error::Forbidden`] where the user isn't in the room or may not speak there, [`Error::Invalid`], [`Error::TooLarge`];
/// [`Error::Refused`] where they have scheduled too many.
pub async fn create(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
    wanted: NewScheduled,
) -> Result<Scheduled> {
    hs.limit(Limited::Send, session.user_id.as_str())?;
    let room = rooms::access_joined_room(hs, session, room_id).await?;
    check_kind(&room, &wanted.kind)?;
    check_time(hs, wanted.send_ts)?;
    check_content(hs, session, &room, &wanted.kind, &wanted.content)?;
    let now_ms = hs.clock.now_ms();
    let row = store::Scheduled {
        id: hs.random.text(18),
        room: room.num,
        kind: wanted.kind,
        content: wanted.content.get().to_owned(),
        send_ts: wanted.send_ts.max(now_ms),
        state: "waiting".into(),
        failure: None,
        failure_rule: None,
        created_ts: now_ms,
        changed_ts: now_ms,
    };
    let (user, new) = (session.user, row.clone());
    wake_for(hs, user, row.send_ts).await?;
    let added = hs.store.write(Side::User(user), async move |tx| {
        let counted = store::count(tx, user).await?;
        if counted.waiting + counted.failed >= MESSAGES_MAX {
            return Ok(false);
        }
        store::insert(tx, user, &new).await.map(|()| true)
    });
    if !added.await? {
        return Err(Error::Refused(format!("At most {MESSAGES_MAX} messages can wait to be sent.")));
    }
    wake_for(hs, user, row.send_ts).await?;
    tell(hs, user).await?;
    shown(hs, row).await
}

/// What the session's user has scheduled, the next one first; of one room, where one is named.
pub async fn list(hs: &Homeserver, session: &Session, room_id: Option<&RoomId>) -> Result<Vec<Scheduled>> {
    let user = session.user;
    let found = hs.store.read(Side::User(user), async move |tx| store::list(tx, user).await).await?;
    let mut listed = Vec::with_capacity(found.len());
    for row in found {
        let message = shown(hs, row).await?;
        if room_id.is_none_or(|wanted| message.room_id == wanted) {
            listed.push(message);
        }
    }
    Ok(listed)
}

/// Lets a message wait for another time or with another content; one that failed is tried again.
///
/// # Errors
/// As [`create`]; [`Error::NotFound`] where it is gone, [`Error::Conflict`] where it is being sent.
pub async fn change(
    hs: &Homeserver,
    session: &Session,
    id: &str,
    content: Option<Box<RawValue>>,
    send_ts: Option<i64>,
) -> Result<Scheduled> {
    hs.limit(Limited::Send, session.user_id.as_str())?;
    let (user, wanted) = (session.user, id.to_owned());
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, &wanted).await).await?;
    let mut row = found.ok_or(Error::NotFound("message"))?;
    let room_id = rooms::load(hs, row.room).await?.room_id.clone();
    let room = rooms::access_joined_room(hs, session, &room_id).await?;
    check_kind(&room, &row.kind)?;
    if let Some(content) = content {
        check_content(hs, session, &room, &row.kind, &content)?;
        content.get().clone_into(&mut row.content);
    }
    let now_ms = hs.clock.now_ms();
    check_time(hs, send_ts.unwrap_or(now_ms))?;
    row.send_ts = send_ts.unwrap_or(row.send_ts).max(now_ms);
    row.changed_ts = now_ms;
    (row.failure, row.failure_rule) = (None, None);
    wake_for(hs, user, row.send_ts).await?;
    let new = row.clone();
    let change = async move |tx: &Tx<'_>| {
        store::change(tx, user, &new.id, &new.content, new.send_ts, new.changed_ts).await
    };
    if !hs.store.write(Side::User(user), change).await? {
        return Err(gone(hs, user, id).await?);
    }
    wake_for(hs, user, row.send_ts).await?;
    tell(hs, user).await?;
    timers::scrub_soon(hs).await?;
    shown(hs, row).await
}

/// Takes a message back before it is sent.
///
/// # Errors
/// [`Error::NotFound`] where it is gone, [`Error::Conflict`] where it is being sent.
pub async fn cancel(hs: &Homeserver, session: &Session, id: &str) -> Result<()> {
    let (user, wanted) = (session.user, id.to_owned());
    let deleted =
        hs.store.write(Side::User(user), async move |tx| store::delete(tx, user, &wanted).await).await?;
    if !deleted {
        return Err(gone(hs, user, id).await?);
    }
    tell(hs, user).await?;
    timers::scrub_soon(hs).await
}

/// Erases what somebody scheduled for a room that they have left.
pub(crate) async fn forget_room(hs: &Homeserver, user: UserNum, room: RoomNum) -> Result<()> {
    let delete = async move |tx: &Tx<'_>| store::delete_of_room(tx, user, room).await;
    if hs.store.write(Side::User(user), delete).await? > 0 {
        tell(hs, user).await?;
        timers::scrub_soon(hs).await?;
    }
    Ok(())
}

/// Erases all that somebody scheduled, because their account is given up.
pub(crate) async fn forget(hs: &Homeserver, user: UserNum) -> Result<()> {
    if hs.store.write(Side::User(user), async move |tx| store::delete_all(tx, user).await).await? > 0 {
        timers::scrub_soon(hs).await?;
    }
    Ok(())
}

/// Why a message can't be changed any more.
async fn gone(hs: &Homeserver, user: UserNum, id: &str) -> Result<Error> {
    let id = id.to_owned();
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, &id).await).await?;
    Ok(match found {
        Some(_) => Error::Conflict("the message is being sent".into()),
        None => Error::NotFound("message"),
    })
}

/// What is plain must not come into an encrypted conversation.
pub(super) fn check_kind(room: &Room, kind: &str) -> Result<()> {
    if !KINDS.contains(&kind) {
        return Err(Error::invalid("type", format!("{kind} can't be sent later")));
    }
    if room.is_encrypted() && kind != "m.room.encrypted" {
        return Err(Error::Refused(
            "This conversation is encrypted: what waits for it has to be encrypted, too.".into(),
        ));
    }
    Ok(())
}

fn check_time(hs: &Homeserver, send_ts: i64) -> Result<()> {
    if send_ts < 0 || send_ts > hs.clock.now_ms().saturating_add(AHEAD_MAX_MS) {
        return Err(Error::invalid("send_ts", "not a time within a year, in milliseconds since 1970"));
    }
    Ok(())
}

/// Whether the event could be sent now as far as its size and the room's own rules go: better heard now than then.
fn check_content(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    kind: &str,
    content: &RawValue,
) -> Result<()> {
    let draft = Draft::message(TimelineEventType::from(kind), content.to_owned());
    rooms::build(hs, room, &session.user_id, &draft, hs.clock.now_ms()).map(drop)
}

async fn shown(hs: &Homeserver, row: store::Scheduled) -> Result<Scheduled> {
    Ok(Scheduled {
        room_id: rooms::load(hs, row.room).await?.room_id.clone(),
        content: serde_json::from_str(&row.content).map_err(Error::internal)?,
        failure: row.failure.map(|text| Failure { text, rule: row.failure_rule }),
        id: row.id,
        kind: row.kind,
        send_ts: row.send_ts,
        created_ts: row.created_ts,
        changed_ts: row.changed_ts,
    })
}
