//! Messages whose content is to be deleted, on the side of their room.

use aside_model::RoomNum;

use crate::{Result, Row, Tx, args};

/// While it isn't known when a message goes.
pub const WAITS: i64 = i64::MAX;

/// When a message's content is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    pub pos: i64,
    pub sender: String,
    /// Milliseconds since 1970, or [`WAITS`].
    pub due_ts: i64,
    /// How long after everybody has read it, where that decides.
    pub after_read_ms: Option<i64>,
    /// When it goes once somebody has answered, where that decides.
    pub answered_ts: Option<i64>,
    /// A JSON list of media ids.
    pub media: String,
}

const INSERT: &str = "INSERT INTO timers (room_num, pos, sender, due_ts, after_read_ms, answered_ts, media_ids) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const LIST_DUE: &str = "SELECT pos, sender, due_ts, after_read_ms, answered_ts, media_ids FROM timers \
    WHERE room_num = $1 AND due_ts <= $2 ORDER BY due_ts LIMIT $3";
const LIST_UNREAD: &str = "SELECT pos, sender, due_ts, after_read_ms, answered_ts, media_ids FROM timers \
    WHERE room_num = $1 AND after_read_ms IS NOT NULL ORDER BY pos LIMIT $2";
const LIST_WAITING: &str = "SELECT pos, sender, due_ts, after_read_ms, answered_ts, media_ids FROM timers \
    WHERE room_num = $1 AND due_ts > $2 AND media_ids <> '[]' ORDER BY due_ts, pos LIMIT $3";
const FIND_NEXT: &str = "SELECT due_ts FROM timers WHERE room_num = $1 ORDER BY due_ts LIMIT 1";
const SET_DUE: &str = "UPDATE timers SET due_ts = $3 WHERE room_num = $1 AND pos = $2 AND due_ts > $3";
const SET_READ: &str = "UPDATE timers SET due_ts = CASE WHEN due_ts > $3 THEN $3 ELSE due_ts END, \
    answered_ts = CASE WHEN answered_ts > $3 THEN $3 ELSE answered_ts END, after_read_ms = NULL \
    WHERE room_num = $1 AND pos = $2";
const DELETE_ANSWERED: &str = "DELETE FROM timers \
    WHERE room_num = $1 AND sender <> $2 AND answered_ts = $3 AND after_read_ms IS NULL";
const SET_ANSWERED: &str = "UPDATE timers SET due_ts = answered_ts, answered_ts = NULL \
    WHERE room_num = $1 AND sender <> $2 AND answered_ts IS NOT NULL";
const DELETE: &str = "DELETE FROM timers WHERE room_num = $1 AND pos = $2";
const PUT_READ: &str = "INSERT INTO timer_reads (room_num, user_id, pos) VALUES ($1, $2, $3) \
    ON CONFLICT (room_num, user_id) DO UPDATE SET pos = excluded.pos WHERE timer_reads.pos < excluded.pos";
const LIST_READS: &str = "SELECT user_id, pos FROM timer_reads WHERE room_num = $1";

pub async fn insert(tx: &Tx<'_>, room: RoomNum, timer: &Timer) -> Result<()> {
    let Timer { pos, sender, due_ts, after_read_ms, answered_ts, media } = timer;
    tx.execute(INSERT, args![room, *pos, sender, *due_ts, *after_read_ms, *answered_ts, media])
        .await
        .map(drop)
}

/// Messages whose time has come, the most overdue first.
pub async fn list_due(tx: &Tx<'_>, room: RoomNum, now_ms: i64, limit: i64) -> Result<Vec<Timer>> {
    tx.query(LIST_DUE, args![room, now_ms, limit], timer).await
}

/// Messages that wait to be read, the oldest first.
pub async fn list_unread(tx: &Tx<'_>, room: RoomNum, limit: i64) -> Result<Vec<Timer>> {
    tx.query(LIST_UNREAD, args![room, limit], timer).await
}

/// Messages with media that are due after a time.
pub async fn list_with_media(tx: &Tx<'_>, room: RoomNum, after_ts: i64, limit: i64) -> Result<Vec<Timer>> {
    tx.query(LIST_WAITING, args![room, after_ts, limit], timer).await
}

/// When the next message of a room goes; [`WAITS`] where all of them wait, `None` where there are none.
pub async fn find_next(tx: &Tx<'_>, room: RoomNum) -> Result<Option<i64>> {
    tx.find(FIND_NEXT, args![room], |row| row.get(0)).await
}

/// Lets a message go at this time, unless it goes earlier.
pub async fn set_due(tx: &Tx<'_>, room: RoomNum, pos: i64, due_ts: i64) -> Result<()> {
    tx.execute(SET_DUE, args![room, pos, due_ts]).await.map(drop)
}

/// Lets a message that everybody has read go at this time, unless it goes earlier.
pub async fn set_read(tx: &Tx<'_>, room: RoomNum, pos: i64, due_ts: i64) -> Result<()> {
    tx.execute(SET_READ, args![room, pos, due_ts]).await.map(drop)
}

/// Somebody has answered what others wrote: what was to go without an answer stays, or goes when it would have anyway.
pub async fn answered(tx: &Tx<'_>, room: RoomNum, by: &str) -> Result<()> {
    tx.execute(DELETE_ANSWERED, args![room, by, WAITS]).await?;
    tx.execute(SET_ANSWERED, args![room, by]).await.map(drop)
}

pub async fn delete(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<()> {
    tx.execute(DELETE, args![room, pos]).await.map(drop)
}

/// Notes how far somebody has read; it never moves back.
pub async fn put_read(tx: &Tx<'_>, room: RoomNum, user_id: &str, pos: i64) -> Result<()> {
    tx.execute(PUT_READ, args![room, user_id, pos]).await.map(drop)
}

pub async fn list_reads(tx: &Tx<'_>, room: RoomNum) -> Result<Vec<(String, i64)>> {
    tx.query(LIST_READS, args![room], |row| Ok((row.get(0)?, row.get(1)?))).await
}

fn timer(row: &Row<'_>) -> Result<Timer> {
    Ok(Timer {
        pos: row.get(0)?,
        sender: row.get(1)?,
        due_ts: row.get(2)?,
        after_read_ms: row.get(3)?,
        answered_ts: row.get(4)?,
        media: row.get(5)?,
    })
}
