//! Messages that are to be sent at a time to come, on the side of who wrote them.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// A message that waits for its time, or that could not be sent when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    pub id: String,
    pub room: RoomNum,
    /// The type of the event.
    pub kind: String,
    /// A JSON object.
    pub content: String,
    /// Milliseconds since 1970.
    pub send_ts: i64,
    /// `waiting`, `sending` or `failed`.
    pub state: String,
    /// Why it could not be sent, in a sentence.
    pub failure: Option<String>,
    /// The rule of the policy that refused it, where one did.
    pub failure_rule: Option<String>,
    pub created_ts: i64,
    pub changed_ts: i64,
}

/// How many messages of a user are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those that are being sent included.
    pub waiting: i64,
    pub failed: i64,
}

const INSERT: &str = "INSERT INTO scheduled_messages \
    (user_num, scheduled_id, room_num, kind, content, send_ts, state, created_ts, changed_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7)";
const FIND: &str = "SELECT scheduled_id, room_num, kind, content, send_ts, state, failure, failure_rule, created_ts, \
    changed_ts FROM scheduled_messages WHERE user_num = $1 AND scheduled_id = $2";
const LIST: &str = "SELECT scheduled_id, room_num, kind, content, send_ts, state, failure, failure_rule, created_ts, \
    changed_ts FROM scheduled_messages WHERE user_num = $1 ORDER BY send_ts, created_ts, scheduled_id";
const LIST_TAKEN: &str = "SELECT scheduled_id, room_num, kind, content, send_ts, state, failure, failure_rule, \
    created_ts, changed_ts FROM scheduled_messages WHERE user_num = $1 AND state = 'sending' \
    ORDER BY send_ts, created_ts, scheduled_id";
const COUNT: &str = "SELECT count(*) FILTER (WHERE state <> 'failed'), count(*) FILTER (WHERE state = 'failed') \
    FROM scheduled_messages WHERE user_num = $1";
const FIND_NEXT: &str =
    "SELECT min(send_ts) FROM scheduled_messages WHERE user_num = $1 AND state <> 'failed'";
const FIND_OLDEST_FAILED: &str =
    "SELECT min(changed_ts) FROM scheduled_messages WHERE user_num = $1 AND state = 'failed'";
const CHANGE: &str = "UPDATE scheduled_messages SET content = $3, send_ts = $4, state = 'waiting', failure = NULL, \
    failure_rule = NULL, changed_ts = $5 WHERE user_num = $1 AND scheduled_id = $2 AND state <> 'sending'";
const TAKE: &str = "UPDATE scheduled_messages SET state = 'sending' \
    WHERE user_num = $1 AND state = 'waiting' AND send_ts <= $2";
const PUT_BACK: &str = "UPDATE scheduled_messages SET state = 'waiting' \
    WHERE user_num = $1 AND scheduled_id = $2 AND state = 'sending'";
const SET_FAILED: &str = "UPDATE scheduled_messages SET state = 'failed', failure = $3, failure_rule = $4, \
    changed_ts = $5 WHERE user_num = $1 AND scheduled_id = $2 AND state = 'sending'";
const DELETE_SENT: &str =
    "DELETE FROM scheduled_messages WHERE user_num = $1 AND scheduled_id = $2 AND state = 'sending'";
const DELETE: &str =
    "DELETE FROM scheduled_messages WHERE user_num = $1 AND scheduled_id = $2 AND state <> 'sending'";
const DELETE_FAILED: &str =
    "DELETE FROM scheduled_messages WHERE user_num = $1 AND state = 'failed' AND changed_ts <= $2";
const DELETE_OF_ROOM: &str = "DELETE FROM scheduled_messages WHERE user_num = $1 AND room_num = $2";
const DELETE_ALL: &str = "DELETE FROM scheduled_messages WHERE user_num = $1";

/// Adds a message that waits.
pub async fn insert(tx: &Tx<'_>, user: UserNum, message: &Scheduled) -> Result<()> {
    let Scheduled { id, room, kind, content, send_ts, created_ts, .. } = message;
    let content = tx.seal(content, || place(user, id))?;
    tx.execute(INSERT, args![user, id, *room, kind, &*content, *send_ts, *created_ts]).await.map(drop)
}

pub async fn find(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<Option<Scheduled>> {
    tx.find(FIND, args![user, id], |row| scheduled(tx, user, row)).await
}

/// All of a user, the next one first.
pub async fn list(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Scheduled>> {
    tx.query(LIST, args![user], |row| scheduled(tx, user, row)).await
}

pub async fn count(tx: &Tx<'_>, user: UserNum) -> Result<Counted> {
    tx.one(COUNT, args![user], |row| Ok(Counted { waiting: row.get(0)?, failed: row.get(1)? })).await
}

/// When the next one of a user is to be sent.
pub async fn find_next(tx: &Tx<'_>, user: UserNum) -> Result<Option<i64>> {
    tx.one(FIND_NEXT, args![user], |row| row.get(0)).await
}

/// When the first of those failed that could not be sent.
pub async fn find_oldest_failed(tx: &Tx<'_>, user: UserNum) -> Result<Option<i64>> {
    tx.one(FIND_OLDEST_FAILED, args![user], |row| row.get(0)).await
}

/// Lets a message wait with another content or for another time; `false` where it is gone or being sent.
pub async fn change(
    tx: &Tx<'_>,
    user: UserNum,
    id: &str,
    content: &str,
    send_ts: i64,
    now_ms: i64,
) -> Result<bool> {
    let content = tx.seal(content, || place(user, id))?;
    Ok(tx.execute(CHANGE, args![user, id, &*content, send_ts, now_ms]).await? == 1)
}

/// Takes those whose time has come, in their order, together with those that were taken before and not settled.
pub async fn take(tx: &Tx<'_>, user: UserNum, now_ms: i64) -> Result<Vec<Scheduled>> {
    tx.execute(TAKE, args![user, now_ms]).await?;
    tx.query(LIST_TAKEN, args![user], |row| scheduled(tx, user, row)).await
}

/// Lets one that was taken wait again.
pub async fn put_back(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<()> {
    tx.execute(PUT_BACK, args![user, id]).await.map(drop)
}

/// Keeps one that was taken and can't be sent.
pub async fn set_failed(
    tx: &Tx<'_>,
    user: UserNum,
    id: &str,
    failure: &str,
    rule: Option<&str>,
    now_ms: i64,
) -> Result<()> {
    tx.execute(SET_FAILED, args![user, id, failure, rule, now_ms]).await.map(drop)
}

/// Deletes one that was taken and has been sent.
pub async fn delete_sent(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<()> {
    tx.execute(DELETE_SENT, args![user, id]).await.map(drop)
}

/// Deletes a message; `false` where it is gone or being sent.
pub async fn delete(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<bool> {
    Ok(tx.execute(DELETE, args![user, id]).await? == 1)
}

/// Deletes those that failed up to a time.
pub async fn delete_failed(tx: &Tx<'_>, user: UserNum, upto_ts: i64) -> Result<u64> {
    tx.execute(DELETE_FAILED, args![user, upto_ts]).await
}

/// Deletes what a user wrote for one room, whatever its state.
pub async fn delete_of_room(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<u64> {
    tx.execute(DELETE_OF_ROOM, args![user, room]).await
}

/// As [`delete_of_room`], for all rooms.
pub async fn delete_all(tx: &Tx<'_>, user: UserNum) -> Result<u64> {
    tx.execute(DELETE_ALL, args![user]).await
}

/// Where a content is sealed.
pub(crate) fn place(user: UserNum, id: &str) -> String {
    format!("scheduled_messages.content/{}/{id}", user.0)
}

fn scheduled(tx: &Tx<'_>, user: UserNum, row: &Row<'_>) -> Result<Scheduled> {
    let id: String = row.get(0)?;
    let content = tx.open(row.get(3)?, || place(user, &id))?;
    Ok(Scheduled {
        id,
        room: RoomNum(row.get(1)?),
        kind: row.get(2)?,
        content,
        send_ts: row.get(4)?,
        state: row.get(5)?,
        failure: row.get(6)?,
        failure_rule: row.get(7)?,
        created_ts: row.get(8)?,
        changed_ts: row.get(9)?,
    })
}
