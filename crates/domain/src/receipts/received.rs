//! How far a conversation has come to people's devices, which says less than that it was read.
//!
//! A device that syncs from a position of its user's queue has taken in everything up to there, whatever client it is, so
//! nobody has to say so. What was heard in the last seconds is in memory, and the rest in the database: a start forgets no
//! more than the next sync of the device says again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aside_store::{Durability, Side, events, queue};
use ruma::OwnedUserId;

use crate::account_data::ignored;
use crate::accounts::Session;
use crate::rooms::JoinedRoom;
use crate::{Homeserver, QueuePosition, Result, RoomNum, UserNum, safety};

const WRITE_EVERY: Duration = Duration::from_secs(10);
/// In larger rooms nobody looks whether a message has come to each of the others.
const MEMBERS_MAX: usize = 32;

/// What devices have acknowledged and the database doesn't know yet.
#[derive(Default)]
pub(crate) struct Acknowledged(Mutex<HashMap<UserNum, QueuePosition>>);

impl Acknowledged {
    fn users(&self) -> MutexGuard<'_, HashMap<UserNum, QueuePosition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, user: UserNum, position: QueuePosition) {
        let mut users = self.users();
        let known = users.entry(user).or_default();
        *known = position.max(*known);
    }

    fn of(&self, user: UserNum) -> QueuePosition {
        self.users().get(&user).copied().unwrap_or_default()
    }

    /// Forgets what was written, unless there is news.
    fn written(&self, user: UserNum, position: QueuePosition) {
        let mut users = self.users();
        if users.get(&user) == Some(&position) {
            users.remove(&user);
        }
    }
}

/// Writes down every few seconds what was acknowledged.
pub(crate) async fn keep_acknowledged(hs: Arc<Homeserver>) {
    while !hs.sleep(WRITE_EVERY).await {
        let noted = hs.acknowledged.users().clone();
        for (user, position) in noted {
            let written = hs
                .store
                .write_with(Durability::Repairable, Side::User(user), async move |tx| {
                    queue::acknowledge(tx, user, position).await
                })
                .await;
            match written {
                Ok(()) => hs.acknowledged.written(user, position),
                Err(error) => tracing::warn!(%error, "what a device has received could not be written"),
            }
        }
    }
}

/// Up to where a device of somebody else in a room has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub user_id: OwnedUserId,
    pub event_id: String,
}

/// How far each of the others in a room has it on one of their devices at least. Left out are who has nothing yet of what the
/// session's user may see, and pairs in which one keeps away from the other; where more than 32 people are in the room, all are.
///
/// # Errors
/// [`crate::Error::Internal`].
pub async fn received(hs: &Homeserver, session: &Session, room: &JoinedRoom) -> Result<Vec<Received>> {
    let mut received = Vec::new();
    if room.state.joined().count() > MEMBERS_MAX {
        return Ok(received);
    }
    let unheard = ignored(hs, session.user).await?;
    let (num, me) = (room.num, session.user);
    let mine =
        hs.store.read(Side::User(me), async move |tx| queue::find_user_room(tx, me, num).await).await?;
    let first = mine.map_or(i64::MAX, |user_room| user_room.joined_pos);
    for (user, member) in room.state.joined().filter(|(user, _)| *user != session.user) {
        if unheard.contains(&member.user_id) || safety::hides_from(hs, user, &session.user_id).await? {
            continue;
        }
        let Some((joined, upto)) = received_span(hs, num, user).await? else { continue };
        if upto < joined.max(first) {
            continue;
        }
        let event = hs.store.read(Side::Room(num), async move |tx| events::at(tx, num, upto).await).await?;
        let user_id = member.user_id.clone();
        received.extend(event.map(|event| Received { user_id, event_id: event.event_id }));
    }
    Ok(received)
}

/// Where somebody came into a room, and up to where a device of theirs has it.
async fn received_span(hs: &Homeserver, num: RoomNum, user: UserNum) -> Result<Option<(i64, i64)>> {
    let noted = hs.acknowledged.of(user);
    let span = hs.store.read(Side::User(user), async move |tx| {
        let head = queue::find_head(tx, user).await?;
        let acknowledged = head.acknowledged_seq.max(noted);
        let user_room = queue::find_user_room(tx, user, num).await?;
        let Some(user_room) = user_room.filter(|_| acknowledged >= head.trimmed_seq.max(1)) else {
            return Ok(None);
        };
        let next = queue::find_next_events(tx, user, num, acknowledged).await?;
        Ok(Some((user_room.joined_pos, next.map_or(user_room.last_pos, |from| from - 1))))
    });
    Ok(span.await?)
}
