//! Where people's notifications are pushed to, and who else has registered the same phone.

use aside_model::{QueuePosition, UserNum};

use crate::{Result, Tx, args};

const LIST: &str = "SELECT app_id, pushkey, pusher, created_ts, pushed_seq, badge FROM pushers WHERE user_num = $1 \
    ORDER BY created_ts, app_id, pushkey";
// Where the same pusher is registered again, it goes on where it was; a new one begins with what comes now.
const PUT: &str = "INSERT INTO pushers (user_num, app_id, pushkey, pusher, device_id, created_ts, pushed_seq) \
    VALUES ($1, $2, $3, $4, $5, $6, coalesce((SELECT seq FROM user_heads WHERE user_num = $1), 0)) \
    ON CONFLICT (user_num, app_id, pushkey) DO UPDATE SET pusher = excluded.pusher, device_id = excluded.device_id";
const SET_PUSHED: &str = "UPDATE pushers SET pushed_seq = $4, badge = $5 \
    WHERE user_num = $1 AND app_id = $2 AND pushkey = $3 AND pushed_seq <= $4";
const COUNT: &str = "SELECT count(*) FROM pushers WHERE user_num = $1 AND NOT (app_id = $2 AND pushkey = $3)";
const DELETE: &str = "DELETE FROM pushers WHERE user_num = $1 AND app_id = $2 AND pushkey = $3";
const DELETE_OF_DEVICE: &str = "DELETE FROM pushers WHERE user_num = $1 AND device_id = $2";
const DELETE_ALL: &str = "DELETE FROM pushers WHERE user_num = $1";
const LIST_OWNERS: &str = "SELECT user_num FROM pusher_owners WHERE app_pushkey = $1";
const INSERT_OWNER: &str =
    "INSERT INTO pusher_owners (app_pushkey, user_num) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const DELETE_OWNER: &str = "DELETE FROM pusher_owners WHERE app_pushkey = $1 AND user_num = $2";

/// A pusher and what it has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pusher {
    pub app_id: String,
    pub pushkey: String,
    /// JSON, as the specification defines a pusher.
    pub pusher: String,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    /// How far it has read its owner's queue.
    pub pushed_seq: QueuePosition,
    /// The number of unread messages that it was told last.
    pub badge: i64,
}

/// A user's pushers, oldest first.
pub async fn list(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Pusher>> {
    tx.query(LIST, args![user], |row| {
        Ok(Pusher {
            app_id: row.get(0)?,
            pushkey: row.get(1)?,
            pusher: row.get(2)?,
            created_ts: row.get(3)?,
            pushed_seq: row.get(4)?,
            badge: row.get(5)?,
        })
    })
    .await
}

/// Notes that a pusher has been told everything up to a position of its owner's queue, and how many messages are unread.
pub async fn set_pushed(
    tx: &Tx<'_>,
    user: UserNum,
    (app_id, pushkey): (&str, &str),
    seq: QueuePosition,
    badge: i64,
) -> Result<()> {
    tx.execute(SET_PUSHED, args![user, app_id, pushkey, seq, badge]).await.map(drop)
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

/// Deletes everything that a user's devices have registered.
pub async fn delete_all(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    tx.execute(DELETE_ALL, args![user]).await.map(drop)
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
