//! How far people have read: the public receipts of a room, on the room's side, and everyone's own marks, on theirs.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// A receipt as others in the room see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub user_id: String,
    /// `m.read`, or `m.read.private` among a user's own.
    pub kind: String,
    /// `main`, a root's event id, or empty for an unthreaded receipt.
    pub thread_id: String,
    pub event_id: String,
    pub event_pos: i64,
    /// Milliseconds since 1970.
    pub ts: i64,
}

/// How far a user themself has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub kind: String,
    /// `main`, a root's event id, or empty for an unthreaded receipt.
    pub thread_id: String,
    pub event_id: String,
    pub pos: i64,
    pub ts: i64,
}

const FIND_POS: &str = "SELECT event_pos FROM receipts \
    WHERE room_num = $1 AND user_id = $2 AND type = $3 AND thread_id = $4";
const TAKE_POS: &str =
    "UPDATE rooms SET receipt_pos = receipt_pos + 1 WHERE room_num = $1 RETURNING receipt_pos";
const PUT: &str = "INSERT INTO receipts (room_num, user_id, type, thread_id, event_id, event_pos, ts, receipt_pos) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room_num, user_id, type, thread_id) DO UPDATE SET \
    event_id = excluded.event_id, event_pos = excluded.event_pos, ts = excluded.ts, receipt_pos = excluded.receipt_pos";
const RANGE: &str = "SELECT user_id, type, thread_id, event_id, event_pos, ts FROM receipts \
    WHERE room_num = $1 AND receipt_pos >= $2 AND receipt_pos <= $3 ORDER BY receipt_pos DESC LIMIT $4";
const PUT_MARK: &str = "INSERT INTO read_marks (user_num, room_num, type, thread_id, event_id, pos, ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_num, room_num, type, thread_id) DO UPDATE SET \
    event_id = excluded.event_id, pos = excluded.pos, ts = excluded.ts WHERE read_marks.pos < excluded.pos";
const LIST_MARKS: &str = "SELECT type, thread_id, event_id, pos, ts FROM read_marks \
    WHERE user_num = $1 AND room_num = $2";
const LIST_ALL_MARKS: &str =
    "SELECT type, thread_id, event_id, pos, ts, room_num FROM read_marks WHERE user_num = $1";

/// Moves a receipt forwards and answers its position in the room's receipts; `None` where it is there or beyond already.
pub async fn put(tx: &Tx<'_>, room: RoomNum, receipt: &Receipt) -> Result<Option<i64>> {
    let Receipt { user_id, kind, thread_id, event_id, event_pos, ts } = receipt;
    let key = args![room, user_id, kind, thread_id];
    let present = tx.find(FIND_POS, key, |row| row.get::<i64>(0)).await?;
    if present.is_some_and(|present| present >= *event_pos) {
        return Ok(None);
    }
    let receipt_pos = tx.one(TAKE_POS, args![room], |row| row.get::<i64>(0)).await?;
    let args = args![room, user_id, kind, thread_id, event_id, *event_pos, *ts, receipt_pos];
    tx.execute(PUT, args).await?;
    Ok(Some(receipt_pos))
}

/// The newest receipts with positions from `from` to `to`, both included, at most `limit`.
pub async fn range(tx: &Tx<'_>, room: RoomNum, from: i64, to: i64, limit: i64) -> Result<Vec<Receipt>> {
    tx.query(RANGE, args![room, from, to, limit], |row| {
        Ok(Receipt {
            user_id: row.get(0)?,
            kind: row.get(1)?,
            thread_id: row.get(2)?,
            event_id: row.get(3)?,
            event_pos: row.get(4)?,
            ts: row.get(5)?,
        })
    })
    .await
}

/// Moves a user's own mark forwards; answers `false` where it is there or beyond already.
pub async fn put_mark(tx: &Tx<'_>, user: UserNum, room: RoomNum, mark: &Mark) -> Result<bool> {
    let Mark { kind, thread_id, event_id, pos, ts } = mark;
    Ok(tx.execute(PUT_MARK, args![user, room, kind, thread_id, event_id, *pos, *ts]).await? == 1)
}

/// A user's own marks in one room.
pub async fn list_marks(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<Vec<Mark>> {
    tx.query(LIST_MARKS, args![user, room], mark).await
}

/// A user's own marks in all rooms.
pub async fn list_all_marks(tx: &Tx<'_>, user: UserNum) -> Result<Vec<(RoomNum, Mark)>> {
    tx.query(LIST_ALL_MARKS, args![user], |row| Ok((RoomNum(row.get(5)?), mark(row)?))).await
}

fn mark(row: &Row<'_>) -> Result<Mark> {
    Ok(Mark {
        kind: row.get(0)?,
        thread_id: row.get(1)?,
        event_id: row.get(2)?,
        pos: row.get(3)?,
        ts: row.get(4)?,
    })
}
