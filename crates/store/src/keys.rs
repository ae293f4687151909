//! Keys of one user's devices: what they are known by, one-time keys and fallback keys.

use aside_model::{QueuePosition, UserNum};

use crate::{Result, Tx, args};

/// A key for one use, or one to fall back on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeKey {
    pub algorithm: String,
    /// Without the algorithm.
    pub key_id: String,
    /// JSON.
    pub key: String,
}

/// A device with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceKeys {
    pub device_id: String,
    pub display_name: Option<String>,
    /// Canonical JSON.
    pub keys: String,
}

/// What is left of a device's keys of one algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub algorithm: String,
    pub one_time: i64,
    pub unused_fallback: bool,
}

const FIND_DEVICE: &str = "SELECT keys FROM device_keys WHERE user_num = $1 AND device_id = $2";
const PUT_DEVICE: &str = "INSERT INTO device_keys (user_num, device_id, keys) VALUES ($1, $2, $3) \
    ON CONFLICT (user_num, device_id) DO UPDATE SET keys = excluded.keys";
const LIST_DEVICES: &str = "SELECT k.device_id, d.display_name, k.keys FROM device_keys k \
    JOIN devices d ON d.user_num = k.user_num AND d.device_id = k.device_id WHERE k.user_num = $1 ORDER BY k.device_id";
const DELETE_DEVICE: &str = "DELETE FROM device_keys WHERE user_num = $1 AND device_id = $2";
const INSERT_ONE_TIME: &str = "INSERT INTO one_time_keys (user_num, device_id, algorithm, upload, key_id, key) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const LIST_ONE_TIME: &str =
    "SELECT algorithm, key_id, key FROM one_time_keys WHERE user_num = $1 AND device_id = $2";
const LAST_UPLOAD: &str =
    "SELECT coalesce(max(upload), 0) FROM one_time_keys WHERE user_num = $1 AND device_id = $2";
const FIND_OLDEST: &str = "SELECT key_id, key FROM one_time_keys \
    WHERE user_num = $1 AND device_id = $2 AND algorithm = $3 ORDER BY upload, key_id LIMIT 1";
const DELETE_ONE_TIME: &str = "DELETE FROM one_time_keys \
    WHERE user_num = $1 AND device_id = $2 AND algorithm = $3 AND key_id = $4";
const DELETE_ALL_ONE_TIME: &str = "DELETE FROM one_time_keys WHERE user_num = $1 AND device_id = $2";
const FIND_FALLBACK: &str = "SELECT key_id, key FROM fallback_keys \
    WHERE user_num = $1 AND device_id = $2 AND algorithm = $3";
const PUT_FALLBACK: &str = "INSERT INTO fallback_keys (user_num, device_id, algorithm, key_id, key, used) \
    VALUES ($1, $2, $3, $4, $5, FALSE) ON CONFLICT (user_num, device_id, algorithm) DO UPDATE SET \
    key_id = excluded.key_id, key = excluded.key, used = FALSE";
const USE_FALLBACK: &str = "UPDATE fallback_keys SET used = TRUE \
    WHERE user_num = $1 AND device_id = $2 AND algorithm = $3 RETURNING key_id, key";
const DELETE_FALLBACK: &str = "DELETE FROM fallback_keys WHERE user_num = $1 AND device_id = $2";
const LIST_LEFT: &str = "SELECT algorithm, count(*), FALSE FROM one_time_keys \
    WHERE user_num = $1 AND device_id = $2 GROUP BY algorithm \
    UNION ALL SELECT algorithm, 0, NOT used FROM fallback_keys WHERE user_num = $1 AND device_id = $2";
const PUT_UNANNOUNCED: &str = "INSERT INTO unannounced_keys (user_num, seq) VALUES ($1, $2) \
    ON CONFLICT (user_num) DO UPDATE SET seq = excluded.seq";
const DELETE_UNANNOUNCED: &str = "DELETE FROM unannounced_keys WHERE user_num = $1 AND seq <= $2";
const LIST_UNANNOUNCED: &str = "SELECT user_num, seq FROM unannounced_keys LIMIT $1";

pub async fn find_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Option<String>> {
    tx.find(FIND_DEVICE, args![user, device_id], |row| row.get(0)).await
}

pub async fn put_device(tx: &Tx<'_>, user: UserNum, device_id: &str, keys: &str) -> Result<()> {
    tx.execute(PUT_DEVICE, args![user, device_id, keys]).await.map(drop)
}

/// The user's devices that have keys.
pub async fn list_devices(tx: &Tx<'_>, user: UserNum) -> Result<Vec<DeviceKeys>> {
    tx.query(LIST_DEVICES, args![user], |row| {
        Ok(DeviceKeys { device_id: row.get(0)?, display_name: row.get(1)?, keys: row.get(2)? })
    })
    .await
}

/// Deletes every key of a device; answers whether it had device keys.
pub async fn delete_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<bool> {
    tx.execute(DELETE_ALL_ONE_TIME, args![user, device_id]).await?;
    tx.execute(DELETE_FALLBACK, args![user, device_id]).await?;
    Ok(tx.execute(DELETE_DEVICE, args![user, device_id]).await? == 1)
}

fn one_time_key(algorithm: &str, row: &crate::Row<'_>) -> Result<OneTimeKey> {
    Ok(OneTimeKey { algorithm: algorithm.to_owned(), key_id: row.get(0)?, key: row.get(1)? })
}

pub async fn list_one_time(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Vec<OneTimeKey>> {
    tx.query(LIST_ONE_TIME, args![user, device_id], |row| {
        Ok(OneTimeKey { algorithm: row.get(0)?, key_id: row.get(1)?, key: row.get(2)? })
    })
    .await
}

/// Adds keys, which are handed out after all that are there already.
pub async fn insert_one_time(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    keys: impl IntoIterator<Item = &OneTimeKey>,
) -> Result<()> {
    let upload = tx.one(LAST_UPLOAD, args![user, device_id], |row| row.get::<i64>(0)).await? + 1;
    for OneTimeKey { algorithm, key_id, key } in keys {
        tx.execute(INSERT_ONE_TIME, args![user, device_id, algorithm, upload, key_id, key]).await?;
    }
    Ok(())
}

/// Takes the oldest key away for good. Who deletes a row has it: another transaction that found the same key looks again.
pub async fn claim_one_time(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    algorithm: &str,
) -> Result<Option<OneTimeKey>> {
    let wanted = args![user, device_id, algorithm];
    while let Some(oldest) = tx.find(FIND_OLDEST, wanted, |row| one_time_key(algorithm, row)).await? {
        let args = args![user, device_id, algorithm, &oldest.key_id];
        if tx.execute(DELETE_ONE_TIME, args).await? == 1 {
            return Ok(Some(oldest));
        }
    }
    Ok(None)
}

pub async fn find_fallback(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    algorithm: &str,
) -> Result<Option<OneTimeKey>> {
    tx.find(FIND_FALLBACK, args![user, device_id, algorithm], |row| one_time_key(algorithm, row)).await
}

/// Replaces the fallback key of an algorithm; the new one counts as unused.
pub async fn put_fallback(tx: &Tx<'_>, user: UserNum, device_id: &str, key: &OneTimeKey) -> Result<()> {
    let OneTimeKey { algorithm, key_id, key } = key;
    tx.execute(PUT_FALLBACK, args![user, device_id, algorithm, key_id, key]).await.map(drop)
}

/// The fallback key of an algorithm, which counts as used from now on.
pub async fn use_fallback(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    algorithm: &str,
) -> Result<Option<OneTimeKey>> {
    tx.find(USE_FALLBACK, args![user, device_id, algorithm], |row| one_time_key(algorithm, row)).await
}

/// What is left of a device's keys; an algorithm may come twice, once for each kind of key.
pub async fn list_left(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Vec<Left>> {
    tx.query(LIST_LEFT, args![user, device_id], |row| {
        Ok(Left { algorithm: row.get(0)?, one_time: row.get(1)?, unused_fallback: row.get(2)? })
    })
    .await
}

/// Notes that a user's keys changed, to be taken back once everybody whom it concerns knows.
pub async fn put_unannounced(tx: &Tx<'_>, user: UserNum, seq: QueuePosition) -> Result<()> {
    tx.execute(PUT_UNANNOUNCED, args![user, seq]).await.map(drop)
}

/// Notes that every change up to a position has been announced.
pub async fn delete_unannounced(tx: &Tx<'_>, user: UserNum, upto: QueuePosition) -> Result<()> {
    tx.execute(DELETE_UNANNOUNCED, args![user, upto]).await.map(drop)
}

/// Users with changes that may not have been announced, for the sweeper.
pub async fn list_unannounced(tx: &Tx<'_>, limit: i64) -> Result<Vec<(UserNum, QueuePosition)>> {
    tx.query(LIST_UNANNOUNCED, args![limit], |row| Ok((UserNum(row.get(0)?), row.get(1)?))).await
}
