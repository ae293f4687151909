//! Backups of room keys: versions, and the sessions stored in each.

use aside_model::UserNum;

use crate::{Result, Row, Tx, args};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub version: i64,
    pub algorithm: String,
    /// JSON.
    pub auth_data: String,
    pub etag: i64,
    /// How many sessions are stored.
    pub key_count: i64,
}

/// A session's key as a client encrypted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub room_id: String,
    pub session_id: String,
    pub first_message_index: i64,
    pub forwarded_count: i64,
    pub is_verified: bool,
    /// JSON.
    pub session_data: String,
}

/// Which sessions of a version are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    All,
    OfRoom(String),
    One { room_id: String, session_id: String },
}

const NEXT_VERSION: &str = "SELECT coalesce(max(version), 0) + 1 FROM backup_versions WHERE user_num = $1";
const INSERT_VERSION: &str = "INSERT INTO backup_versions (user_num, version, algorithm, auth_data, etag, key_count, \
    deleted) VALUES ($1, $2, $3, $4, 0, 0, FALSE)";
const FIND_CURRENT: &str = "SELECT version, algorithm, auth_data, etag, key_count FROM backup_versions \
    WHERE user_num = $1 AND NOT deleted ORDER BY version DESC LIMIT 1";
const FIND_VERSION: &str = "SELECT version, algorithm, auth_data, etag, key_count FROM backup_versions \
    WHERE user_num = $1 AND version = $2 AND NOT deleted";
const LOCK_VERSION: &str = "UPDATE backup_versions SET etag = etag WHERE user_num = $1 AND version = $2 \
    AND NOT deleted RETURNING version, algorithm, auth_data, etag, key_count";
const SET_AUTH_DATA: &str = "UPDATE backup_versions SET auth_data = $3 WHERE user_num = $1 AND version = $2";
const SET_COUNT: &str =
    "UPDATE backup_versions SET etag = $3, key_count = $4 WHERE user_num = $1 AND version = $2";
const DELETE_VERSION: &str = "UPDATE backup_versions SET deleted = TRUE, auth_data = 'null', key_count = 0 \
    WHERE user_num = $1 AND version = $2";
const DELETE_VERSIONS: &str = "DELETE FROM backup_versions WHERE user_num = $1";
const DELETE_EVERYTHING: &str = "DELETE FROM backup_sessions WHERE user_num = $1";
const PUT_SESSION: &str = "INSERT INTO backup_sessions (user_num, version, room_id, session_id, first_message_index, \
    forwarded_count, is_verified, session_data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
    ON CONFLICT (user_num, version, room_id, session_id) DO UPDATE SET \
    first_message_index = excluded.first_message_index, forwarded_count = excluded.forwarded_count, \
    is_verified = excluded.is_verified, session_data = excluded.session_data";
const LIST_ALL: &str = "SELECT room_id, session_id, first_message_index, forwarded_count, is_verified, session_data \
    FROM backup_sessions WHERE user_num = $1 AND version = $2";
const LIST_OF_ROOM: &str = "SELECT room_id, session_id, first_message_index, forwarded_count, is_verified, \
    session_data FROM backup_sessions WHERE user_num = $1 AND version = $2 AND room_id = $3";
const LIST_ONE: &str = "SELECT room_id, session_id, first_message_index, forwarded_count, is_verified, session_data \
    FROM backup_sessions WHERE user_num = $1 AND version = $2 AND room_id = $3 AND session_id = $4";
const DELETE_ALL: &str = "DELETE FROM backup_sessions WHERE user_num = $1 AND version = $2";
const DELETE_OF_ROOM: &str =
    "DELETE FROM backup_sessions WHERE user_num = $1 AND version = $2 AND room_id = $3";
const DELETE_ONE: &str = "DELETE FROM backup_sessions \
    WHERE user_num = $1 AND version = $2 AND room_id = $3 AND session_id = $4";

fn version(row: &Row<'_>) -> Result<Version> {
    Ok(Version {
        version: row.get(0)?,
        algorithm: row.get(1)?,
        auth_data: row.get(2)?,
        etag: row.get(3)?,
        key_count: row.get(4)?,
    })
}

/// Where a session's key is sealed.
pub(crate) fn place(user: UserNum, number: i64, room_id: &str, session_id: &str) -> String {
    format!("backup_sessions.session_data/{}/{number}/{room_id}/{session_id}", user.0)
}

fn session(tx: &Tx<'_>, user: UserNum, number: i64, row: &Row<'_>) -> Result<Session> {
    let (room_id, session_id): (String, String) = (row.get(0)?, row.get(1)?);
    let session_data = tx.open(row.get(5)?, || place(user, number, &room_id, &session_id))?;
    Ok(Session {
        room_id,
        session_id,
        first_message_index: row.get(2)?,
        forwarded_count: row.get(3)?,
        is_verified: row.get(4)?,
        session_data,
    })
}

/// Starts a new version, which becomes the current one; answers its number.
pub async fn insert_version(tx: &Tx<'_>, user: UserNum, algorithm: &str, auth_data: &str) -> Result<i64> {
    let number: i64 = tx.one(NEXT_VERSION, args![user], |row| row.get(0)).await?;
    tx.execute(INSERT_VERSION, args![user, number, algorithm, auth_data]).await?;
    Ok(number)
}

/// The newest version that isn't deleted.
pub async fn find_current(tx: &Tx<'_>, user: UserNum) -> Result<Option<Version>> {
    tx.find(FIND_CURRENT, args![user], version).await
}

pub async fn find_version(tx: &Tx<'_>, user: UserNum, number: i64) -> Result<Option<Version>> {
    tx.find(FIND_VERSION, args![user, number], version).await
}

/// As [`find_version`], and nobody else changes the version until the transaction ends.
pub async fn lock_version(tx: &Tx<'_>, user: UserNum, number: i64) -> Result<Option<Version>> {
    tx.find(LOCK_VERSION, args![user, number], version).await
}

/// Whether there ever was a version of this number, deleted since or not.
pub async fn was_version(tx: &Tx<'_>, user: UserNum, number: i64) -> Result<bool> {
    let next: i64 = tx.one(NEXT_VERSION, args![user], |row| row.get(0)).await?;
    Ok((1..next).contains(&number))
}

pub async fn set_auth_data(tx: &Tx<'_>, user: UserNum, number: i64, auth_data: &str) -> Result<()> {
    tx.execute(SET_AUTH_DATA, args![user, number, auth_data]).await.map(drop)
}

pub async fn set_count(tx: &Tx<'_>, user: UserNum, number: i64, etag: i64, key_count: i64) -> Result<()> {
    tx.execute(SET_COUNT, args![user, number, etag, key_count]).await.map(drop)
}

/// Deletes a version and all its sessions; its number stays taken.
pub async fn delete_version(tx: &Tx<'_>, user: UserNum, number: i64) -> Result<()> {
    tx.execute(DELETE_VERSION, args![user, number]).await?;
    tx.execute(DELETE_ALL, args![user, number]).await.map(drop)
}

/// Deletes everything of a user.
pub async fn delete_everything(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    tx.execute(DELETE_VERSIONS, args![user]).await?;
    tx.execute(DELETE_EVERYTHING, args![user]).await.map(drop)
}

pub async fn put_session(tx: &Tx<'_>, user: UserNum, number: i64, session: &Session) -> Result<()> {
    let session_data =
        tx.seal(&session.session_data, || place(user, number, &session.room_id, &session.session_id))?;
    let args = args![
        user,
        number,
        &session.room_id,
        &session.session_id,
        session.first_message_index,
        session.forwarded_count,
        session.is_verified,
        &*session_data,
    ];
    tx.execute(PUT_SESSION, args).await.map(drop)
}

pub async fn list_sessions(tx: &Tx<'_>, user: UserNum, number: i64, which: &Which) -> Result<Vec<Session>> {
    match which {
        Which::All => tx.query(LIST_ALL, args![user, number], |row| session(tx, user, number, row)).await,
        Which::OfRoom(room_id) => {
            tx.query(LIST_OF_ROOM, args![user, number, room_id], |row| session(tx, user, number, row)).await
        }
        Which::One { room_id, session_id } => {
            tx.query(LIST_ONE, args![user, number, room_id, session_id], |row| session(tx, user, number, row))
                .await
        }
    }
}

/// Answers how many there were.
pub async fn delete_sessions(tx: &Tx<'_>, user: UserNum, number: i64, which: &Which) -> Result<u64> {
    match which {
        Which::All => tx.execute(DELETE_ALL, args![user, number]).await,
        Which::OfRoom(room_id) => tx.execute(DELETE_OF_ROOM, args![user, number, room_id]).await,
        Which::One { room_id, session_id } => {
            tx.execute(DELETE_ONE, args![user, number, room_id, session_id]).await
        }
    }
}
