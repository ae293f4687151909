//! What people say about themselves: fields of their profile.

use aside_model::UserNum;

use crate::{Result, Tx, args};

const LIST: &str = "SELECT field, value FROM profile_fields WHERE user_num = $1 ORDER BY field";
const PUT: &str = "INSERT INTO profile_fields (user_num, field, value) VALUES ($1, $2, $3) \
    ON CONFLICT (user_num, field) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM profile_fields WHERE user_num = $1 AND field = $2";
const DELETE_ALL: &str = "DELETE FROM profile_fields WHERE user_num = $1";

/// Every field and its value, JSON.
pub async fn list(tx: &Tx<'_>, user: UserNum) -> Result<Vec<(String, String)>> {
    tx.query(LIST, args![user], |row| Ok((row.get(0)?, row.get(1)?))).await
}

pub async fn put(tx: &Tx<'_>, user: UserNum, field: &str, value: &str) -> Result<()> {
    tx.execute(PUT, args![user, field, value]).await.map(drop)
}

pub async fn delete(tx: &Tx<'_>, user: UserNum, field: &str) -> Result<()> {
    tx.execute(DELETE, args![user, field]).await.map(drop)
}

pub async fn delete_all(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    tx.execute(DELETE_ALL, args![user]).await.map(drop)
}
