//! The index of what was said: words by room, and how far each room has been looked at.
//!
//! Whoever writes here or empties an event holds the room's row meanwhile, so that no word of an emptied event can come
//! back: [`mark_indexed`] is the first statement of the one, taking the room's next position that of the other.

use aside_model::RoomNum;

use crate::{Result, Tx, args};

/// A word of an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    pub word: String,
    /// 0: body, 1: name, 2: topic.
    pub field: i64,
}

/// Words that one look-up can ask for; the rest is told from the events themselves.
pub const WORDS_MAX: usize = 4;

const INSERT: &str =
    "INSERT INTO search_words (room_num, word, pos, field) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM search_words WHERE room_num = $1 AND word = $2 AND pos = $3 AND field = $4";
const FIND: &str = "SELECT DISTINCT w.pos FROM search_words w WHERE w.room_num = $1 AND w.word = $2 AND w.pos < $3 \
    AND (EXISTS (SELECT 1 FROM search_words o WHERE o.room_num = $1 AND o.word = $4 AND o.pos = w.pos) OR $4 IS NULL) \
    AND (EXISTS (SELECT 1 FROM search_words o WHERE o.room_num = $1 AND o.word = $5 AND o.pos = w.pos) OR $5 IS NULL) \
    AND (EXISTS (SELECT 1 FROM search_words o WHERE o.room_num = $1 AND o.word = $6 AND o.pos = w.pos) OR $6 IS NULL) \
    ORDER BY w.pos DESC LIMIT $7";
const FIND_INDEXED: &str = "SELECT indexed_pos, next_pos FROM rooms WHERE room_num = $1";
const MARK_INDEXED: &str = "UPDATE rooms SET indexed_pos = $3 WHERE room_num = $1 AND indexed_pos = $2";
const HOLD: &str = "UPDATE rooms SET indexed_pos = indexed_pos WHERE room_num = $1";
const LIST_TO_INDEX: &str = "SELECT room_num FROM rooms WHERE indexed_pos < next_pos - 1 AND room_num > $1 \
    ORDER BY room_num LIMIT $2";

pub async fn insert(tx: &Tx<'_>, room: RoomNum, pos: i64, words: &[Word]) -> Result<()> {
    for Word { word, field } in words {
        tx.execute(INSERT, args![room, word, pos, *field]).await?;
    }
    Ok(())
}

pub async fn delete(tx: &Tx<'_>, room: RoomNum, pos: i64, words: &[Word]) -> Result<()> {
    for Word { word, field } in words {
        tx.execute(DELETE, args![room, word, pos, *field]).await?;
    }
    Ok(())
}

/// Positions of a room before one of them where all of these words are, at most [`WORDS_MAX`], the newest first.
pub async fn find(tx: &Tx<'_>, room: RoomNum, words: &[String], before: i64, limit: i64) -> Result<Vec<i64>> {
    let word = |number: usize| words.get(number).map(String::as_str);
    let args = args![room, word(0), before, word(1), word(2), word(3), limit];
    tx.query(FIND, args, |row| row.get(0)).await
}

/// How far a room has been looked at, and the position that its next event takes.
pub async fn find_indexed(tx: &Tx<'_>, room: RoomNum) -> Result<Option<(i64, i64)>> {
    tx.find(FIND_INDEXED, args![room], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Moves on from where a room has been looked at; answers `false` where somebody else did.
pub async fn mark_indexed(tx: &Tx<'_>, room: RoomNum, from: i64, to: i64) -> Result<bool> {
    Ok(tx.execute(MARK_INDEXED, args![room, from, to]).await? == 1)
}

/// Holds a room's row until the transaction ends, for who empties an event without taking a position.
pub async fn hold(tx: &Tx<'_>, room: RoomNum) -> Result<()> {
    tx.execute(HOLD, args![room]).await.map(drop)
}

/// Rooms after this one with events that have not been looked at.
pub async fn list_to_index(tx: &Tx<'_>, after: RoomNum, limit: i64) -> Result<Vec<RoomNum>> {
    tx.query(LIST_TO_INDEX, args![after, limit], |row| row.get(0).map(RoomNum)).await
}
