//! Events that a user's push rules found worth a notification: counting the unread, and listing all.

use aside_model::{QueuePosition, RoomNum, UserNum};

use crate::queue::Notification;
use crate::{Result, Row, Tx, args};

/// How many unread notifications there are in one thread of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub room: RoomNum,
    /// `None` for the main timeline.
    pub thread_id: Option<String>,
    pub notifications: i64,
    pub highlights: i64,
}

/// Where a page of the list ends: the time, the room and the position of its last notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub ts: i64,
    pub room: RoomNum,
    pub pos: i64,
}

/// What is before everything.
pub const NEWEST: Place = Place { ts: i64::MAX, room: RoomNum(i64::MAX), pos: i64::MAX };

// The newest mark of a thread or of the whole room decides, public or private.
const COUNT: &str = "SELECT n.room_num, n.thread_id, count(*), count(*) FILTER (WHERE n.highlight) FROM notifications n \
    WHERE n.user_num = $1 AND n.room_num = $2 AND n.pos > $3 AND NOT EXISTS (SELECT 1 FROM read_marks m \
    WHERE m.user_num = $1 AND m.room_num = n.room_num AND m.pos >= n.pos \
    AND m.thread_id IN ('', coalesce(n.thread_id, 'main'))) GROUP BY n.room_num, n.thread_id";
const COUNT_ALL: &str = "SELECT n.room_num, n.thread_id, count(*), count(*) FILTER (WHERE n.highlight) \
    FROM notifications n JOIN user_rooms r ON r.user_num = n.user_num AND r.room_num = n.room_num \
    WHERE n.user_num = $1 AND r.membership = 'join' AND n.pos > r.joined_pos AND NOT EXISTS (SELECT 1 FROM read_marks m \
    WHERE m.user_num = $1 AND m.room_num = n.room_num AND m.pos >= n.pos \
    AND m.thread_id IN ('', coalesce(n.thread_id, 'main'))) GROUP BY n.room_num, n.thread_id";
const FIND_READ: &str = "SELECT coalesce(max(pos), 0) FROM read_marks \
    WHERE user_num = $1 AND room_num = $2 AND thread_id = ''";
const LIST: &str = "SELECT pos, highlight, sound, thread_id, ts, room_num FROM notifications \
    WHERE user_num = $1 AND (ts, room_num, pos) < ($2, $3, $4) AND (highlight OR NOT $5) \
    ORDER BY ts DESC, room_num DESC, pos DESC LIMIT $6";
// What was brought lately, is worth a notification, and was not read since.
const LIST_BROUGHT: &str = "SELECT q.seq, n.room_num, n.pos, n.highlight, n.sound, n.thread_id, n.ts FROM queue q \
    JOIN notifications n ON n.user_num = q.user_num AND n.room_num = q.room_num \
    AND n.pos >= q.from_pos AND n.pos <= q.to_pos \
    WHERE q.user_num = $1 AND q.seq > $2 AND q.seq <= $3 AND q.kind = 1 AND NOT EXISTS (SELECT 1 FROM read_marks m \
    WHERE m.user_num = $1 AND m.room_num = n.room_num AND m.pos >= n.pos \
    AND m.thread_id IN ('', coalesce(n.thread_id, 'main'))) ORDER BY q.seq DESC, n.pos DESC LIMIT $4";
const DELETE: &str = "DELETE FROM notifications WHERE user_num = $1 AND room_num = $2 AND pos = $3";
const TRIM: &str =
    "DELETE FROM notifications WHERE user_num = $1 AND room_num = $2 AND pos <= $3 AND ts < $4";

/// Deletes the one of an event that is gone.
pub async fn delete(tx: &Tx<'_>, user: UserNum, room: RoomNum, pos: i64) -> Result<()> {
    tx.execute(DELETE, args![user, room, pos]).await.map(drop)
}

/// The unread of one room, by thread, above the position where the user joined.
pub async fn count(tx: &Tx<'_>, user: UserNum, room: RoomNum, joined_pos: i64) -> Result<Vec<Count>> {
    let read_pos = tx.one(FIND_READ, args![user, room], |row| row.get::<i64>(0)).await?;
    tx.query(COUNT, args![user, room, joined_pos.max(read_pos)], counted).await
}

/// The unread of every room that the user is in, by thread.
pub async fn count_all(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Count>> {
    tx.query(COUNT_ALL, args![user], counted).await
}

fn counted(row: &Row<'_>) -> Result<Count> {
    Ok(Count {
        room: RoomNum(row.get(0)?),
        thread_id: row.get(1)?,
        notifications: row.get(2)?,
        highlights: row.get(3)?,
    })
}

/// Notifications older than a place, newest first.
pub async fn list(
    tx: &Tx<'_>,
    user: UserNum,
    after: Place,
    only_highlights: bool,
    limit: i64,
) -> Result<Vec<(RoomNum, Notification)>> {
    let args = args![user, after.ts, after.room, after.pos, only_highlights, limit];
    tx.query(LIST, args, |row| {
        let notification = Notification {
            pos: row.get(0)?,
            highlight: row.get(1)?,
            sound: row.get(2)?,
            thread_id: row.get(3)?,
            ts: row.get(4)?,
        };
        Ok((RoomNum(row.get(5)?), notification))
    })
    .await
}

/// A notification that was brought to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// With which entry of their queue.
    pub seq: QueuePosition,
    pub room: RoomNum,
    pub notification: Notification,
}

/// Unread notifications that were brought with the entries after `since` up to `until` of a user's queue: the newest, newest
/// first.
pub async fn list_brought(
    tx: &Tx<'_>,
    user: UserNum,
    since: QueuePosition,
    until: QueuePosition,
    limit: i64,
) -> Result<Vec<Brought>> {
    tx.query(LIST_BROUGHT, args![user, since, until, limit], |row| {
        let notification = Notification {
            pos: row.get(2)?,
            highlight: row.get(3)?,
            sound: row.get(4)?,
            thread_id: row.get(5)?,
            ts: row.get(6)?,
        };
        Ok(Brought { seq: row.get(0)?, room: RoomNum(row.get(1)?), notification })
    })
    .await
}

/// Deletes those of a room that were read up to a position and are from before `before_ts` (milliseconds since 1970).
pub async fn trim(tx: &Tx<'_>, user: UserNum, room: RoomNum, read_pos: i64, before_ts: i64) -> Result<()> {
    tx.execute(TRIM, args![user, room, read_pos, before_ts]).await.map(drop)
}
