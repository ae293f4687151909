//! A room's head, state and members.

use aside_model::{RoomNum, UserNum};

use crate::events::{Event, event};
use crate::{Error, Result, Tx, args};

/// The head of a room: where its log ends and how far it has been delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub room_id: String,
    pub version: String,
    /// The position that the next event will take.
    pub next_pos: i64,
    pub last_event_id: String,
    pub fanned_pos: i64,
    pub receipt_pos: i64,
    pub fanned_receipt_pos: i64,
}

/// One person's place in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user_id: String,
    pub user: UserNum,
    /// `join`, `invite`, `knock`, `leave` or `ban`.
    pub membership: String,
    /// The position of the member event.
    pub pos: i64,
}

const FIND_HEAD: &str = "SELECT room_id, version, next_pos, last_event_id, fanned_pos, receipt_pos, fanned_receipt_pos \
    FROM rooms WHERE room_num = $1";
const INSERT: &str = "INSERT INTO rooms (room_num, room_id, version, next_pos, last_event_id, fanned_pos) \
    VALUES ($1, $2, $3, $4, $5, 0)";
const ADVANCE: &str =
    "UPDATE rooms SET next_pos = $3, last_event_id = $4 WHERE room_num = $1 AND next_pos = $2";
const PUT_STATE: &str = "INSERT INTO room_state (room_num, type, state_key, pos) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (room_num, type, state_key) DO UPDATE SET pos = excluded.pos";
const LIST_STATE: &str = "SELECT e.pos, e.event_id, e.sender, e.type, e.state_key, e.origin_server_ts, e.content, e.pdu, \
    e.device_id, e.txn, e.redacted_by, e.related, e.withheld FROM room_state s JOIN events e ON e.room_num = s.room_num AND e.pos = s.pos \
    WHERE s.room_num = $1 ORDER BY e.pos";
const LIST_STATE_SINCE: &str =
    "SELECT type, state_key, pos FROM room_state WHERE room_num = $1 AND pos >= $2";
const FIND_STATE_AT: &str = "SELECT e.pos, e.event_id, e.sender, e.type, e.state_key, e.origin_server_ts, e.content, \
    e.pdu, e.device_id, e.txn, e.redacted_by, e.related, e.withheld FROM events e WHERE e.room_num = $1 AND e.type = $2 AND e.state_key = $3 \
    AND e.pos <= $4 AND e.state_key IS NOT NULL AND e.withheld = FALSE ORDER BY e.pos DESC LIMIT 1";
const LIST_STATE_HISTORY: &str = "SELECT e.pos, e.event_id, e.sender, e.type, e.state_key, e.origin_server_ts, \
    e.content, e.pdu, e.device_id, e.txn, e.redacted_by, e.related, e.withheld FROM events e WHERE e.room_num = $1 AND e.type = $2 \
    AND e.state_key = $3 AND e.state_key IS NOT NULL AND e.withheld = FALSE ORDER BY e.pos";
const PUT_MEMBER: &str = "INSERT INTO members (room_num, user_id, user_num, membership, pos) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (room_num, user_id) DO UPDATE SET membership = excluded.membership, pos = excluded.pos";
const LIST_MEMBERS: &str =
    "SELECT user_id, user_num, membership, pos FROM members WHERE room_num = $1 ORDER BY user_id";
const LIST_JOINED: &str =
    "SELECT user_num FROM members WHERE room_num = $1 AND membership = 'join' ORDER BY user_id LIMIT $2";
const SET_FANNED: &str = "UPDATE rooms SET fanned_pos = CASE WHEN fanned_pos < $2 THEN $2 ELSE fanned_pos END, \
    fanned_receipt_pos = CASE WHEN fanned_receipt_pos < $3 THEN $3 ELSE fanned_receipt_pos END WHERE room_num = $1";
const LIST: &str = "SELECT room_num FROM rooms WHERE room_num > $1 ORDER BY room_num LIMIT $2";
const LIST_TO_DELIVER: &str = "SELECT room_num FROM rooms \
    WHERE (fanned_pos < next_pos - 1 OR fanned_receipt_pos < receipt_pos) AND room_num > $1 \
    ORDER BY room_num LIMIT $2";

pub async fn find_head(tx: &Tx<'_>, room: RoomNum) -> Result<Option<Head>> {
    tx.find(FIND_HEAD, args![room], |row| {
        Ok(Head {
            room_id: row.get(0)?,
            version: row.get(1)?,
            next_pos: row.get(2)?,
            last_event_id: row.get(3)?,
            fanned_pos: row.get(4)?,
            receipt_pos: row.get(5)?,
            fanned_receipt_pos: row.get(6)?,
        })
    })
    .await
}

/// Creates the room's row; its first events take the positions below `next_pos`.
pub async fn insert(
    tx: &Tx<'_>,
    room: RoomNum,
    room_id: &str,
    version: &str,
    next_pos: i64,
    last_event_id: &str,
) -> Result<()> {
    tx.execute(INSERT, args![room, room_id, version, next_pos, last_event_id]).await.map(drop)
}

/// Takes the positions from `expected` up to `next_pos`.
///
/// # Errors
/// [`Error::Conflict`] where another event took them since the caller looked; nothing is written then.
pub async fn advance(
    tx: &Tx<'_>,
    room: RoomNum,
    expected: i64,
    next_pos: i64,
    last_event_id: &str,
) -> Result<()> {
    match tx.execute(ADVANCE, args![room, expected, next_pos, last_event_id]).await? {
        1 => Ok(()),
        _ => Err(Error::Conflict("the room moved on")),
    }
}

pub async fn put_state(tx: &Tx<'_>, room: RoomNum, kind: &str, state_key: &str, pos: i64) -> Result<()> {
    tx.execute(PUT_STATE, args![room, kind, state_key, pos]).await.map(drop)
}

/// The current state, in the order in which it was set.
pub async fn list_state(tx: &Tx<'_>, room: RoomNum) -> Result<Vec<Event>> {
    tx.query(LIST_STATE, args![room], |row| event(tx, room, row)).await
}

/// Which pieces of state changed at or after a position: type, state key and the position of the newest event.
pub async fn list_state_since(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<Vec<(String, String, i64)>> {
    tx.query(LIST_STATE_SINCE, args![room, pos], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
}

/// The newest event of one piece of state at or before a position.
pub async fn find_state_at(
    tx: &Tx<'_>,
    room: RoomNum,
    kind: &str,
    state_key: &str,
    pos: i64,
) -> Result<Option<Event>> {
    tx.find(FIND_STATE_AT, args![room, kind, state_key, pos], |row| event(tx, room, row)).await
}

/// Every event that one piece of state has had, oldest first.
pub async fn list_state_history(
    tx: &Tx<'_>,
    room: RoomNum,
    kind: &str,
    state_key: &str,
) -> Result<Vec<Event>> {
    tx.query(LIST_STATE_HISTORY, args![room, kind, state_key], |row| event(tx, room, row)).await
}

pub async fn put_member(tx: &Tx<'_>, room: RoomNum, member: &Member) -> Result<()> {
    let args = args![room, &member.user_id, member.user, &member.membership, member.pos];
    tx.execute(PUT_MEMBER, args).await.map(drop)
}

pub async fn list_members(tx: &Tx<'_>, room: RoomNum) -> Result<Vec<Member>> {
    tx.query(LIST_MEMBERS, args![room], |row| {
        Ok(Member {
            user_id: row.get(0)?,
            user: UserNum(row.get(1)?),
            membership: row.get(2)?,
            pos: row.get(3)?,
        })
    })
    .await
}

/// Rooms after this one, for sweepers.
pub async fn list(tx: &Tx<'_>, after: RoomNum, limit: i64) -> Result<Vec<RoomNum>> {
    tx.query(LIST, args![after, limit], |row| row.get(0).map(RoomNum)).await
}

/// Who is in the room, at most `limit` people.
pub async fn list_joined(tx: &Tx<'_>, room: RoomNum, limit: i64) -> Result<Vec<UserNum>> {
    tx.query(LIST_JOINED, args![room, limit], |row| row.get(0).map(UserNum)).await
}

/// Notes that everything up to these positions has been delivered.
pub async fn set_fanned(tx: &Tx<'_>, room: RoomNum, pos: i64, receipt_pos: i64) -> Result<()> {
    tx.execute(SET_FANNED, args![room, pos, receipt_pos]).await.map(drop)
}

/// Rooms after this one with something that may not have been delivered, for the sweeper.
pub async fn list_to_deliver(tx: &Tx<'_>, after: RoomNum, limit: i64) -> Result<Vec<RoomNum>> {
    tx.query(LIST_TO_DELIVER, args![after, limit], |row| row.get(0).map(RoomNum)).await
}
