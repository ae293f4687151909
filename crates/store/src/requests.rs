//! Message requests: on the room's side whose answer is waited for, on the recipient's side what waits, and what people have
//! said to each other.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// Somebody whose answer a room waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub user: UserNum,
    pub sender: UserNum,
    /// `pending`, `unanswered` or `dropped`.
    pub state: String,
    pub direct: bool,
    pub stranger: bool,
    pub folder: String,
    pub sent: i64,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    /// When it goes away unanswered; 0 where it stays.
    pub expires_ts: i64,
}

/// A request as its recipient has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub room: RoomNum,
    pub sender: UserNum,
    pub sender_id: String,
    /// `pending`, `accepted`, `declined`, `deleted`, `blocked`, `expired` or `revoked`.
    pub state: String,
    pub folder: String,
    pub direct: bool,
    pub stranger: bool,
    pub unread: bool,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub changed_ts: i64,
    /// When it goes away unanswered; 0 where it stays.
    pub expires_ts: i64,
}

const PUT_WAITING: &str = "INSERT INTO room_requests \
    (room_num, user_num, sender_num, state, direct, stranger, folder, sent, created_ts, expires_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (room_num, user_num) DO UPDATE SET \
    sender_num = excluded.sender_num, state = excluded.state, direct = excluded.direct, stranger = excluded.stranger, \
    folder = excluded.folder, sent = excluded.sent, created_ts = excluded.created_ts, expires_ts = excluded.expires_ts";
const DELETE_WAITING: &str = "DELETE FROM room_requests WHERE room_num = $1 AND user_num = $2";
const LIST_WAITING: &str = "SELECT user_num, sender_num, state, direct, stranger, folder, sent, created_ts, expires_ts \
    FROM room_requests WHERE room_num = $1 ORDER BY user_num";

const PUT: &str = "INSERT INTO requests (user_num, room_num, sender_num, sender_id, state, folder, direct, stranger, \
    unread, created_ts, changed_ts, expires_ts) VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, TRUE, $8, $8, $9) \
    ON CONFLICT (user_num, room_num) DO UPDATE SET sender_num = excluded.sender_num, \
    sender_id = excluded.sender_id, state = 'pending', folder = excluded.folder, direct = excluded.direct, \
    stranger = excluded.stranger, unread = TRUE, created_ts = excluded.created_ts, changed_ts = excluded.changed_ts, \
    expires_ts = excluded.expires_ts WHERE requests.created_ts < excluded.created_ts";
const SETTLE: &str = "UPDATE requests SET state = $3, unread = FALSE, changed_ts = $4 \
    WHERE user_num = $1 AND room_num = $2 AND (state = 'pending' OR ($3 = 'accepted' AND state <> 'accepted'))";
const CLEAR: &str = "UPDATE requests SET state = 'deleted', unread = FALSE, changed_ts = $3 \
    WHERE user_num = $1 AND room_num = $2 AND state <> 'pending' AND state <> 'accepted'";
const SET_READ: &str = "UPDATE requests SET unread = FALSE WHERE user_num = $1 AND room_num = $2";
const SET_NEWS: &str = "UPDATE requests SET unread = TRUE, changed_ts = $3, folder = CASE WHEN $4 = '' THEN folder \
    ELSE $4 END WHERE user_num = $1 AND room_num = $2 AND state = 'pending'";
const FIND: &str = "SELECT room_num, sender_num, sender_id, state, folder, direct, stranger, unread, created_ts, changed_ts, \
    expires_ts FROM requests WHERE user_num = $1 AND room_num = $2";
const LIST: &str = "SELECT room_num, sender_num, sender_id, state, folder, direct, stranger, unread, created_ts, changed_ts, \
    expires_ts FROM requests WHERE user_num = $1 AND state = $2 ORDER BY created_ts DESC, room_num DESC LIMIT $3";
const LIST_BY_SENDER: &str = "SELECT room_num, sender_num, sender_id, state, folder, direct, stranger, unread, created_ts, \
    changed_ts, expires_ts FROM requests WHERE user_num = $1 AND state = 'pending' AND sender_num = $2";

const LIST_EXPIRED: &str = "SELECT user_num, room_num FROM requests \
    WHERE state = 'pending' AND expires_ts > 0 AND expires_ts <= $1 ORDER BY expires_ts LIMIT $2";

const FIND_CONSENT: &str = "SELECT state, ts FROM consents WHERE user_num = $1 AND other_num = $2";
const PUT_CONSENT: &str = "INSERT INTO consents (user_num, other_num, state, ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, other_num) DO UPDATE SET state = excluded.state, ts = excluded.ts";
const ASK_CONSENT: &str = "INSERT INTO consents (user_num, other_num, state, ts) VALUES ($1, $2, 'requested', $3) \
    ON CONFLICT (user_num, other_num) DO UPDATE SET state = excluded.state, ts = excluded.ts \
    WHERE consents.state <> 'accepted' AND consents.ts < excluded.ts";
const WITHDRAW_CONSENT: &str = "UPDATE consents SET state = 'withdrawn', ts = $3 \
    WHERE user_num = $1 AND other_num = $2 AND state = 'accepted'";

/// Notes on the room's side that somebody's answer is waited for.
pub async fn put_waiting(tx: &Tx<'_>, room: RoomNum, waiting: &Waiting) -> Result<()> {
    let Waiting { user, sender, state, direct, stranger, folder, sent, created_ts, expires_ts } = waiting;
    let args =
        args![room, *user, *sender, state, *direct, *stranger, folder, *sent, *created_ts, *expires_ts];
    tx.execute(PUT_WAITING, args).await.map(drop)
}

pub async fn delete_waiting(tx: &Tx<'_>, room: RoomNum, user: UserNum) -> Result<()> {
    tx.execute(DELETE_WAITING, args![room, user]).await.map(drop)
}

/// Everyone whose answer a room waits for.
pub async fn list_waiting(tx: &Tx<'_>, room: RoomNum) -> Result<Vec<Waiting>> {
    tx.query(LIST_WAITING, args![room], |row| {
        Ok(Waiting {
            user: UserNum(row.get(0)?),
            sender: UserNum(row.get(1)?),
            state: row.get(2)?,
            direct: row.get(3)?,
            stranger: row.get(4)?,
            folder: row.get(5)?,
            sent: row.get(6)?,
            created_ts: row.get(7)?,
            expires_ts: row.get(8)?,
        })
    })
    .await
}

/// Brings a request to its recipient. One that is there already, or was answered, isn't brought again; one made later is.
pub async fn put(tx: &Tx<'_>, user: UserNum, request: &Request) -> Result<()> {
    let Request { room, sender, sender_id, folder, direct, stranger, created_ts, expires_ts, .. } = request;
    let args = args![user, *room, *sender, sender_id, folder, *direct, *stranger, *created_ts, *expires_ts];
    tx.execute(PUT, args).await.map(drop)
}

/// Notes the answer to a request that still waits, or that it was accepted after all; `false` where that changes nothing.
pub async fn settle(tx: &Tx<'_>, user: UserNum, room: RoomNum, state: &str, ts: i64) -> Result<bool> {
    Ok(tx.execute(SETTLE, args![user, room, state, ts]).await? > 0)
}

/// Takes an answered request out of sight; `false` where there is none, or it was accepted.
pub async fn clear(tx: &Tx<'_>, user: UserNum, room: RoomNum, ts: i64) -> Result<bool> {
    Ok(tx.execute(CLEAR, args![user, room, ts]).await? > 0)
}

pub async fn set_read(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<()> {
    tx.execute(SET_READ, args![user, room]).await.map(drop)
}

/// Notes that there is something new in a request that waits, and moves it to a folder, where one is given.
pub async fn set_news(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    folder: Option<&str>,
    ts: i64,
) -> Result<bool> {
    Ok(tx.execute(SET_NEWS, args![user, room, ts, folder.unwrap_or_default()]).await? > 0)
}

pub async fn find(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<Option<Request>> {
    tx.find(FIND, args![user, room], request).await
}

/// The newest requests of one state.
pub async fn list(tx: &Tx<'_>, user: UserNum, state: &str, limit: i64) -> Result<Vec<Request>> {
    tx.query(LIST, args![user, state, limit], request).await
}

/// What waits from one sender.
pub async fn list_by_sender(tx: &Tx<'_>, user: UserNum, sender: UserNum) -> Result<Vec<Request>> {
    tx.query(LIST_BY_SENDER, args![user, sender], request).await
}

/// Requests of all people that nobody answered in time.
pub async fn list_expired(tx: &Tx<'_>, now: i64, limit: i64) -> Result<Vec<(UserNum, RoomNum)>> {
    tx.query(LIST_EXPIRED, args![now, limit], |row| Ok((UserNum(row.get(0)?), RoomNum(row.get(1)?)))).await
}

/// What a user has said to another one so far, and when; `None` where nobody asked.
pub async fn find_consent(tx: &Tx<'_>, user: UserNum, other: UserNum) -> Result<Option<(String, i64)>> {
    tx.find(FIND_CONSENT, args![user, other], |row| Ok((row.get(0)?, row.get(1)?))).await
}

pub async fn put_consent(tx: &Tx<'_>, user: UserNum, other: UserNum, state: &str, ts: i64) -> Result<()> {
    tx.execute(PUT_CONSENT, args![user, other, state, ts]).await.map(drop)
}

/// Notes that the other one asks, unless the user has accepted them.
pub async fn ask_consent(tx: &Tx<'_>, user: UserNum, other: UserNum, ts: i64) -> Result<()> {
    tx.execute(ASK_CONSENT, args![user, other, ts]).await.map(drop)
}

/// Takes a consent back; `false` where there was none.
pub async fn withdraw_consent(tx: &Tx<'_>, user: UserNum, other: UserNum, ts: i64) -> Result<bool> {
    Ok(tx.execute(WITHDRAW_CONSENT, args![user, other, ts]).await? > 0)
}

fn request(row: &Row<'_>) -> Result<Request> {
    Ok(Request {
        room: RoomNum(row.get(0)?),
        sender: UserNum(row.get(1)?),
        sender_id: row.get(2)?,
        state: row.get(3)?,
        folder: row.get(4)?,
        direct: row.get(5)?,
        stranger: row.get(6)?,
        unread: row.get(7)?,
        created_ts: row.get(8)?,
        changed_ts: row.get(9)?,
        expires_ts: row.get(10)?,
    })
}
