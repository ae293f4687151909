//! Which events relate to which: reactions, edits, threads, references.

use aside_model::RoomNum;

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
}

const INSERT: &str = "INSERT INTO relations (room_num, parent_id, pos, rel_type, type, sender, annotation) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MARK_PARENT: &str =
    "UPDATE events SET related = TRUE WHERE room_num = $1 AND event_id = $2 AND related = FALSE";
const DELETE: &str = "DELETE FROM relations WHERE room_num = $1 AND pos = $2";
const LIST_BUNDLED: &str = "SELECT parent_id, pos, rel_type, type, sender, annotation FROM relations \
    WHERE room_num = $1 AND parent_id = $2 AND rel_type IN ('m.replace', 'm.thread', 'm.reference') ORDER BY pos";
const LIST_REFERENCES: &str = "SELECT e.pos, e.event_id FROM relations r \
    JOIN events e ON e.room_num = r.room_num AND e.pos = r.pos \
    WHERE r.room_num = $1 AND r.parent_id = $2 AND r.rel_type = 'm.reference' ORDER BY r.pos LIMIT $3";

pub async fn insert(tx: &Tx<'_>, room: RoomNum, relation: &Relation) -> Result<()> {
    let Relation { parent_id, pos, rel_type, kind, sender, annotation } = relation;
    let args = args![room, parent_id, *pos, rel_type, kind, sender, annotation.as_deref()];
    tx.execute(INSERT, args).await?;
    tx.execute(MARK_PARENT, args![room, parent_id]).await.map(drop)
}

/// Forgets what the event at this position said, because it was redacted.
pub async fn delete(tx: &Tx<'_>, room: RoomNum, pos: i64) -> Result<()> {
    tx.execute(DELETE, args![room, pos]).await.map(drop)
}

fn relation(row: &Row<'_>) -> Result<Relation> {
    Ok(Relation {
        parent_id: row.get(0)?,
        pos: row.get(1)?,
        rel_type: row.get(2)?,
        kind: row.get(3)?,
        sender: row.get(4)?,
        annotation: row.get(5)?,
    })
}

/// Edits, thread replies and references of an event, oldest first: what is told together with it.
pub async fn list_bundled(tx: &Tx<'_>, room: RoomNum, parent_id: &str) -> Result<Vec<Relation>> {
    tx.query(LIST_BUNDLED, args![room, parent_id], relation).await
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
