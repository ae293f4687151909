//! How far rooms have been delivered, noted now and then, and the deliveries that a process which died left undone.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use aside_store::{Durability, Side, rooms as room_store};
use futures_util::future::join_all;

use super::Appended;
use super::deliver::{EVENTS_MAX, Pending, deliver_pending};
use crate::rooms::{self, Room};
use crate::{Homeserver, Result, RoomNum};

const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// Rooms that the sweeper reads at once.
const SWEEP_ROOMS: i64 = 1_000;

/// Positions that have been delivered but not noted in the database yet. Noting each at once would cost a write a message.
#[derive(Default)]
pub(crate) struct Delivered(std::sync::Mutex<HashMap<RoomNum, (i64, i64)>>);

pub(super) fn note_delivered(hs: &Homeserver, room: &Room, pending: &Pending) {
    let mut delivered = hs.delivered.0.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = delivered.entry(room.num).or_default();
    if pending.from_pos.is_some() {
        entry.0 = entry.0.max(room.next_pos - 1);
    }
    entry.1 = entry.1.max(pending.receipt_pos);
}

async fn write_delivered(hs: &Homeserver) -> Result<()> {
    let delivered = std::mem::take(&mut *hs.delivered.0.lock().unwrap_or_else(PoisonError::into_inner));
    let notes = delivered.into_iter().map(|(room, (pos, receipt_pos))| {
        hs.store.write_with(Durability::Repairable, Side::Room(room), async move |tx| {
            room_store::set_fanned(tx, room, pos, receipt_pos).await
        })
    });
    for result in join_all(notes).await {
        result?;
    }
    Ok(())
}

/// Delivers what a process that died left undelivered: at the start, and on a shared database all the time.
pub async fn sweep(hs: Arc<Homeserver>) {
    let mut seen_before: HashSet<RoomNum> = HashSet::new();
    let mut first = true;
    loop {
        if let Err(error) = write_delivered(&hs).await {
            tracing::error!(%error, "noting deliveries failed");
        }
        if first || hs.store.is_shared() {
            match sweep_once(&hs, &seen_before, first).await {
                Ok(seen) => seen_before = seen,
                Err(error) => tracing::error!(%error, "sweep failed"),
            }
            first = false;
        }
        if hs.sleep(SWEEP_EVERY).await {
            // What was delivered is noted, so that the next start has nothing to repeat.
            let _ = write_delivered(&hs).await;
            return;
        }
    }
}

/// A room seen twice in a row is nobody's current work. At the start there is nobody else (or they do it again, harmlessly).
async fn sweep_once(
    hs: &Arc<Homeserver>,
    seen_before: &HashSet<RoomNum>,
    first: bool,
) -> Result<HashSet<RoomNum>> {
    let (mut after, mut seen) = (RoomNum(0), HashSet::new());
    loop {
        let rooms = hs
            .store
            .read(Side::Sweep, async move |tx| room_store::list_to_deliver(tx, after, SWEEP_ROOMS).await)
            .await?;
        let Some(&last) = rooms.last() else { return Ok(seen) };
        after = last;
        for &num in rooms.iter().filter(|num| first || seen_before.contains(num)) {
            deliver_rest(hs, num).await?;
        }
        seen.extend(rooms);
    }
}

async fn deliver_rest(hs: &Arc<Homeserver>, num: RoomNum) -> Result<()> {
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(head) = room_store::find_head(tx, num).await? else { return Ok(None) };
            let (from, to) = (head.fanned_pos + 1, head.next_pos - 1);
            let direction = aside_store::events::Direction::Backwards;
            let events = aside_store::events::range(tx, num, from, to, direction, EVENTS_MAX as i64).await?;
            Ok(Some((head, events)))
        })
        .await?;
    let Some((head, mut events)) = found else { return Ok(()) };
    events.reverse();
    let room = rooms::load(hs, num).await?;
    let mut appended = Vec::with_capacity(events.len());
    for event in events {
        let pdu = Arc::new(crate::rooms::Pdu::from_stored(&event, &room.room_id)?);
        appended.push(Appended { pdu, event: Arc::new(event) });
    }
    let from_pos = (head.fanned_pos + 1 < head.next_pos).then_some(head.fanned_pos + 1);
    let receipt_pos = if head.fanned_receipt_pos < head.receipt_pos { head.receipt_pos } else { 0 };
    let pending = Pending { room: Some(room), from_pos, receipt_pos, events: appended, ..Pending::default() };
    deliver_pending(hs, num, pending);
    Ok(())
}
