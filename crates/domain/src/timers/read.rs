//! Messages that go a while after they were read: by everybody who is in the conversation but the sender.

use std::collections::BTreeMap;

use aside_store::timers::{self, Timer};
use aside_store::{Side, Tx};
use ruma::UserId;

use super::arm::{wake_again, wake_at};
use super::setting;
use crate::rooms::Room;
use crate::{Homeserver, Result, RoomNum};

/// Messages of a room that are looked at when somebody reads; the rest comes with the next reading.
const UNREAD_MAX: i64 = 1_000;

/// Notes how far somebody has read, by a public receipt or a private one; sets the end of what everybody has read now.
pub(crate) async fn read_upto(hs: &Homeserver, room: &Room, user_id: &UserId, pos: i64) -> Result<()> {
    if !setting::was_ever_set(room) {
        return Ok(());
    }
    let (num, reader) = (room.num, user_id.to_string());
    let waiting = hs
        .store
        .write(Side::Room(num), async move |tx| {
            let waiting = timers::list_unread(tx, num, UNREAD_MAX).await?;
            timers::put_read(tx, num, &reader, pos).await?;
            Ok(waiting)
        })
        .await?;
    let now_ms = hs.clock.now_ms();
    let Some(soonest) = waiting.iter().filter_map(|timer| timer.after_read_ms).min() else { return Ok(()) };
    // The job is there before the ends that it is for.
    wake_at(hs, num, now_ms + soonest).await?;
    let members: Vec<String> = room.state.joined().map(|(_, member)| member.user_id.to_string()).collect();
    hs.store
        .write(Side::Room(num), async move |tx| set_ends(tx, num, &waiting, &members, now_ms).await)
        .await?;
    wake_again(hs, num, now_ms + soonest).await
}

async fn set_ends(
    tx: &Tx<'_>,
    num: RoomNum,
    waiting: &[Timer],
    members: &[String],
    now_ms: i64,
) -> aside_store::Result<()> {
    let reads: BTreeMap<String, i64> = timers::list_reads(tx, num).await?.into_iter().collect();
    for timer in waiting {
        let mut readers = members.iter().filter(|member| **member != timer.sender);
        let is_read = readers.all(|member| reads.get(member).is_some_and(|pos| *pos >= timer.pos));
        if let Some(after_ms) = timer.after_read_ms.filter(|_| is_read) {
            timers::set_read(tx, num, timer.pos, now_ms + after_ms).await?;
        }
    }
    Ok(())
}
