//! Bringing a room's news to its members' queues.
//!
//! A delivery says "up to here", so repeating it does nothing and a lost one is made good by the next, or by the sweeper.
//! One task at a time delivers for a room; what comes meanwhile is covered by its next round. A member of a small room for
//! whom nobody listens may stay *behind* for a moment, so that a quick exchange is written to their queue once and not with
//! each message; whoever begins to listen is caught up with first. Whoever listens already is brought a message with the commit
//! that puts it into the log; the task completes that.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::Appended;
use super::bring::bring_to_all;
use super::sweep::note_delivered;
use crate::rooms::{self, Member, Room};
use crate::{Homeserver, Result, RoomNum, UserNum, ephemeral, push};

/// Rooms with more members are delivered to in rounds, so that one busy large room can't fill everybody's queue.
const AT_ONCE_MAX: usize = 256;
const ROUND: Duration = Duration::from_secs(1);
/// In rooms with more members nobody stays behind: catching up with many of them would keep whoever comes waiting.
pub(super) const BEHIND_MEMBERS_MAX: usize = 16;
/// How long a member for whom nobody listens stays behind.
const BEHIND_FOR: Duration = Duration::from_millis(100);
/// Events kept for push rules while a round waits; older ones count as unread without a notification of their own.
pub(super) const EVENTS_MAX: usize = 2_000;
const SETTLE_MAX: Duration = Duration::from_secs(2);

/// Deliveries under way.
#[derive(Default)]
pub struct Deliveries {
    /// By room. A room is listed while a task delivers for it.
    rooms: Mutex<HashMap<RoomNum, Lane>>,
    /// The rooms in which a user is behind.
    behind: Mutex<HashMap<UserNum, BTreeSet<RoomNum>>>,
}

impl Deliveries {
    fn rooms(&self) -> std::sync::MutexGuard<'_, HashMap<RoomNum, Lane>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn behind(&self) -> std::sync::MutexGuard<'_, HashMap<UserNum, BTreeSet<RoomNum>>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fell_behind(&self, user: UserNum, room: RoomNum) {
        self.behind().entry(user).or_default().insert(room);
    }

    pub(super) fn is_behind(&self, user: UserNum, room: RoomNum) -> bool {
        self.behind().get(&user).is_some_and(|rooms| rooms.contains(&room))
    }

    fn caught_up(&self, user: UserNum, room: RoomNum) {
        let mut behind = self.behind();
        if let Some(rooms) = behind.get_mut(&user) {
            rooms.remove(&room);
            if rooms.is_empty() {
                behind.remove(&user);
            }
        }
    }
}

/// What the task that delivers for a room is handed.
#[derive(Default)]
struct Lane {
    news: Pending,
    /// Whoever waits until everybody has everything; they hear it when the sender is dropped.
    waiting: Vec<oneshot::Sender<()>>,
    /// Rung when there is something in here.
    handed: Arc<Notify>,
}

/// What waits to be delivered for one room.
#[derive(Default, Clone)]
pub(super) struct Pending {
    pub(super) room: Option<Arc<Room>>,
    /// The first position that may not have been delivered.
    pub(super) from_pos: Option<i64>,
    pub(super) receipt_pos: i64,
    pub(super) events: Vec<Appended>,
    /// Who has been brought all of this already, and whether it is worth a notification to them.
    pub(super) brought: HashMap<UserNum, bool>,
}

impl Pending {
    /// New events of a room, which is as it is after them.
    pub(super) fn of(room: Arc<Room>, events: Vec<Appended>) -> Pending {
        let from_pos = events.first().map(|appended| appended.pdu.pos);
        Pending { room: Some(room), from_pos, events, ..Pending::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.from_pos.is_none() && self.receipt_pos == 0
    }

    /// Whether all the news is withheld from a member, who isn't woken for it then.
    pub(super) fn is_silent_for(&self, room: &Room, member: &Member) -> bool {
        let Some(from_pos) = self.from_pos else { return false };
        let is_all = i64::try_from(self.events.len()).is_ok_and(|count| count == room.next_pos - from_pos);
        let is_kept = |appended: &Appended| appended.event.withheld && appended.pdu.sender != member.user_id;
        is_all && self.events.iter().all(is_kept)
    }

    fn merge(&mut self, mut newer: Pending) {
        // Bringing something twice does no harm, so only those are left out who have all of it.
        self.brought = if self.is_empty() { std::mem::take(&mut newer.brought) } else { HashMap::new() };
        let position = |pending: &Pending| pending.room.as_ref().map_or(0, |room| room.next_pos);
        if position(&newer) >= position(self) {
            self.room = newer.room.or(self.room.take());
        }
        self.from_pos = [self.from_pos, newer.from_pos].into_iter().flatten().min();
        self.receipt_pos = self.receipt_pos.max(newer.receipt_pos);
        self.events.extend(newer.events);
        if !self.events.is_sorted_by(|one, next| one.pdu.pos < next.pdu.pos) {
            self.events.sort_by_key(|appended| appended.pdu.pos);
            self.events.dedup_by_key(|appended| appended.pdu.pos);
        }
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
    deliver_pending(hs, room.num, Pending::of(room, events.into_iter().collect()));
}

/// Delivers new receipts of a room to its members, after the caller has gone on.
pub(crate) fn deliver_receipts_soon(hs: &Arc<Homeserver>, room: RoomNum, receipt_pos: i64) {
    deliver_pending(hs, room, Pending { receipt_pos, ..Pending::default() });
}

/// Waits until what a room has now is in its members' queues. Whoever comes, goes or changes a room finds it so in what they
/// ask next; a message is answered without waiting for this, and nobody waits for a large room's next round.
pub(crate) async fn settled(hs: &Homeserver, num: RoomNum) {
    if rooms::load(hs, num).await.is_ok_and(|room| room.state.members().len() <= AT_ONCE_MAX) {
        wait_for(ask(hs, [num])).await;
    }
}

/// Waits until a user's queue holds what was answered to senders before. To be called by whoever reads the queue, once they
/// listen.
pub(crate) async fn catch_up(hs: &Homeserver, user: UserNum) {
    let behind = hs.lanes.deliveries.behind().get(&user).cloned();
    if let Some(rooms) = behind {
        wait_for(ask(hs, rooms)).await;
    }
}

/// Asks that nobody stays behind in these rooms.
fn ask(hs: &Homeserver, nums: impl IntoIterator<Item = RoomNum>) -> Vec<oneshot::Receiver<()>> {
    let mut rooms = hs.lanes.deliveries.rooms();
    let mut asked = Vec::new();
    for num in nums {
        let Some(lane) = rooms.get_mut(&num) else { continue };
        let (done, delivered) = oneshot::channel();
        lane.waiting.push(done);
        lane.handed.notify_one();
        asked.push(delivered);
    }
    asked
}

async fn wait_for(deliveries: Vec<oneshot::Receiver<()>>) {
    // The database may be slow; what was said is on disk, so nobody need wait for ever.
    let _ = tokio::time::timeout(SETTLE_MAX, join_all(deliveries)).await;
}

pub(super) fn deliver_pending(hs: &Arc<Homeserver>, num: RoomNum, pending: Pending) {
    let mut rooms = hs.lanes.deliveries.rooms();
    match rooms.get_mut(&num) {
        Some(lane) => {
            lane.news.merge(pending);
            lane.handed.notify_one();
        }
        None => {
            rooms.insert(num, Lane { news: pending, ..Lane::default() });
            tokio::spawn(deliver_in_rounds(Arc::clone(hs), num));
        }
    }
}

/// Members who are behind, and everything that they have not been brought.
#[derive(Default)]
struct Behind {
    members: HashSet<UserNum>,
    pending: Pending,
    until: Option<Instant>,
}

async fn deliver_in_rounds(hs: Arc<Homeserver>, num: RoomNum) {
    let (mut failures, mut behind) = (0_u32, Behind::default());
    loop {
        let (news, waiting, handed) = {
            let mut rooms = hs.lanes.deliveries.rooms();
            let Some(lane) = rooms.get_mut(&num) else { return };
            if lane.news.is_empty() && behind.until.is_none() {
                // Whoever still waits hears that there is nothing left.
                rooms.remove(&num);
                return;
            }
            (std::mem::take(&mut lane.news), std::mem::take(&mut lane.waiting), Arc::clone(&lane.handed))
        };
        let is_over = behind.until.is_some_and(|until| until <= Instant::now());
        if news.is_empty() && waiting.is_empty() && !is_over && !hs.shutdown.is_cancelled() {
            let until = behind.until.unwrap_or_else(Instant::now);
            tokio::select! {
                () = handed.notified() => {}
                () = tokio::time::sleep_until(until) => {}
                () = hs.shutdown.cancelled() => {}
            }
            continue;
        }
        let everybody = is_over || !waiting.is_empty() || hs.shutdown.is_cancelled();
        match deliver(&hs, num, &news, &mut behind, everybody).await {
            Ok(members) => {
                failures = 0;
                drop(waiting);
                if members > AT_ONCE_MAX {
                    hs.sleep(ROUND).await;
                }
            }
            Err(error) => {
                // The room's log is the truth; until the database answers again there is nothing better to do than to wait.
                failures = (failures + 1).min(6);
                tracing::error!(%error, room = num.0, "delivery failed, trying again");
                if let Some(lane) = hs.lanes.deliveries.rooms().get_mut(&num) {
                    lane.news.merge(news);
                    lane.waiting.extend(waiting);
                }
                if hs.sleep(Duration::from_millis(100 << failures)).await {
                    return;
                }
            }
        }
    }
}

/// Brings whom it concerns up to date with a room, save those who may stay behind; answers how many members it concerns.
async fn deliver(
    hs: &Arc<Homeserver>,
    num: RoomNum,
    news: &Pending,
    behind: &mut Behind,
    everybody: bool,
) -> Result<usize> {
    behind.pending.merge(news.clone());
    let room = match &behind.pending.room {
        Some(room) => Arc::clone(room),
        None => rooms::load(hs, num).await?,
    };
    let changed_from = news.from_pos.unwrap_or(i64::MAX);
    let (mut current, mut late) = (Vec::new(), Vec::new());
    let members = room.state.members();
    for (&user, member) in members {
        let (is_new, is_behind) = (member.pos >= changed_from, behind.members.contains(&user));
        if let Some(&notifies) = news.brought.get(&user)
            && !is_behind
            && news.receipt_pos == 0
        {
            if notifies {
                push::push_soon(hs, user).await?;
            }
            continue;
        }
        if member.membership != "join" && !is_new && !is_behind {
            continue;
        }
        let may_stay = !everybody && !is_new && members.len() <= BEHIND_MEMBERS_MAX;
        match (may_stay && stays_behind(hs, num, user), is_behind) {
            (true, false) => drop(behind.members.insert(user)),
            (true, true) => {}
            (false, true) => late.push((user, member)),
            (false, false) => current.push((user, member)),
        }
    }
    let concerned = current.len() + late.len();
    bring_to_all(hs, &room, &current, news).await?;
    bring_to_all(hs, &room, &late, &behind.pending).await?;
    for (user, _) in late {
        behind.members.remove(&user);
        hs.lanes.deliveries.caught_up(user, num);
    }
    ephemeral::people_moved(hs, &room, &news.events);
    if behind.members.is_empty() || everybody {
        for user in behind.members.drain() {
            // They have left meanwhile.
            hs.lanes.deliveries.caught_up(user, num);
        }
        note_delivered(hs, &room, &std::mem::take(behind).pending);
    } else {
        behind.until.get_or_insert_with(|| Instant::now() + BEHIND_FOR);
    }
    Ok(concerned)
}

/// Whether a member stays behind because nobody listens for them. Who listens in another process isn't known here.
fn stays_behind(hs: &Homeserver, num: RoomNum, user: UserNum) -> bool {
    if hs.store.is_shared() || hs.bell.is_listening(user) {
        return false;
    }
    // Noted before looking once more: so either they are seen to listen, or they see that they are behind.
    hs.lanes.deliveries.fell_behind(user, num);
    let listens = hs.bell.is_listening(user);
    if listens {
        hs.lanes.deliveries.caught_up(user, num);
    }
    !listens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_been_brought_everything_is_left_out_until_something_is_added() {
        let news = |pos| Pending {
            from_pos: Some(pos),
            brought: HashMap::from([(UserNum(1), true)]),
            ..Pending::default()
        };
        let mut pending = Pending::default();
        pending.merge(news(4));
        assert_eq!(pending.brought.get(&UserNum(1)), Some(&true));
        pending.merge(news(5));
        assert!(pending.brought.is_empty(), "they may have been brought the second without the first");
        assert_eq!(pending.from_pos, Some(4));
    }
}
