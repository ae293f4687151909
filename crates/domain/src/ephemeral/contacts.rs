//! Who shares a room with whom, kept at hand: presence is for them alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aside_store::{Side, queue, rooms};
use futures_util::future::{FutureExt, try_join_all};

use super::MEMBERS_MAX;
use crate::cache::Cache;
use crate::{Homeserver, Result, RoomNum, UserNum};

/// People kept at hand, over all users; each takes eight bytes.
const PEOPLE_MAX: u64 = 2_000_000;
/// Rooms asked at the same time where asking means waiting for a database server.
const AT_ONCE: usize = 8;

/// The contacts of people whose presence changed or was asked for lately.
pub(super) struct Contacts(Cache<UserNum, Arc<[UserNum]>>);

impl Contacts {
    /// Where other servers write to the same database, somebody who came into a room there is seen within a minute.
    pub(super) fn new(shared: bool) -> Self {
        let cache = Cache::weighed(PEOPLE_MAX, |_, people: &Arc<[UserNum]>| people.len() as u64 + 10);
        Contacts(if shared { cache.for_at_most(Duration::from_secs(60)) } else { cache })
    }

    pub(super) fn forget(&self, user: UserNum) {
        self.0.remove(&user);
    }
}

/// Everyone who shares a room with a user, in order, and the user themself.
pub(crate) async fn contacts_of(hs: &Homeserver, user: UserNum) -> Result<Arc<[UserNum]>> {
    if let Some(known) = hs.ephemeral.contacts.0.get(&user) {
        return Ok(known);
    }
    let user_rooms =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let joined = user_rooms.into_iter().filter(|user_room| user_room.membership == "join");
    let joined: Vec<RoomNum> = joined.map(|user_room| user_room.room).collect();
    let mut people = BTreeSet::from([user]);
    for together in joined.chunks(AT_ONCE) {
        // Reading from SQLite never waits, so a long list has to make room for others by itself.
        tokio::task::consume_budget().await;
        let mut reading = Vec::with_capacity(together.len());
        for room in together {
            reading.push(members_of(hs, *room).boxed());
        }
        people.extend(try_join_all(reading).await?.into_iter().flatten());
    }
    let people: Arc<[UserNum]> = people.into_iter().collect();
    hs.ephemeral.contacts.0.insert(user, Arc::clone(&people));
    Ok(people)
}

/// Who is in a room, unless it is too large for its people to be told of each other.
async fn members_of(hs: &Homeserver, room: RoomNum) -> Result<Vec<UserNum>> {
    let limit = MEMBERS_MAX as i64 + 1;
    let members =
        hs.store.read(Side::Room(room), async move |tx| rooms::list_joined(tx, room, limit).await).await?;
    Ok(if members.len() > MEMBERS_MAX { Vec::new() } else { members })
}
