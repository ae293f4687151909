//! Where people's notifications are pushed to, and who else has registered the same phone.

use aside_model::UserNum;

use crate::{Result, Tx, args};

const LIST: &str = "SELECT pusher FROM pushers WHERE user_num = $1 ORDER BY created_ts, app_id, pushkey";
const PUT: &str = "INSERT INTO pushers (user_num, app_id, pushkey, pusher, device_id, created_ts) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_num, app_id, pushkey) DO UPDATE SET \
    pusher = excluded.pusher, device_id = excluded.device_id";
const COUNT: &str = "SELECT count(*) FROM pushers WHERE user_num = $1 AND NOT (app_id = $2 AND pushkey = $3)";
const DELETE: &str = "DELETE FROM pushers WHERE user_num = $1 AND app_id = $2 AND pushkey = $3";
const DELETE_OF_DEVICE: &str = "DELETE FROM pushers WHERE user_num = $1 AND device_id = $2";
const LIST_OWNERS: &str = "SELECT user_num FROM pusher_owners WHERE app_pushkey = $1";
const INSERT_OWNER: &str =
    "INSERT INTO pusher_owners (app_pushkey, user_num) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const DELETE_OWNER: &str = "DELETE FROM pusher_owners WHERE app_pushkey = $1 AND user_num = $2";

/// A user's pushers, JSON, oldest first.
pub async fn list(tx: &Tx<'_>, user: UserNum) -> Result<Vec<String>> {
    tx.query(LIST, args![user], |row| row.get(0)).await
}

/// Registers a pusher on behalf of a device, or changes it.
pub async fn put(
    tx: &Tx<'_>,
    user: UserNum,
    (app_id, pushkey): (&str, &str),
    pusher: &str,
    device_id: &str,
    created_ts: i64,
) -> Result<()> {
    tx.execute(PUT, args![user, app_id, pushkey, pusher, device_id, created_ts]).await.map(drop)
}

/// How many a user has beside this one.
pub async fn count_others(tx: &Tx<'_>, user: UserNum, (app_id, pushkey): (&str, &str)) -> Result<i64> {
    tx.one(COUNT, args![user, app_id, pushkey], |row| row.get(0)).await
}

pub async fn delete(tx: &Tx<'_>, user: UserNum, (app_id, pushkey): (&str, &str)) -> Result<()> {
    tx.execute(DELETE, args![user, app_id, pushkey]).await.map(drop)
}

/// Deletes what a device has registered, because the device is gone.
pub async fn delete_of_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<()> {
    tx.execute(DELETE_OF_DEVICE, args![user, device_id]).await.map(drop)
}

/// Everyone who has, or had, a pusher with this app's key.
pub async fn list_owners(tx: &Tx<'_>, app_pushkey: &str) -> Result<Vec<UserNum>> {
    tx.query(LIST_OWNERS, args![app_pushkey], |row| row.get(0).map(UserNum)).await
}

pub async fn insert_owner(tx: &Tx<'_>, app_pushkey: &str, user: UserNum) -> Result<()> {
    tx.execute(INSERT_OWNER, args![app_pushkey, user]).await.map(drop)
}

pub async fn delete_owner(tx: &Tx<'_>, app_pushkey: &str, user: UserNum) -> Result<()> {
    tx.execute(DELETE_OWNER, args![app_pushkey, user]).await.map(drop)
}
