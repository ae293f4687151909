//! Filters that clients have stored to name them when they sync.

use aside_model::UserNum;

use crate::{Result, Tx, args};

const FIND: &str = "SELECT definition FROM filters WHERE user_num = $1 AND filter_id = $2";
const PUT: &str = "INSERT INTO filters (user_num, filter_id, definition, created_ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, filter_id) DO UPDATE SET created_ts = excluded.created_ts";
const COUNT: &str = "SELECT count(*) FROM filters WHERE user_num = $1 AND filter_id <> $2";

pub async fn find(tx: &Tx<'_>, user: UserNum, filter_id: &str) -> Result<Option<String>> {
    tx.find(FIND, args![user, filter_id], |row| row.get(0)).await
}

/// Stores a filter under an id that is made of its content, so that one stored before is the same.
pub async fn put(tx: &Tx<'_>, user: UserNum, filter_id: &str, definition: &str, ts: i64) -> Result<()> {
    tx.execute(PUT, args![user, filter_id, definition, ts]).await.map(drop)
}

/// How many there are beside this one.
pub async fn count_others(tx: &Tx<'_>, user: UserNum, filter_id: &str) -> Result<i64> {
    tx.one(COUNT, args![user, filter_id], |row| row.get(0)).await
}
