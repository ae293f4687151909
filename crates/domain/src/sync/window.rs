//! The stretch of a user's queue that one sync looks at.

use std::collections::BTreeSet;
use std::sync::Arc;

use aside_store::keys::{self, Left};
use aside_store::notifications::{self, Count};
use aside_store::queue::{Entry, Kind, UserRoom};
use aside_store::{Side, Tx, queue};
use ruma::api::client::filter::{FilterDefinition, RoomFilter};

use super::Wanted;
use super::to_device::Waiting;
use crate::accounts::Session;
use crate::events::EventFilter;
use crate::{Homeserver, Result, RoomNum, SyncToken, UserNum};

/// Entries that one sync reads at most; the next sync goes on from there.
const ENTRIES_MAX: i64 = 5_000;

/// The parts of a filter that are asked about each room.
#[derive(Default)]
pub(crate) struct Filters {
    pub(crate) timeline: EventFilter,
    pub(crate) state: EventFilter,
    pub(crate) ephemeral: EventFilter,
    pub(crate) account_data: EventFilter,
}

impl Filters {
    fn of(filter: &RoomFilter) -> Arc<Filters> {
        let RoomFilter { timeline, state, ephemeral, account_data, .. } = filter.clone();
        Arc::new(Filters {
            timeline: EventFilter(timeline),
            state: EventFilter(state),
            ephemeral: EventFilter(ephemeral),
            account_data: EventFilter(account_data),
        })
    }
}

/// What every answer counts anew.
pub(super) struct Counts {
    pub(super) unread: Vec<Count>,
    pub(super) left: Vec<Left>,
}

impl Counts {
    async fn read(
        tx: &Tx<'_>,
        user: UserNum,
        device_id: &str,
        rooms: &[UserRoom],
        is_initial: bool,
    ) -> aside_store::Result<Counts> {
        let left = keys::list_left(tx, user, device_id).await?;
        if is_initial {
            return Ok(Counts { unread: notifications::count_all(tx, user).await?, left });
        }
        let mut unread = Vec::new();
        for user_room in rooms.iter().filter(|user_room| user_room.membership == "join") {
            unread.extend(notifications::count(tx, user, user_room.room, user_room.joined_pos).await?);
        }
        Ok(Counts { unread, left })
    }
}

/// What is new for a user between two positions of their queue, read at one moment.
pub(crate) struct Window<'a> {
    pub(crate) hs: &'a Homeserver,
    pub(crate) session: &'a Session,
    pub(crate) filter: &'a FilterDefinition,
    pub(crate) filters: Arc<Filters>,
    /// Where the device is; `None` where it starts anew, because it never synced or its token is too old.
    pub(crate) since: Option<SyncToken>,
    /// Where it will be after this sync.
    pub(crate) until: SyncToken,
    /// What the queue says in between; empty where the device starts anew.
    pub(crate) entries: Vec<Entry>,
    /// The user's place in each room with news, or in every room where the device starts anew.
    pub(crate) rooms: Vec<UserRoom>,
    /// The device's own messages.
    pub(super) to_device: Waiting,
    /// What is unread in `rooms`, and what is left of the device's keys; `None` where the queue has nothing to tell.
    pub(super) counts: Option<Counts>,
    /// Typing and presence that changed in between.
    pub(crate) ephemeral: bool,
}

impl<'a> Window<'a> {
    pub(crate) async fn open(
        hs: &'a Homeserver,
        session: &'a Session,
        wanted: &'a Wanted,
    ) -> Result<Window<'a>> {
        let user = session.user;
        let asked = wanted.since.filter(|since| since.epoch == hs.epoch);
        let serial = super::ephemeral::serial(hs, asked.map(|since| since.ephemeral));
        let device_id = session.device_id.clone();
        let (head, position, since, entries, rooms, to_device, counts) = hs
            .store
            .read(Side::User(user), async move |tx| {
                let head = queue::find_head(tx, user).await?;
                // A token older than the trim, or from a future that was lost, starts anew: slow and right.
                let since =
                    asked.filter(|since| since.position >= head.trimmed_seq && since.position <= head.seq);
                let (mut position, mut entries, mut rooms) = (head.seq, Vec::new(), Vec::new());
                match since {
                    None => rooms = queue::list_user_rooms(tx, user).await?,
                    Some(since) if since.position == head.seq => {}
                    Some(since) => {
                        entries = queue::range(tx, user, since.position, head.seq, ENTRIES_MAX).await?;
                        let full = i64::try_from(entries.len()).unwrap_or(i64::MAX) >= ENTRIES_MAX;
                        position = entries.last().filter(|_| full).map_or(head.seq, |entry| entry.seq);
                        let in_rooms: BTreeSet<RoomNum> =
                            entries.iter().map(|entry| entry.room).filter(|room| room.0 != 0).collect();
                        for room in in_rooms {
                            rooms.extend(queue::find_user_room(tx, user, room).await?);
                        }
                    }
                }
                let is_news = entries.iter().any(|entry| entry.kind == Kind::ToDevice);
                let device_id = device_id.as_str();
                let to_device = Waiting::read(tx, user, device_id, since, position, is_news).await?;
                let counts = match since.is_some() && entries.is_empty() && to_device.is_empty() {
                    true => None,
                    false => Some(Counts::read(tx, user, device_id, &rooms, since.is_none()).await?),
                };
                Ok((head, position, since, entries, rooms, to_device, counts))
            })
            .await?;
        if let Some(since) = since.filter(|since| since.position > head.acknowledged_seq) {
            hs.acknowledged.note(user, since.position);
        }
        let ephemeral = since.is_none_or(|since| super::ephemeral::has_news(hs, user, since.ephemeral));
        Ok(Window {
            hs,
            session,
            filter: &wanted.filter,
            filters: Filters::of(&wanted.filter.room),
            since,
            until: SyncToken { to_device: to_device.until, ..SyncToken::new(hs.epoch, position, serial) },
            entries,
            rooms,
            to_device,
            counts,
            ephemeral,
        })
    }

    pub(crate) fn is_initial(&self) -> bool {
        self.since.is_none()
    }

    /// Whether there is certainly nothing to answer.
    pub(crate) fn is_empty(&self) -> bool {
        self.since.is_some() && self.entries.is_empty() && self.to_device.is_empty() && !self.ephemeral
    }

    /// Whether the device loads members only as they speak.
    pub(crate) fn lazily(&self) -> bool {
        !self.filter.room.state.lazy_load_options.is_disabled()
    }

    pub(crate) fn entries_of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
}
