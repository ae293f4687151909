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
const DEACTIVATE: &str = "UPDATE users SET password_hash = NULL, deactivated = TRUE WHERE user_num = $1";
const PUT_DEVICE: &str = "INSERT INTO devices (user_num, device_id, display_name, created_ts) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (user_num, device_id) DO NOTHING";
const LIST_DEVICES: &str = "SELECT device_id, display_name, last_seen_ip, last_seen_ts FROM devices \
    WHERE user_num = $1 ORDER BY device_id";
const FIND_DEVICE: &str = "SELECT device_id, display_name, last_seen_ip, last_seen_ts FROM devices \
    WHERE user_num = $1 AND device_id = $2";
const RENAME_DEVICE: &str = "UPDATE devices SET display_name = $3 WHERE user_num = $1 AND device_id = $2";
const SEEN_DEVICE: &str =
    "UPDATE devices SET last_seen_ip = $3, last_seen_ts = $4 WHERE user_num = $1 AND device_id = $2";
const DELETE_DEVICE: &str = "DELETE FROM devices WHERE user_num = $1 AND device_id = $2";
const INSERT_TOKEN: &str = "INSERT INTO access_tokens (user_num, token_hash, device_id, refresh, expires_ts) \
    VALUES ($1, $2, $3, $4, $5)";
const FIND_TOKEN: &str =
    "SELECT device_id, refresh, expires_ts FROM access_tokens WHERE user_num = $1 AND token_hash = $2";
const DELETE_TOKEN: &str = "DELETE FROM access_tokens WHERE user_num = $1 AND token_hash = $2";
const DELETE_TOKENS_OF_DEVICE: &str = "DELETE FROM access_tokens WHERE user_num = $1 AND device_id = $2";

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

pub async fn deactivate(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    tx.execute(DEACTIVATE, args![user]).await.map(drop)
}

/// Creates the device where it is not there yet; answers whether it is new.
pub async fn put_device(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    display_name: Option<&str>,
    created_ts: i64,
) -> Result<bool> {
    Ok(tx.execute(PUT_DEVICE, args![user, device_id, display_name, created_ts]).await? == 1)
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

/// Deletes the device and its tokens; answers `false` where there was no such device.
pub async fn delete_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<bool> {
    tx.execute(DELETE_TOKENS_OF_DEVICE, args![user, device_id]).await?;
    Ok(tx.execute(DELETE_DEVICE, args![user, device_id]).await? == 1)
}

pub async fn insert_token(tx: &Tx<'_>, user: UserNum, hash: &[u8], token: &Token) -> Result<()> {
    tx.execute(INSERT_TOKEN, args![user, hash, &token.device_id, token.refresh, token.expires_ts])
        .await
        .map(drop)
}

pub async fn find_token(tx: &Tx<'_>, user: UserNum, hash: &[u8]) -> Result<Option<Token>> {
    tx.find(FIND_TOKEN, args![user, hash], |row| {
        Ok(Token { device_id: row.get(0)?, refresh: row.get(1)?, expires_ts: row.get(2)? })
    })
    .await
}

pub async fn delete_token(tx: &Tx<'_>, user: UserNum, hash: &[u8]) -> Result<()> {
    tx.execute(DELETE_TOKEN, args![user, hash]).await.map(drop)
}

pub async fn delete_tokens_of_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<()> {
    tx.execute(DELETE_TOKENS_OF_DEVICE, args![user, device_id]).await.map(drop)
}
