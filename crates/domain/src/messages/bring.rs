//! What is brought to a member's queue, and writing it there.

use std::sync::Arc;

use aside_store::queue::Delivery;
use aside_store::{Durability, Side, Tx, queue};
use futures_util::future::join_all;

use super::Appended;
use super::deliver::{BEHIND_MEMBERS_MAX, Pending};
use crate::rooms::{Member, Room};
use crate::{Homeserver, Result, UserNum, push, requests, safety};

/// Deliveries handed to the database together.
const CHUNK: usize = 256;

/// What is to be written to one member's queue.
pub(super) struct Bringing {
    pub(super) user: UserNum,
    delivery: Delivery,
    settled: Option<requests::Brought>,
}

impl Bringing {
    /// Whether it is worth a notification to them.
    pub(super) fn notifies(&self) -> bool {
        !self.delivery.notifications.is_empty()
    }

    /// The write, which answers whether there was anything new for them.
    pub(super) fn write(self) -> (Side, impl AsyncFn(&Tx<'_>) -> aside_store::Result<bool> + Send + 'static) {
        let Bringing { user, delivery, settled } = self;
        let write = async move |tx: &Tx<'_>| {
            let is_news = queue::deliver(tx, user, &delivery).await?;
            if let Some(settled) = &settled {
                requests::bring(tx, user, settled, delivery.ts).await?;
            }
            Ok(is_news)
        };
        (Side::User(user), write)
    }
}

/// Works out what is to be written to a member's queue; `None` where nothing is.
async fn bringing(
    hs: &Homeserver,
    room: &Arc<Room>,
    user: UserNum,
    member: &Member,
    pending: &Pending,
    batch: &push::Batch<'_>,
) -> Result<Option<Bringing>> {
    let joined = member.membership == "join";
    let is_silent = pending.is_silent_for(room, member);
    if is_silent && pending.receipt_pos == 0 || safety::drops_invite(hs, room, user, member).await? {
        return Ok(None);
    }
    if requests::is_dropped(room, user, member) {
        return Ok(None);
    }
    let settled = requests::brought(room, user, member, pending.from_pos.unwrap_or(i64::MAX));
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
        notifications: match &settled {
            Some(settled) if settled.is_quiet() => Vec::new(),
            _ => push::judge(hs, batch, user, member).await?,
        },
        ts: hs.clock.now_ms(),
        after_pos: None,
    };
    Ok(Some(Bringing { user, delivery, settled }))
}

/// What can be written to the queues of those who listen together with a room's new messages. Others are brought nothing
/// there, because it keeps the sender waiting.
pub(super) async fn ahead(hs: &Homeserver, news: &Pending) -> Vec<Bringing> {
    let Some((room, from_pos)) = news.room.as_ref().zip(news.from_pos) else { return Vec::new() };
    let members = room.state.members();
    let is_state = |appended: &Appended| appended.pdu.state_key.is_some();
    if hs.store.is_shared() || members.len() > BEHIND_MEMBERS_MAX || news.events.iter().any(is_state) {
        return Vec::new();
    }
    let batch = push::Batch::new(room, &news.events);
    let mut ahead = Vec::new();
    for (&user, member) in members {
        let listens = hs.bell.is_listening(user) && !hs.lanes.deliveries.is_behind(user, room.num);
        if member.membership != "join" || !listens {
            continue;
        }
        // Where the database doesn't answer now, they are brought it later.
        if let Ok(Some(mut bringing)) = bringing(hs, room, user, member, news, &batch).await {
            // Whoever was brought less so far is brought the rest first, with what their push rules say of it.
            bringing.delivery.after_pos = Some(from_pos - 1);
            ahead.push(bringing);
        }
    }
    ahead
}

/// Brings news of a room to the queues of some of its members.
pub(super) async fn bring_to_all(
    hs: &Arc<Homeserver>,
    room: &Arc<Room>,
    members: &[(UserNum, &Member)],
    pending: &Pending,
) -> Result<()> {
    if members.is_empty() || pending.is_empty() {
        return Ok(());
    }
    let batch = push::Batch::new(room, &pending.events);
    for chunk in members.chunks(CHUNK) {
        let all = chunk.iter().map(|(user, member)| bring_to(hs, room, *user, member, pending, &batch));
        for result in join_all(all).await {
            result?;
        }
    }
    Ok(())
}

async fn bring_to(
    hs: &Arc<Homeserver>,
    room: &Arc<Room>,
    user: UserNum,
    member: &Member,
    pending: &Pending,
    batch: &push::Batch<'_>,
) -> Result<()> {
    let Some(bringing) = bringing(hs, room, user, member, pending, batch).await? else { return Ok(()) };
    let notifies = bringing.notifies();
    let (side, write) = bringing.write();
    if hs.store.write_with(Durability::Repairable, side, write).await? {
        hs.bell.ring(user);
    }
    // Also where it was brought before: whoever brought it may have died before this.
    if notifies {
        push::push_soon(hs, user).await?;
    }
    Ok(())
}
