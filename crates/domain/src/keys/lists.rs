//! Telling people whose devices changed (specification, 10.12.5.2 Tracking the device list for a user).
//!
//! A change is written together with a note that it is to be announced; the note goes once everybody knows. A process
//! that dies in between leaves the note, and the sweeper announces again, which is harmless.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use aside_store::queue::{Entry, Kind};
use aside_store::{Durability, Side, Tx, keys, queue, rooms as room_store};
use futures_util::future::join_all;
use ruma::api::client::sync::sync_events::DeviceLists;
use ruma::{OwnedUserId, UserId};

use crate::accounts::user_id;
use crate::rooms::{self, Room};
use crate::{Homeserver, QueuePosition, Result, RoomNum, UserNum};

/// People told together.
const CHUNK: usize = 256;
const SWEEP_EVERY: Duration = Duration::from_secs(10);
const SWEEP_USERS: i64 = 1_000;

/// Notes in the user's own queue that their keys changed, and that it is to be announced.
/// `seq` was taken in this transaction.
pub(super) async fn note(
    tx: &Tx<'_>,
    user: UserNum,
    user_id: &str,
    seq: QueuePosition,
    ts: i64,
) -> aside_store::Result<()> {
    insert(tx, user, user_id, seq, ts).await?;
    keys::put_unannounced(tx, user, seq).await
}

/// Notes in a user's queue that the keys of `subject` changed; `seq` was taken in this transaction.
pub(super) async fn insert(
    tx: &Tx<'_>,
    user: UserNum,
    subject: &str,
    seq: QueuePosition,
    ts: i64,
) -> aside_store::Result<()> {
    let subject = Some(subject.to_owned());
    let entry = Entry { seq, kind: Kind::DeviceList, room: RoomNum(0), from_pos: 0, to_pos: 0, subject };
    queue::insert(tx, user, &entry, ts).await
}

/// Tells everybody who shares a room with the user, and the user's own devices, of a change noted at `seq`. Where that fails, or
/// the caller goes away, the sweeper does it.
pub(super) async fn announce(hs: &Homeserver, user: UserNum, seq: QueuePosition) {
    hs.bell.ring(user);
    if let Err(error) = tell_sharers(hs, user, seq).await {
        tracing::error!(%error, user = user.0, "announcing keys failed, the sweeper will try again");
    }
}

async fn tell_sharers(hs: &Homeserver, user: UserNum, seq: QueuePosition) -> Result<()> {
    let subject = user_id(hs, user).await?;
    let mut sharers = BTreeSet::new();
    for room in joined_rooms(hs, user).await? {
        sharers.extend(room.state.joined().map(|(num, _)| num));
    }
    sharers.remove(&user);
    let sharers: Vec<UserNum> = sharers.into_iter().collect();
    for chunk in sharers.chunks(CHUNK) {
        for told in join_all(chunk.iter().map(|sharer| tell(hs, *sharer, &subject))).await {
            told?;
        }
    }
    // Whoever can't be trusted to have been told after a loss of power finds the note again, which was deleted later.
    hs.store
        .write_with(Durability::Repairable, Side::User(user), async move |tx| {
            keys::delete_unannounced(tx, user, seq).await
        })
        .await?;
    Ok(())
}

async fn tell(hs: &Homeserver, user: UserNum, subject: &UserId) -> Result<()> {
    let (subject, now) = (subject.to_string(), hs.clock.now_ms());
    hs.store
        .write_with(Durability::Repairable, Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            insert(tx, user, &subject, seq, now).await
        })
        .await?;
    hs.bell.ring(user);
    Ok(())
}

/// Announces what a process that died, or an announcement that failed, left behind.
pub(crate) async fn sweep(hs: Arc<Homeserver>) {
    let mut seen_before = HashSet::new();
    let mut first = true;
    loop {
        match hs.store.read(Side::Sweep, async |tx| keys::list_unannounced(tx, SWEEP_USERS).await).await {
            Ok(seen) => {
                // A note seen twice in a row is nobody's current work; at the start there is nobody else.
                for &(user, seq) in seen.iter().filter(|note| first || seen_before.contains(*note)) {
                    if let Err(error) = tell_sharers(&hs, user, seq).await {
                        tracing::error!(%error, user = user.0, "announcing keys failed");
                    }
                }
                seen_before = seen.into_iter().collect();
            }
            Err(error) => tracing::error!(%error, "looking for keys to announce failed"),
        }
        first = false;
        if hs.sleep(SWEEP_EVERY).await {
            return;
        }
    }
}

/// The rooms that a user is in now.
pub(super) async fn joined_rooms(hs: &Homeserver, user: UserNum) -> Result<Vec<Arc<Room>>> {
    let places =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let mut joined = Vec::new();
    for place in places.into_iter().filter(|place| place.membership == "join") {
        let room = rooms::load(hs, place.room).await?;
        if room.is_joined(user) {
            joined.push(room);
        }
    }
    Ok(joined)
}

/// Whose devices a user must look at again, and whose no longer, by what a stretch of their queue says: changes of keys, and
/// people who came to share a room with them or stopped to.
pub(crate) async fn between(hs: &Homeserver, user: UserNum, entries: &[Entry]) -> Result<DeviceLists> {
    let noted = entries.iter().filter(|entry| entry.kind == Kind::DeviceList);
    let mut changed: BTreeSet<OwnedUserId> =
        noted.filter_map(|entry| UserId::parse(entry.subject.as_deref()?).ok()).collect();
    let mut gone = BTreeMap::new();
    let mut stretches: BTreeMap<RoomNum, (i64, i64)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Timeline) {
        let stretch = stretches.entry(entry.room).or_insert((entry.from_pos, entry.to_pos));
        *stretch = (stretch.0.min(entry.from_pos), stretch.1.max(entry.to_pos));
    }
    for (num, (from, to)) in stretches {
        let room = rooms::load(hs, num).await?;
        let moved = moved_members(hs, &room, from, to).await?;
        if moved.is_empty() {
            continue;
        }
        let own = moved.get(&user).copied().unwrap_or_default();
        let is_joined = room.is_joined(user);
        for (num, member) in room.state.members().iter().filter(|(num, _)| **num != user) {
            let their = moved.get(num).copied().unwrap_or_default();
            let joined = member.membership == "join";
            if is_joined && joined && (own.came || their.came) {
                changed.insert(member.user_id.clone());
            } else if (is_joined || own.went) && (their.went || (joined && own.went)) {
                gone.insert(*num, member.user_id.clone());
            }
        }
    }
    if !gone.is_empty() {
        for room in joined_rooms(hs, user).await? {
            gone.retain(|num, _| !room.is_joined(*num));
        }
    }
    let mut lists = DeviceLists::new();
    lists.left = gone.into_values().collect();
    lists.changed = changed.into_iter().filter(|user_id| !lists.left.contains(user_id)).collect();
    Ok(lists)
}

/// Whether somebody came into a room, or went out of it, in a stretch of its history; or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Moved {
    came: bool,
    went: bool,
}

impl Moved {
    /// Reads it from somebody's member events, positions with memberships, oldest first.
    fn read<'m>(history: impl IntoIterator<Item = (i64, &'m str)>, from: i64, to: i64) -> Moved {
        let mut moved = Moved::default();
        let mut was_joined = false;
        for (pos, membership) in history.into_iter().take_while(|(pos, _)| *pos <= to) {
            let joined = membership == "join";
            if pos >= from {
                moved.came |= joined && !was_joined;
                moved.went |= was_joined && !joined;
            }
            was_joined = joined;
        }
        moved
    }
}

/// Who moved; only people with a member event in the stretch or after it are looked at.
async fn moved_members(hs: &Homeserver, room: &Room, from: i64, to: i64) -> Result<BTreeMap<UserNum, Moved>> {
    let mut moved = BTreeMap::new();
    let num = room.num;
    for (user, member) in room.state.members().iter().filter(|(_, member)| member.pos >= from) {
        let user_id = member.user_id.to_string();
        let history = hs
            .store
            .read(Side::Room(num), async move |tx| {
                room_store::list_state_history(tx, num, "m.room.member", &user_id).await
            })
            .await?;
        let memberships: Vec<(i64, String)> =
            history.iter().map(|event| (event.pos, membership(&event.content))).collect();
        let events = memberships.iter().map(|(pos, membership)| (*pos, membership.as_str()));
        moved.insert(*user, Moved::read(events, from, to));
    }
    Ok(moved)
}

fn membership(content: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Content {
        membership: String,
    }
    serde_json::from_str::<Content>(content).map(|content| content.membership).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_or_goes_is_told_from_whoever_changes_their_name() {
        let came = Moved { came: true, went: false };
        let went = Moved { came: false, went: true };
        let both = Moved { came: true, went: true };
        let neither = Moved::default();
        type Case<'a> = (&'a [(i64, &'a str)], i64, i64, Moved);
        let cases: [Case<'_>; 9] = [
            (&[], 1, 9, neither),
            (&[(3, "invite"), (5, "join")], 4, 9, came),
            (&[(3, "invite")], 1, 9, neither),
            (&[(3, "join"), (5, "join")], 4, 9, neither),
            (&[(3, "join"), (5, "leave")], 4, 9, went),
            (&[(3, "join"), (5, "leave"), (6, "join")], 4, 9, both),
            (&[(3, "invite"), (5, "leave")], 4, 9, neither),
            (&[(3, "join"), (12, "leave")], 4, 9, neither),
            (&[(5, "join"), (12, "join")], 4, 9, came),
        ];
        for (history, from, to, expected) in cases {
            assert_eq!(Moved::read(history.iter().copied(), from, to), expected, "{history:?} {from}..={to}");
        }
    }
}
