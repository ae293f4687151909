//! The only ways to reach a room on somebody's behalf. What they return is the proof that it was checked.

use std::sync::Arc;

use aside_store::{Side, queue};
use ruma::{OwnedRoomId, RoomId};

use super::{Room, find_room_num, load};
use crate::account_data::ignored;
use crate::accounts::Session;
use crate::events::Viewer;
use crate::{Error, Homeserver, Result, RoomNum, safety};

/// A room that the session's user is in now.
#[derive(Debug, Clone)]
pub struct JoinedRoom(Arc<Room>);

impl std::ops::Deref for JoinedRoom {
    type Target = Arc<Room>;

    fn deref(&self) -> &Arc<Room> {
        &self.0
    }
}

/// A room whose history the session's user may read: they are in it, have been in it, or the whole world may read it.
#[derive(Debug, Clone)]
pub struct VisibleRoom {
    pub(crate) room: Arc<Room>,
    pub(crate) viewer: Viewer,
    /// The position whose state the user is shown: the newest, or where they left.
    pub(crate) last_pos: i64,
}

impl VisibleRoom {
    /// Whether the user is shown the room as it is now.
    pub(crate) fn is_current(&self) -> bool {
        self.last_pos == self.room.next_pos - 1
    }
}

/// # Errors
/// [`Error::Forbidden`] where the user isn't in the room, or there is none: a stranger can't tell which.
pub async fn access_joined_room(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<JoinedRoom> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    if room.is_joined(session.user) { Ok(JoinedRoom(room)) } else { Err(Error::not_in_room()) }
}

/// For reading history: people who have left see what they saw, and what the world may read is for everybody.
///
/// # Errors
/// [`Error::Forbidden`] where the user has never been in the room or has forgotten it, or there is none.
pub async fn access_visible_room(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
) -> Result<VisibleRoom> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    let masks = safety::masks(hs, session.user, &session.user_id, &room).await?;
    let viewer = Viewer::new(hs, session, &room).ignoring(ignored(hs, session.user).await?).masking(masks);
    let newest = room.next_pos - 1;
    if room.is_joined(session.user) || room.is_world_readable() {
        return Ok(VisibleRoom { room, viewer, last_pos: newest });
    }
    match room.member(session.user).map(|member| member.membership.as_str()) {
        Some("leave" | "ban") if !has_forgotten(hs, session, num).await? => {}
        _ => return Err(Error::not_in_room()),
    }
    let asked = viewer.clone();
    let left_at = hs.store.read(Side::Room(num), async move |tx| asked.left_at(tx).await).await?;
    let last_pos = left_at.ok_or_else(Error::not_in_room)?;
    Ok(VisibleRoom { room, viewer, last_pos })
}

async fn has_forgotten(hs: &Homeserver, session: &Session, num: RoomNum) -> Result<bool> {
    let user = session.user;
    let user_room =
        hs.store.read(Side::User(user), async move |tx| queue::find_user_room(tx, user, num).await).await?;
    Ok(user_room.is_some_and(|user_room| user_room.forgotten))
}

/// The rooms that the session's user is in.
pub async fn joined(hs: &Homeserver, session: &Session) -> Result<Vec<OwnedRoomId>> {
    let user = session.user;
    let rooms =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let mut joined = Vec::new();
    for user_room in rooms.into_iter().filter(|user_room| user_room.membership == "join") {
        joined.push(load(hs, user_room.room).await?.room_id.clone());
    }
    Ok(joined)
}
