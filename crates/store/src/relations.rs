//! Which events relate to which: reactions, edits, threads, references.

use aside_model::RoomNum;

use crate::{Result, Tx, args};

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
const LIST: &str = "SELECT parent_id, pos, rel_type, type, sender, annotation FROM relations \
    WHERE room_num = $1 AND parent_id = $2 ORDER BY pos";

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

/// Everything that was said about an event, oldest first.
pub async fn list(tx: &Tx<'_>, room: RoomNum, parent_id: &str) -> Result<Vec<Relation>> {
    tx.query(LIST, args![room, parent_id], |row| {
        Ok(Relation {
            parent_id: row.get(0)?,
            pos: row.get(1)?,
            rel_type: row.get(2)?,
            kind: row.get(3)?,
            sender: row.get(4)?,
            annotation: row.get(5)?,
        })
    })
    .await
}
