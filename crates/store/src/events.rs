//! The log of a room: events by position.

use aside_model::RoomNum;

use crate::{Error, Result, Row, Tx, args};

/// An event as it is stored: the parts of its PDU, and what is known of its sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub pos: i64,
    pub event_id: String,
    pub sender: String,
    pub kind: String,
    pub state_key: Option<String>,
    /// Milliseconds since 1970.
    pub origin_server_ts: i64,
    /// A JSON object.
    pub content: String,
    /// The rest of the PDU, a JSON object.
    pub pdu: String,
    pub device_id: Option<String>,
    /// The request's path kind and transaction id, see `domain::messages`.
    pub txn: Option<String>,
    /// The id of the redaction that emptied the content.
    pub redacted_by: Option<String>,
    /// Whether other events relate to it, so that most events need no look-up.
    pub related: bool,
    /// Whether it is kept from everybody but its sender, because the only other person in the room blocked them.
    pub withheld: bool,
}

macro_rules! event_columns {
    ($rest:literal) => {
        concat!(
            "SELECT e.pos, e.event_id, e.sender, e.type, e.state_key, e.origin_server_ts, e.content, e.pdu, \
             e.device_id, e.txn, e.redacted_by, e.related, e.withheld FROM events e ",
            $rest
        )
    };
}
pub(crate) use event_columns;

const INSERT: &str = "INSERT INTO events (room_num, pos, event_id, sender, type, state_key, origin_server_ts, content, \
    pdu, device_id, txn, withheld) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const FIND_BY_TXN: &str = "SELECT event_id FROM events \
    WHERE room_num = $1 AND sender = $2 AND device_id = $3 AND txn = $4 AND txn IS NOT NULL";
const FIND_BY_ID: &str = event_columns!("WHERE e.room_num = $1 AND e.event_id = $2");
const FIND_POSITION: &str = "SELECT pos FROM events WHERE room_num = $1 AND event_id = $2";
const FORWARDS: &str =
    event_columns!("WHERE e.room_num = $1 AND e.pos >= $2 AND e.pos <= $3 ORDER BY e.pos LIMIT $4");
const BACKWARDS: &str =
    event_columns!("WHERE e.room_num = $1 AND e.pos >= $2 AND e.pos <= $3 ORDER BY e.pos DESC LIMIT $4");
const AT: &str = event_columns!("WHERE e.room_num = $1 AND e.pos = $2");
const HAS_MESSAGE_BEFORE: &str =
    "SELECT pos FROM events WHERE room_num = $1 AND pos < $2 AND state_key IS NULL LIMIT 1";
const HAS_ANSWER: &str = "SELECT pos FROM events WHERE room_num = $1 AND state_key IS NULL AND sender <> $2 \
    AND type IN ('m.room.message', 'm.room.encrypted', 'm.sticker') LIMIT 1";
const REDACT: &str = "UPDATE events SET content = $3, redacted_by = $4 WHERE room_num = $1 AND pos = $2";
const REPLACE: &str =
    "UPDATE events SET content = $3 WHERE room_num = $1 AND pos = $2 AND redacted_by IS NULL";

pub async fn insert(tx: &Tx<'_>, room: RoomNum, event: &Event) -> Result<()> {
    let content = tx.seal(&event.content, || place("content", room, event.pos))?;
    let pdu = tx.seal(&event.pdu, || place("pdu", room, event.pos))?;
    let args = args![
        room,
        event.pos,
        &event.event_id,
        &event.sender,
        &event.kind,
        event.state_key.as_deref(),
        event.origin_server_ts,
        &*content,
        &*pdu,
        event.device_id.as_deref(),
        event.txn.as_deref(),
        event.withheld
    ];
    tx.execute(INSERT, args).await.map(drop)
}

/// The event that the same device made with the same request before.
pub async fn find_by_txn(
    tx: &Tx<'_>,
    room: RoomNum,
    sender: &str,
    device_id: &str,
    txn: &str,
) -> Result<Option<String>> {
    tx.find(FIND_BY_TXN, args![room, sender, device_id, txn], |row| row.get(0)).await
}

pub async fn find(tx: &Tx<'_>, room: RoomNum, event_id: &str) -> Result<Option<Event>> {
    tx.find(FIND_BY_ID, args![room, event_id], |row| event(tx, room, row)).await
}

pub async fn find_position(tx: &Tx<'_>, room: RoomNum, event_id: &str) -> Result<Option<i64>> {
    tx.find(FIND_POSITION, args![room, event_id], |row| row.get(0)).await
}

/// Which way a range is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forwards,
    Backwards,
}

/// Up to `limit` events with positions from `from` to `to`, both included, starting at the end that `direction` names.
pub async fn range(
    tx: &Tx<'_>,
    room: RoomNum,
    from: i64,
    to: i64,
    direction: Direction,
    limit: i64,
) -> Result<Vec<Event>> {
    let sql = match direction {
        Direction::Forwards => FORWARDS,
        Direction::Backwards => BACKWARDS,
    };
    tx.query(sql, args![room, from, to, limit], |row| event(tx, room, row)).await
}

pub async fn at(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<Option<Event>> {
    tx.find(AT, args![room, pos], |row| event(tx, room, row)).await
}

/// Whether something was said before a position, not only set.
pub async fn has_message_before(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<bool> {
    Ok(tx.find(HAS_MESSAGE_BEFORE, args![room, pos], |row| row.get::<i64>(0)).await?.is_some())
}

/// Whether anybody else has ever said something.
pub async fn has_answer(tx: &Tx<'_>, room: RoomNum, sender: &str) -> Result<bool> {
    Ok(tx.find(HAS_ANSWER, args![room, sender], |row| row.get::<i64>(0)).await?.is_some())
}

/// Empties an event: its content becomes what the room version's redaction rules leave of it.
pub async fn redact(tx: &Tx<'_>, room: RoomNum, pos: i64, content: &str, redacted_by: &str) -> Result<()> {
    let content = tx.seal(content, || place("content", room, pos))?;
    match tx.execute(REDACT, args![room, pos, &*content, redacted_by]).await? {
        1 => Ok(()),
        _ => Err(Error::Conflict("the event to redact is not there")),
    }
}

/// Gives an event other content, where no history is kept. It is not redacted.
pub async fn replace(tx: &Tx<'_>, room: RoomNum, pos: i64, content: &str) -> Result<()> {
    let content = tx.seal(content, || place("content", room, pos))?;
    tx.execute(REPLACE, args![room, pos, &*content]).await.map(drop)
}

/// Where a part of an event is sealed.
pub(crate) fn place(column: &str, room: RoomNum, pos: i64) -> String {
    format!("events.{column}/{}/{pos}", room.0)
}

pub(crate) fn event(tx: &Tx<'_>, room: RoomNum, row: &Row<'_>) -> Result<Event> {
    let pos = row.get(0)?;
    Ok(Event {
        pos,
        event_id: row.get(1)?,
        sender: row.get(2)?,
        kind: row.get(3)?,
        state_key: row.get(4)?,
        origin_server_ts: row.get(5)?,
        content: tx.open(row.get(6)?, || place("content", room, pos))?,
        pdu: tx.open(row.get(7)?, || place("pdu", room, pos))?,
        device_id: row.get(8)?,
        txn: row.get(9)?,
        redacted_by: row.get(10)?,
        related: row.get(11)?,
        withheld: row.get(12)?,
    })
}
