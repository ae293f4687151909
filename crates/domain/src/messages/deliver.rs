//! Bringing a room's news to its members' queues.
//!
//! A delivery says "up to here", so repeating it does nothing and a lost one is made good by the next, or by the sweeper.
//! One task at a time delivers for a room; what comes meanwhile is covered by its next round.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use aside_store::queue::Delivery;
use aside_store::{Durability, Side, queue, rooms as room_store};
use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::Appended;
use crate::rooms::{self, Member, Room};
use crate::{Homeserver, Result, RoomNum, UserNum, ephemeral, push, requests, safety};

/// Rooms with more members are delivered to in rounds, so that one busy large room can't fill everybody's queue.
const AT_ONCE_MAX: usize = 256;
const ROUND: Duration = Duration::from_secs(1);
/// Deliveries handed to the database together.
const CHUNK: usize = 256;
/// Events kept for push rules while a round waits; older ones count as unread without a notification of their own.
const EVENTS_MAX: usize = 2_000;
const SETTLE_MAX: Duration = Duration::from_secs(2);
const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// Rooms that the sweeper reads at once.
const SWEEP_ROOMS: i64 = 1_000;

/// What waits to be delivered for one room.
#[derive(Default)]
pub struct Pending {
    room: Option<Arc<Room>>,
    /// The first position that may not have been delivered.
    from_pos: Option<i64>,
    receipt_pos: i64,
    events: Vec<Appended>,
    /// Whoever waits until this has been delivered; they hear it when the sender is dropped.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Pending {
    /// Whether all the news is withheld from a member, who isn't woken for it then.
    fn is_silent_for(&self, room: &Room, member: &Member) -> bool {
        let Some(from_pos) = self.from_pos else { return false };
        let is_all = i64::try_from(self.events.len()).is_ok_and(|count| count == room.next_pos - from_pos);
        let is_kept = |appended: &Appended| appended.event.withheld && appended.pdu.sender != member.user_id;
        is_all && self.events.iter().all(is_kept)
    }

    fn merge(&mut self, newer: Pending) {
        let position = |pending: &Pending| pending.room.as_ref().map_or(0, |room| room.next_pos);
        if position(&newer) >= position(self) {
            self.room = newer.room.or(self.room.take());
        }
        self.from_pos = [self.from_pos, newer.from_pos].into_iter().flatten().min();
        self.receipt_pos = self.receipt_pos.max(newer.receipt_pos);
        self.events.extend(newer.events);
        self.waiting.extend(newer.waiting);
        let excess = self.events.len().saturating_sub(EVENTS_MAX);
        self.events.drain(..excess);
    }
}

/// Delivers new events of a room to whom they concern, after the caller has gone on.
pub(crate) fn deliver_soon(
    hs: &Arc<Homeserver>,
    room: Arc<Room>,
    events: impl IntoIterator<Item = Appended>,
) {
    let events: Vec<Appended> = events.into_iter().collect();
    let from_pos = events.first().map(|appended| appended.pdu.pos);
    deliver_pending(hs, room.num, Pending { room: Some(room), from_pos, events, ..Pending::default() });
}

/// Delivers new receipts of a room to its members, after the caller has gone on.
pub(crate) fn deliver_receipts_soon(hs: &Arc<Homeserver>, room: RoomNum, receipt_pos: i64) {
    deliver_pending(hs, room, Pending { receipt_pos, ..Pending::default() });
}

/// Waits until what a room has now is in its members' queues. Whoever comes, goes or changes a room finds it so in what they
/// ask next; a message is answered without waiting for this, and nobody waits for a large room's next round.
pub(crate) async fn settled(hs: &Homeserver, num: RoomNum) {
    if !rooms::load(hs, num).await.is_ok_and(|room| room.state.members().len() <= AT_ONCE_MAX) {
        return;
    }
    let (done, delivered) = oneshot::channel();
    {
        let mut deliveries = hs.lanes.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pending) = deliveries.get_mut(&num) else { return };
        pending.waiting.push(done);
    }
    // The database may be slow; the change itself is on disk, so its answer need not wait for ever.
    let _ = tokio::time::timeout(SETTLE_MAX, delivered).await;
}

fn deliver_pending(hs: &Arc<Homeserver>, num: RoomNum, pending: Pending) {
    let mut deliveries = hs.lanes.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
    match deliveries.get_mut(&num) {
        Some(waiting) => waiting.merge(pending),
        None => {
            deliveries.insert(num, pending);
            tokio::spawn(deliver_in_rounds(Arc::clone(hs), num));
        }
    }
}

async fn deliver_in_rounds(hs: Arc<Homeserver>, num: RoomNum) {
    let mut failures = 0_u32;
    loop {
        let pending = {
            let mut deliveries = hs.lanes.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(waiting) = deliveries.get_mut(&num) else { return };
            if waiting.from_pos.is_none() && waiting.receipt_pos == 0 {
                deliveries.remove(&num);
                return;
            }
            std::mem::take(waiting)
        };
        match deliver(&hs, num, &pending).await {
            Ok(members) => {
                drop(pending);
                if members > AT_ONCE_MAX {
                    hs.sleep(ROUND).await;
                }
            }
            Err(error) => {
                // The room's log is the truth; until the database answers again there is nothing better to do than to wait.
                failures = (failures + 1).min(6);
                tracing::error!(%error, room = num.0, "delivery failed, trying again");
                put_back(&hs, num, pending);
                if hs.sleep(Duration::from_millis(100 << failures)).await {
                    return;
                }
            }
        }
    }
}

fn put_back(hs: &Homeserver, num: RoomNum, pending: Pending) {
    let mut deliveries = hs.lanes.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
    deliveries.entry(num).or_default().merge(pending);
}

/// Brings everyone whom it concerns up to date with a room; answers how many members that were.
async fn deliver(hs: &Arc<Homeserver>, num: RoomNum, pending: &Pending) -> Result<usize> {
    let room = match &pending.room {
        Some(room) => Arc::clone(room),
        None => rooms::load(hs, num).await?,
    };
    let changed_from = pending.from_pos.unwrap_or(i64::MAX);
    let concerned: Vec<(UserNum, &Member)> = room
        .state
        .members()
        .iter()
        .filter(|(_, member)| member.membership == "join" || member.pos >= changed_from)
        .map(|(num, member)| (*num, member))
        .collect();
    let batch = push::Batch::new(&room, &pending.events);
    for chunk in concerned.chunks(CHUNK) {
        let deliveries =
            chunk.iter().map(|(user, member)| deliver_to(hs, &room, *user, member, pending, &batch));
        for result in join_all(deliveries).await {
            result?;
        }
    }
    note_delivered(hs, &room, pending);
    ephemeral::people_moved(hs, &room, &pending.events);
    Ok(concerned.len())
}

async fn deliver_to(
    hs: &Arc<Homeserver>,
    room: &Arc<Room>,
    user: UserNum,
    member: &Member,
    pending: &Pending,
    batch: &push::Batch<'_>,
) -> Result<()> {
    let joined = member.membership == "join";
    let is_silent = pending.is_silent_for(room, member);
    if is_silent && pending.receipt_pos == 0 || safety::drops_invite(hs, room, user, member).await? {
        return Ok(());
    }
    if requests::is_dropped(room, user, member) {
        return Ok(());
    }
    let brought = requests::brought(room, user, member, pending.from_pos.unwrap_or(i64::MAX));
    let delivery = Delivery {
        room: room.num,
        // Receipts alone don't bring events along: those come with what push rules say of them.
        upto_pos: match pending.from_pos {
            None => 0,
            Some(_) if is_silent => 0,
            Some(_) if joined => room.next_pos - 1,
            Some(_) => member.pos,
        },
        upto_receipt_pos: if joined { pending.receipt_pos } else { 0 },
        membership: member.membership.clone(),
        membership_pos: member.pos,
        notifications: match &brought {
            Some(brought) if brought.is_quiet() => Vec::new(),
            _ => push::judge(hs, batch, user, member).await?,
        },
        ts: hs.clock.now_ms(),
    };
    let is_news = hs
        .store
        .write_with(Durability::Repairable, Side::User(user), async move |tx| {
            let is_news = queue::deliver(tx, user, &delivery).await?;
            if let Some(brought) = &brought {
                requests::bring(tx, user, brought, delivery.ts).await?;
            }
            Ok(is_news)
        })
        .await?;
    if is_news {
        hs.bell.ring(user);
    }
    Ok(())
}

/// Positions that have been delivered but not noted in the database yet. Noting each at once would cost a write a message.
#[derive(Default)]
pub(crate) struct Delivered(std::sync::Mutex<HashMap<RoomNum, (i64, i64)>>);

fn note_delivered(hs: &Homeserver, room: &Room, pending: &Pending) {
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
    deliver_pending(
        hs,
        num,
        Pending { room: Some(room), from_pos, receipt_pos, events: appended, ..Pending::default() },
    );
    Ok(())
}
