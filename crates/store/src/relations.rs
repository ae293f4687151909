//! Which events relate to which: reactions, edits, threads, references.

use aside_model::RoomNum;

use crate::events::{Direction, Event, event, event_columns, place};
use crate::{Result, Row, Tx, args};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The event that it is about.
    pub parent_id: String,
    /// The position of the event that says it.
    pub pos: i64,
    /// `m.annotation`, `m.replace`, `m.thread`, `m.reference` or another.
    pub rel_type: String,
    /// The type of the event that says it.
    pub kind: String,
    pub sender: String,
    /// What an annotation says, an emoji for a reaction.
    pub annotation: Option<String>,
    /// Whether the event that says it is kept from everybody but its sender.
    pub withheld: bool,
}

const INSERT: &str = "INSERT INTO relations (room_num, parent_id, pos, rel_type, type, sender, annotation, withheld) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const MARK_PARENT: &str =
    "UPDATE events SET related = TRUE WHERE room_num = $1 AND event_id = $2 AND related = FALSE";
const DELETE: &str = "DELETE FROM relations WHERE room_num = $1 AND pos = $2";
const LIST_EDITS: &str = event_columns!(
    "JOIN relations r ON r.room_num = e.room_num AND r.pos = e.pos \
     WHERE r.room_num = $1 AND r.parent_id = $2 AND r.rel_type = 'm.replace' AND r.sender = $3 ORDER BY r.pos"
);
const LIST_BUNDLED: &str = "SELECT parent_id, pos, rel_type, type, sender, annotation, withheld FROM relations \
    WHERE room_num = $1 AND parent_id = $2 AND rel_type IN ('m.replace', 'm.thread', 'm.reference') ORDER BY pos";
const PAGE_FORWARDS: &str = event_columns!(
    "JOIN relations r ON r.room_num = e.room_num AND r.pos = e.pos \
     WHERE r.room_num = $1 AND r.parent_id = $2 AND r.pos >= $3 AND r.pos <= $4 \
     AND (r.rel_type = $5 OR $5 IS NULL) AND (r.type = $6 OR $6 IS NULL) ORDER BY r.pos LIMIT $7"
);
const PAGE_BACKWARDS: &str = event_columns!(
    "JOIN relations r ON r.room_num = e.room_num AND r.pos = e.pos \
     WHERE r.room_num = $1 AND r.parent_id = $2 AND r.pos >= $3 AND r.pos <= $4 \
     AND (r.rel_type = $5 OR $5 IS NULL) AND (r.type = $6 OR $6 IS NULL) ORDER BY r.pos DESC LIMIT $7"
);
const LIST_CHILDREN: &str = "SELECT e.pos, e.event_id, e.related, r.rel_type, r.type FROM relations r \
    JOIN events e ON e.room_num = r.room_num AND e.pos = r.pos \
    WHERE r.room_num = $1 AND r.parent_id = $2 ORDER BY r.pos LIMIT $3";
const LIST_THREADS: &str = "SELECT parent_id, max(pos), count(*) FILTER (WHERE sender = $2) FROM relations \
    WHERE room_num = $1 AND rel_type = 'm.thread' AND (withheld = FALSE OR sender = $2) GROUP BY parent_id HAVING max(pos) < $3 ORDER BY max(pos) DESC LIMIT $4";
const LIST_REFERENCES: &str = "SELECT e.pos, e.event_id FROM relations r \
    JOIN events e ON e.room_num = r.room_num AND e.pos = r.pos \
    WHERE r.room_num = $1 AND r.parent_id = $2 AND r.rel_type = 'm.reference' ORDER BY r.pos LIMIT $3";

pub async fn insert(tx: &Tx<'_>, room: RoomNum, relation: &Relation) -> Result<()> {
    let Relation { parent_id, pos, rel_type, kind, sender, annotation, withheld } = relation;
    let annotation = annotation
        .as_ref()
        .map(|annotation| tx.seal(annotation, || place("annotation", room, *pos)))
        .transpose()?;
    let args = args![room, parent_id, *pos, rel_type, kind, sender, annotation.as_deref(), *withheld];
    tx.execute(INSERT, args).await?;
    tx.execute(MARK_PARENT, args![room, parent_id]).await.map(drop)
}

/// Forgets what the event at this position said, because it was redacted.
pub async fn delete(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<()> {
    tx.execute(DELETE, args![room, pos]).await.map(drop)
}

fn relation(tx: &Tx<'_>, room: RoomNum, row: &Row<'_>) -> Result<Relation> {
    let pos = row.get(1)?;
    let annotation: Option<String> = row.get(5)?;
    Ok(Relation {
        parent_id: row.get(0)?,
        pos,
        rel_type: row.get(2)?,
        kind: row.get(3)?,
        sender: row.get(4)?,
        annotation: annotation.map(|text| tx.open(text, || place("annotation", room, pos))).transpose()?,
        withheld: row.get(6)?,
    })
}

/// Edits, thread replies and references of an event, oldest first: what is told together with it.
pub async fn list_bundled(tx: &Tx<'_>, room: RoomNum, parent_id: &str) -> Result<Vec<Relation>> {
    tx.query(LIST_BUNDLED, args![room, parent_id], |row| relation(tx, room, row)).await
}

/// The edits of an event by one sender, oldest first.
pub async fn list_edits(tx: &Tx<'_>, room: RoomNum, parent_id: &str, sender: &str) -> Result<Vec<Event>> {
    tx.query(LIST_EDITS, args![room, parent_id, sender], |row| event(tx, room, row)).await
}

/// Position and id of the oldest events that refer to an event.
pub async fn list_references(
    tx: &Tx<'_>,
    room: RoomNum,
    parent_id: &str,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    tx.query(LIST_REFERENCES, args![room, parent_id, limit], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Which relations of an event are asked for; `None` for all.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    pub rel_type: Option<String>,
    /// The type of the event that says it.
    pub kind: Option<String>,
}

/// Up to `limit` events about another one with positions from `from` to `to`, both included, starting at the end that
/// `direction` names.
pub async fn page(
    tx: &Tx<'_>,
    room: RoomNum,
    parent_id: &str,
    kinds: &Kinds,
    (from, to): (i64, i64),
    direction: Direction,
    limit: i64,
) -> Result<Vec<Event>> {
    let sql = match direction {
        Direction::Forwards => PAGE_FORWARDS,
        Direction::Backwards => PAGE_BACKWARDS,
    };
    let (rel_type, kind) = (kinds.rel_type.as_deref(), kinds.kind.as_deref());
    tx.query(sql, args![room, parent_id, from, to, rel_type, kind, limit], |row| event(tx, room, row)).await
}

/// An event about another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    pub pos: i64,
    pub event_id: String,
    /// Whether there are events about this one.
    pub related: bool,
    pub rel_type: String,
    pub kind: String,
}

/// The oldest events about an event, whatever they say.
pub async fn list_children(tx: &Tx<'_>, room: RoomNum, parent_id: &str, limit: i64) -> Result<Vec<Child>> {
    tx.query(LIST_CHILDREN, args![room, parent_id, limit], |row| {
        Ok(Child {
            pos: row.get(0)?,
            event_id: row.get(1)?,
            related: row.get(2)?,
            rel_type: row.get(3)?,
            kind: row.get(4)?,
        })
    })
    .await
}

/// A thread as its replies make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub root_id: String,
    /// The position of the newest reply.
    pub latest_pos: i64,
    /// Whether the user wrote one of the replies.
    pub has_reply_of_user: bool,
}

/// Threads whose newest reply is before a position, the newest first.
pub async fn list_threads(
    tx: &Tx<'_>,
    room: RoomNum,
    user_id: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<Thread>> {
    tx.query(LIST_THREADS, args![room, user_id, before, limit], |row| {
        Ok(Thread {
            root_id: row.get(0)?,
            latest_pos: row.get(1)?,
            has_reply_of_user: row.get::<i64>(2)? > 0,
        })
    })
    .await
}
