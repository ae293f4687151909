//! What somebody has chosen to show, and whom to be reached by.

use aside_model::UserNum;

use crate::{Result, Tx, args};

const LIST: &str = "SELECT name, value FROM privacy_settings WHERE user_num = $1";
const PUT: &str = "INSERT INTO privacy_settings (user_num, name, value) VALUES ($1, $2, $3) \
    ON CONFLICT (user_num, name) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM privacy_settings WHERE user_num = $1 AND name = $2";

/// Names and values of what was chosen.
pub async fn list(tx: &Tx<'_>, user: UserNum) -> Result<Vec<(String, String)>> {
    tx.query(LIST, args![user], |row| Ok((row.get(0)?, row.get(1)?))).await
}

pub async fn put(tx: &Tx<'_>, user: UserNum, name: &str, value: &str) -> Result<()> {
    tx.execute(PUT, args![user, name, value]).await.map(drop)
}

/// What was not chosen is as the policy has it.
pub async fn delete(tx: &Tx<'_>, user: UserNum, name: &str) -> Result<()> {
    tx.execute(DELETE, args![user, name]).await.map(drop)
}
