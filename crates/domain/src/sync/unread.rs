//! How many events of a room are worth a notification and unread (specification, 11.12.1.2 Receiving notifications).

use std::collections::BTreeMap;

use aside_store::notifications::Count;
use ruma::api::client::sync::sync_events::UnreadNotificationsCount;
use ruma::{EventId, OwnedEventId, UInt};

use super::Window;
use crate::RoomNum;

/// The counts of one room.
#[derive(Debug, Default)]
pub(super) struct Unread {
    pub(super) room: UnreadNotificationsCount,
    /// By thread root; only where the filter asks for them, and then not counted in `room`.
    pub(super) threads: BTreeMap<OwnedEventId, UnreadNotificationsCount>,
}

/// The counts of the rooms that this sync tells about.
pub(super) fn of_rooms(window: &Window<'_>) -> BTreeMap<RoomNum, Unread> {
    let by_thread = window.filter.room.timeline.unread_thread_notifications;
    let joined = window.rooms.iter().filter(|user_room| user_room.membership == "join");
    let mut unread: BTreeMap<RoomNum, Unread> =
        joined.map(|user_room| (user_room.room, summed(&[], by_thread))).collect();
    let counts = window.counts.iter().flat_map(|counts| &counts.unread);
    let mut by_room: BTreeMap<RoomNum, Vec<Count>> = BTreeMap::new();
    for count in counts {
        by_room.entry(count.room).or_default().push(count.clone());
    }
    for (room, counts) in by_room {
        unread.insert(room, summed(&counts, by_thread));
    }
    unread
}

fn summed(counts: &[Count], by_thread: bool) -> Unread {
    let mut unread = Unread::default();
    let (mut notifications, mut highlights) = (0, 0);
    for count in counts {
        let root = count.thread_id.as_deref().and_then(|root| EventId::parse(root).ok());
        match root.filter(|_| by_thread) {
            Some(root) => drop(unread.threads.insert(root, counted(count.notifications, count.highlights))),
            None => {
                notifications += count.notifications;
                highlights += count.highlights;
            }
        }
    }
    unread.room = counted(notifications, highlights);
    unread
}

fn counted(notifications: i64, highlights: i64) -> UnreadNotificationsCount {
    let mut count = UnreadNotificationsCount::new();
    count.notification_count = UInt::try_from(notifications).ok();
    count.highlight_count = UInt::try_from(highlights).ok();
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_counted_by_themselves_only_where_they_are_asked_for() {
        let count = |thread_id: Option<&str>, notifications, highlights| Count {
            room: RoomNum(1),
            thread_id: thread_id.map(str::to_owned),
            notifications,
            highlights,
        };
        let counts = [count(None, 2, 1), count(Some("$root"), 3, 0)];
        let numbers = |count: &UnreadNotificationsCount| {
            (count.notification_count.map(u64::from), count.highlight_count.map(u64::from))
        };
        let together = summed(&counts, false);
        assert_eq!(numbers(&together.room), (Some(5), Some(1)));
        assert!(together.threads.is_empty());
        let apart = summed(&counts, true);
        assert_eq!(numbers(&apart.room), (Some(2), Some(1)));
        assert_eq!(apart.threads.values().map(numbers).collect::<Vec<_>>(), [(Some(3), Some(0))]);
        assert_eq!(numbers(&summed(&[], true).room), (Some(0), Some(0)));
    }
}
