//! Accounts, devices and tokens of one user.

use aside_model::UserNum;

use crate::{Result, Row, Tx, args};

/// An account.
#[derive(Debug, Clone)]
pub struct User {
    pub num: UserNum,
    pub localpart: String,
    /// A PHC string; `None` where the account can't log in by password.
    pub password_hash: Option<String>,
    pub created_ts: i64,
    pub deactivated: bool,
    pub admin: bool,
}

/// What a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub device_id: String,
    pub refresh: bool,
    /// The hash of the access token that was given out together with this token.
    pub pair: Vec<u8>,
    /// Whether no token of the pair has been used since it came from a refresh.
    pub pending: bool,
    /// Milliseconds since 1970; `None` where it doesn't expire.
    pub expires_ts: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Device {
    pub device_id: String,
    pub display_name: Option<String>,
    pub last_seen_ip: Option<String>,
    pub last_seen_ts: Option<i64>,
}

const FIND: &str = "SELECT user_num, localpart, password_hash, created_ts, deactivated, admin FROM users WHERE user_num = $1";
const INSERT: &str = "INSERT INTO users (user_num, localpart, password_hash, created_ts, admin) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const INSERT_HEAD: &str = "INSERT INTO user_heads (user_num, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING";
const SET_PASSWORD: &str = "UPDATE users SET password_hash = $2 WHERE user_num = $1";
const DEACTIVATE: &str =
    "UPDATE users SET password_hash = NULL, deactivated = TRUE, erased = $2 WHERE user_num = $1";
const PUT_DEVICE: &str = "INSERT INTO devices \
    (user_num, device_id, display_name, created_ts, last_seen_ip, last_seen_ts) VALUES ($1, $2, $3, $4, $5, $4) \
    ON CONFLICT (user_num, device_id) DO UPDATE SET \
    last_seen_ip = excluded.last_seen_ip, last_seen_ts = excluded.last_seen_ts";
const LIST_DEVICES: &str = "SELECT device_id, display_name, last_seen_ip, last_seen_ts FROM devices \
    WHERE user_num = $1 ORDER BY device_id";
const FIND_DEVICE: &str = "SELECT device_id, display_name, last_seen_ip, last_seen_ts FROM devices \
    WHERE user_num = $1 AND device_id = $2";
const RENAME_DEVICE: &str = "UPDATE devices SET display_name = $3 WHERE user_num = $1 AND device_id = $2";
const SEEN_DEVICE: &str =
    "UPDATE devices SET last_seen_ip = $3, last_seen_ts = $4 WHERE user_num = $1 AND device_id = $2";
const DELETE_DEVICE: &str = "DELETE FROM devices WHERE user_num = $1 AND device_id = $2";
const INSERT_TOKEN: &str = "INSERT INTO access_tokens (user_num, token_hash, device_id, refresh, pair, pending, expires_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND_TOKEN: &str = "SELECT device_id, refresh, pair, pending, expires_ts FROM access_tokens \
    WHERE user_num = $1 AND token_hash = $2";
const DELETE_TOKENS_OF_DEVICE: &str =
    "DELETE FROM access_tokens WHERE user_num = $1 AND device_id = $2 RETURNING token_hash";
const DELETE_OTHER_PAIRS: &str =
    "DELETE FROM access_tokens WHERE user_num = $1 AND device_id = $2 AND pair <> $3 RETURNING token_hash";
const SETTLE_PAIR: &str =
    "UPDATE access_tokens SET pending = FALSE WHERE user_num = $1 AND device_id = $2 AND pair = $3";
const DELETE_DEVICES: &str = "DELETE FROM devices WHERE user_num = $1";
const DELETE_TOKENS: &str = "DELETE FROM access_tokens WHERE user_num = $1 RETURNING token_hash";

pub async fn find(tx: &Tx<'_>, user: UserNum) -> Result<Option<User>> {
    tx.find(FIND, args![user], |row| {
        Ok(User {
            num: UserNum(row.get(0)?),
            localpart: row.get(1)?,
            password_hash: row.get(2)?,
            created_ts: row.get(3)?,
            deactivated: row.get(4)?,
            admin: row.get(5)?,
        })
    })
    .await
}

/// Creates the account and its empty queue; answers `false` where it was there already.
pub async fn insert(tx: &Tx<'_>, user: &User) -> Result<bool> {
    tx.execute(INSERT_HEAD, args![user.num]).await?;
    let args = args![user.num, &user.localpart, user.password_hash.as_deref(), user.created_ts, user.admin];
    Ok(tx.execute(INSERT, args).await? == 1)
}

pub async fn set_password(tx: &Tx<'_>, user: UserNum, hash: &str) -> Result<()> {
    tx.execute(SET_PASSWORD, args![user, hash]).await.map(drop)
}

pub async fn deactivate(tx: &Tx<'_>, user: UserNum, erase: bool) -> Result<()> {
    tx.execute(DEACTIVATE, args![user, erase]).await.map(drop)
}

/// Creates the device, or notes that it is in use again, under the name it has.
pub async fn put_device(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    display_name: Option<&str>,
    ip: Option<&str>,
    ts: i64,
) -> Result<()> {
    tx.execute(PUT_DEVICE, args![user, device_id, display_name, ts, ip]).await.map(drop)
}

fn device(row: &Row<'_>) -> Result<Device> {
    Ok(Device {
        device_id: row.get(0)?,
        display_name: row.get(1)?,
        last_seen_ip: row.get(2)?,
        last_seen_ts: row.get(3)?,
    })
}

pub async fn list_devices(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Device>> {
    tx.query(LIST_DEVICES, args![user], device).await
}

pub async fn find_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Option<Device>> {
    tx.find(FIND_DEVICE, args![user, device_id], device).await
}

/// Answers `false` where there is no such device.
pub async fn rename_device(tx: &Tx<'_>, user: UserNum, device_id: &str, name: Option<&str>) -> Result<bool> {
    Ok(tx.execute(RENAME_DEVICE, args![user, device_id, name]).await? == 1)
}

pub async fn set_device_seen(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    ip: Option<&str>,
    ts: i64,
) -> Result<()> {
    tx.execute(SEEN_DEVICE, args![user, device_id, ip, ts]).await.map(drop)
}

/// Deletes the device, its tokens and its pushers; answers the tokens' hashes.
pub async fn delete_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Vec<Vec<u8>>> {
    tx.execute(DELETE_DEVICE, args![user, device_id]).await?;
    crate::pushers::delete_of_device(tx, user, device_id).await?;
    delete_tokens_of_device(tx, user, device_id).await
}

pub async fn insert_token(tx: &Tx<'_>, user: UserNum, hash: &[u8], token: &Token) -> Result<()> {
    let Token { device_id, refresh, pair, pending, expires_ts } = token;
    tx.execute(INSERT_TOKEN, args![user, hash, device_id, *refresh, pair, *pending, *expires_ts])
        .await
        .map(drop)
}

pub async fn find_token(tx: &Tx<'_>, user: UserNum, hash: &[u8]) -> Result<Option<Token>> {
    tx.find(FIND_TOKEN, args![user, hash], |row| {
        Ok(Token {
            device_id: row.get(0)?,
            refresh: row.get(1)?,
            pair: row.get(2)?,
            pending: row.get(3)?,
            expires_ts: row.get(4)?,
        })
    })
    .await
}

/// Deletes every device, pusher and token; answers the tokens' hashes.
pub async fn delete_devices(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Vec<u8>>> {
    tx.execute(DELETE_DEVICES, args![user]).await?;
    crate::pushers::delete_all(tx, user).await?;
    tx.query(DELETE_TOKENS, args![user], |row| row.get(0)).await
}

/// Answers the hashes of the tokens that were deleted.
pub async fn delete_tokens_of_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Vec<Vec<u8>>> {
    tx.query(DELETE_TOKENS_OF_DEVICE, args![user, device_id], |row| row.get(0)).await
}

/// Deletes what a pair of tokens replaces, now that one of them is used; answers the hashes of the deleted tokens.
pub async fn settle_pair(tx: &Tx<'_>, user: UserNum, device_id: &str, pair: &[u8]) -> Result<Vec<Vec<u8>>> {
    tx.execute(SETTLE_PAIR, args![user, device_id, pair]).await?;
    tx.query(DELETE_OTHER_PAIRS, args![user, device_id, pair], |row| row.get(0)).await
}
