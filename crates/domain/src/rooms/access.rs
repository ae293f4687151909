//! The only ways to reach a room on somebody's behalf. What they return is the proof that it was checked.

use std::sync::Arc;

use aside_store::queue::UserRoom;
use aside_store::{Side, queue};
use ruma::{OwnedRoomId, RoomId};

use super::{Room, find_room_num, load};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

/// A room that the session's user is in now.
#[derive(Debug, Clone)]
pub struct JoinedRoom(Arc<Room>);

impl std::ops::Deref for JoinedRoom {
    type Target = Arc<Room>;

    fn deref(&self) -> &Arc<Room> {
        &self.0
    }
}

/// A room that the session's user is in or has been in, and how far it was brought to them.
#[derive(Debug, Clone)]
pub struct VisibleRoom {
    pub room: Arc<Room>,
    pub user_room: UserRoom,
    /// The newest position that the user may be shown.
    pub last_pos: i64,
}

/// # Errors
/// [`Error::Forbidden`] where the user isn't in the room, or there is none: a stranger can't tell which.
pub async fn access_joined_room(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<JoinedRoom> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    if room.is_joined(session.user) { Ok(JoinedRoom(room)) } else { Err(Error::not_in_room()) }
}

/// For reading history: also people who have left see what they saw.
///
/// # Errors
/// [`Error::Forbidden`] where the user has never been in the room or has forgotten it, or there is none.
pub async fn access_visible_room(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
) -> Result<VisibleRoom> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let user = session.user;
    let user_room =
        hs.store.read(Side::User(user), async move |tx| queue::find_user_room(tx, user, num).await).await?;
    let room = load(hs, num).await?;
    let Some(user_room) = user_room.filter(|user_room| !user_room.forgotten) else {
        return Err(Error::not_in_room());
    };
    match room.member(user).map(|member| member.membership.as_str()) {
        Some("join") => {
            let last_pos = room.next_pos - 1;
            Ok(VisibleRoom { room, user_room, last_pos })
        }
        Some("leave" | "ban") => {
            let last_pos = room.member(user).map_or(0, |member| member.pos);
            Ok(VisibleRoom { room, user_room, last_pos })
        }
        _ => Err(Error::not_in_room()),
    }
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
