//! The words that people are found by.

use aside_model::UserNum;

use crate::{Result, Tx, args};

const PUT: &str =
    "INSERT INTO directory_words (initial, word, user_num) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM directory_words WHERE initial = $1 AND word = $2 AND user_num = $3";
const RANGE: &str = "SELECT word, user_num FROM directory_words \
    WHERE initial = $1 AND word >= $2 AND word < $3 ORDER BY word, user_num LIMIT $4";

/// The part of the table that a word is in: its first letter.
fn initial(word: &str) -> &str {
    word.split_at(word.chars().next().map_or(0, char::len_utf8)).0
}

pub async fn put_word(tx: &Tx<'_>, word: &str, user: UserNum) -> Result<()> {
    tx.execute(PUT, args![initial(word), word, user]).await.map(drop)
}

pub async fn delete_word(tx: &Tx<'_>, word: &str, user: UserNum) -> Result<()> {
    tx.execute(DELETE, args![initial(word), word, user]).await.map(drop)
}

/// Words that begin like this, and whose they are, in the words' order.
pub async fn list_beginning(tx: &Tx<'_>, beginning: &str, limit: i64) -> Result<Vec<(String, UserNum)>> {
    // No word goes on with the last of all characters.
    let end = format!("{beginning}\u{10ffff}");
    tx.query(RANGE, args![initial(beginning), beginning, &end, limit], |row| {
        Ok((row.get(0)?, UserNum(row.get(1)?)))
    })
    .await
}
