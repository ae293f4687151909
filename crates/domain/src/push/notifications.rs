//! Listing what a user was notified of (specification, `GET /notifications`).

use std::collections::BTreeMap;

use aside_store::notifications::{self as store, Place};
use aside_store::queue::{self, Notification, UserRoom};
use aside_store::receipts::{self, Mark};
use aside_store::{Side, events};
use ruma::OwnedRoomId;
use ruma::events::AnySyncTimelineEvent;
use ruma::serde::Raw;

use crate::accounts::Session;
use crate::events::Viewer;
use crate::safety::masks;
use crate::{Error, Homeserver, Result, RoomNum, messages, rooms};

const LIMIT_DEFAULT: i64 = 20;
const LIMIT_MAX: i64 = 100;

/// One notification.
pub struct Listed {
    pub room_id: OwnedRoomId,
    pub event: Raw<AnySyncTimelineEvent>,
    pub highlight: bool,
    pub sound: Option<String>,
    pub read: bool,
    /// Milliseconds since 1970.
    pub ts: i64,
}

/// Some notifications, newest first.
pub struct NotificationPage {
    pub notifications: Vec<Listed>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// What the session's user was notified of, read or not, newest first; `from` is the `next` of an earlier page.
///
/// # Errors
/// [`Error::Invalid`] where `from` isn't from here.
pub async fn notifications(
    hs: &Homeserver,
    session: &Session,
    from: Option<&str>,
    limit: Option<u64>,
    only_highlights: bool,
) -> Result<NotificationPage> {
    messages::catch_up(hs, session.user).await;
    let after = match from {
        Some(token) => parse(token).ok_or_else(|| Error::invalid("from", "not a token of this list"))?,
        None => store::NEWEST,
    };
    let limit =
        limit.map_or(LIMIT_DEFAULT, |limit| i64::try_from(limit).unwrap_or(LIMIT_MAX)).clamp(1, LIMIT_MAX);
    let user = session.user;
    let (found, marks, user_rooms) = hs
        .store
        .read(Side::User(user), async move |tx| {
            let found = store::list(tx, user, after, only_highlights, limit).await?;
            let mut rooms = BTreeMap::new();
            for (room, _) in &found {
                if !rooms.contains_key(room) {
                    rooms.insert(*room, queue::find_user_room(tx, user, *room).await?);
                }
            }
            Ok((found, receipts::list_all_marks(tx, user).await?, rooms))
        })
        .await?;
    let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
    let next = found.last().filter(|_| is_full).map(|(room, last)| token(last.ts, *room, last.pos));
    let mut listed = Vec::with_capacity(found.len());
    for (room, notification) in found {
        let Some(Some(user_room)) = user_rooms.get(&room) else { continue };
        if !user_room.forgotten {
            let read = is_read(&notification, user_room, marks.iter().filter(|(other, _)| *other == room));
            listed.extend(tell(hs, session, room, notification, read).await?);
        }
    }
    Ok(NotificationPage { notifications: listed, next })
}

fn is_read<'m>(
    notification: &Notification,
    user_room: &UserRoom,
    marks: impl Iterator<Item = &'m (RoomNum, Mark)>,
) -> bool {
    let thread_id = notification.thread_id.as_deref().unwrap_or("main");
    let mut reaching = marks.filter(|(_, mark)| {
        mark.pos >= notification.pos && (mark.thread_id.is_empty() || mark.thread_id == thread_id)
    });
    notification.pos <= user_room.joined_pos || reaching.next().is_some()
}

/// A notification with its event, as far as the user may still see it.
async fn tell(
    hs: &Homeserver,
    session: &Session,
    num: RoomNum,
    notification: Notification,
    read: bool,
) -> Result<Option<Listed>> {
    let room = rooms::load_upto(hs, num, notification.pos).await?;
    let masks = masks(hs, session.user, &session.user_id, &room).await?;
    let viewer = Viewer::in_sync(hs, session, &room).masking(masks);
    let pos = notification.pos;
    let mut events = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(event) = events::at(tx, num, pos).await? else { return Ok(Vec::new()) };
            let mut reader = viewer.open(tx, pos).await?;
            if event.state_key.is_none() && !reader.may_read(tx, &event).await? {
                return Ok(Vec::new());
            }
            reader.render::<AnySyncTimelineEvent>(tx, &[event]).await
        })
        .await?;
    let Notification { highlight, sound, ts, .. } = notification;
    let event = events.pop();
    Ok(event.map(|event| Listed { room_id: room.room_id.clone(), event, highlight, sound, read, ts }))
}

fn token(ts: i64, room: RoomNum, pos: i64) -> String {
    format!("n{ts}_{}_{pos}", room.0)
}

fn parse(token: &str) -> Option<Place> {
    let mut parts = token.strip_prefix('n')?.splitn(3, '_').map(str::parse);
    let (ts, room, pos) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(Place { ts, room: RoomNum(room), pos })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_what_it_wrote() {
        let place = Place { ts: 1_800_000_000_000, room: RoomNum(7), pos: 19 };
        assert_eq!(parse(&token(place.ts, place.room, place.pos)), Some(place));
        for text in ["", "n", "n1_2", "n1_2_x", "1_2_3", "n1_2_3_4"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
