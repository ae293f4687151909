//! What was uploaded, the contents behind it, and uploads that were announced but have not come.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// What an `mxc://` URI stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Who uploaded or announced it.
    pub user: UserNum,
    pub created_ts: i64,
    /// When an announced upload is no longer waited for; `None` where it wasn't announced.
    pub unused_expires_ts: Option<i64>,
    /// `None` until an announced upload has come.
    pub content: Option<Content>,
    /// The room where it was sent to be seen once.
    pub view_once_room: Option<RoomNum>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256.
    pub hash: Vec<u8>,
    pub size_bytes: i64,
    pub content_type: Option<String>,
    pub filename: Option<String>,
}

const FIND: &str = "SELECT user_num, created_ts, unused_expires_ts, hash, size_bytes, content_type, filename, \
    view_once_room FROM media WHERE media_id = $1";
const INSERT: &str =
    "INSERT INTO media (media_id, user_num, created_ts, unused_expires_ts) VALUES ($1, $2, $3, $4)";
const FILL: &str = "UPDATE media SET hash = $2, size_bytes = $3, content_type = $4, filename = $5 \
    WHERE media_id = $1 AND hash IS NULL";
const DELETE_EMPTY: &str = "DELETE FROM media WHERE media_id = $1 AND hash IS NULL";
const ADD_REFERENCE: &str = "INSERT INTO media_files (hash, size_bytes, reference_count) VALUES ($1, $2, 1) \
    ON CONFLICT (hash) DO UPDATE SET reference_count = media_files.reference_count + 1";
const SET_VIEW_ONCE: &str = "UPDATE media SET view_once_room = $3 WHERE media_id = $1 AND user_num = $2";
const INSERT_USE: &str =
    "INSERT INTO media_uses (media_id, room_num, pos) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const DELETE_USE: &str = "DELETE FROM media_uses WHERE media_id = $1 AND room_num = $2 AND pos = $3";
const FIND_USE: &str = "SELECT pos FROM media_uses WHERE media_id = $1 LIMIT 1";
const DELETE: &str = "DELETE FROM media WHERE media_id = $1 RETURNING hash";
const DROP_REFERENCE: &str = "UPDATE media_files SET reference_count = reference_count - 1 WHERE hash = $1";
const FIND_REFERENCES: &str = "SELECT reference_count FROM media_files WHERE hash = $1";
const DELETE_FILE: &str = "DELETE FROM media_files WHERE hash = $1 AND reference_count <= 0";
const LIST_PENDING: &str = "SELECT media_id, expires_ts FROM pending_uploads WHERE user_num = $1";
const INSERT_PENDING: &str =
    "INSERT INTO pending_uploads (user_num, media_id, expires_ts) VALUES ($1, $2, $3)";
const DELETE_PENDING: &str = "DELETE FROM pending_uploads WHERE user_num = $1 AND media_id = $2";

pub async fn find(tx: &Tx<'_>, media_id: &str) -> Result<Option<Media>> {
    tx.find(FIND, args![media_id], |row| {
        Ok(Media {
            user: UserNum(row.get(0)?),
            created_ts: row.get(1)?,
            unused_expires_ts: row.get(2)?,
            content: content(tx, media_id, row)?,
            view_once_room: row.get::<Option<i64>>(7)?.map(RoomNum),
        })
    })
    .await
}

/// Where a file's name is sealed.
pub(crate) fn place(media_id: &str) -> String {
    format!("media.filename/{media_id}")
}

fn content(tx: &Tx<'_>, media_id: &str, row: &Row<'_>) -> Result<Option<Content>> {
    let Some(hash) = row.get(3)? else { return Ok(None) };
    let filename: Option<String> = row.get(6)?;
    let filename = filename.map(|name| tx.open(name, || place(media_id))).transpose()?;
    Ok(Some(Content { hash, size_bytes: row.get(4)?, content_type: row.get(5)?, filename }))
}

/// Adds media without content.
pub async fn insert(
    tx: &Tx<'_>,
    media_id: &str,
    user: UserNum,
    created_ts: i64,
    unused_expires_ts: Option<i64>,
) -> Result<()> {
    tx.execute(INSERT, args![media_id, user, created_ts, unused_expires_ts]).await.map(drop)
}

/// Gives media its content and counts the reference; answers `false` where there is no such media or it has
/// content already.
pub async fn fill(tx: &Tx<'_>, media_id: &str, content: &Content) -> Result<bool> {
    let Content { hash, size_bytes, content_type, filename } = content;
    let filename = filename.as_ref().map(|name| tx.seal(name, || place(media_id))).transpose()?;
    let args = args![media_id, hash, *size_bytes, content_type.as_deref(), filename.as_deref()];
    if tx.execute(FILL, args).await? == 0 {
        return Ok(false);
    }
    tx.execute(ADD_REFERENCE, args![hash, *size_bytes]).await?;
    Ok(true)
}

/// Notes that its uploader sent it into a room to be seen once.
pub async fn set_view_once(tx: &Tx<'_>, media_id: &str, user: UserNum, room: RoomNum) -> Result<()> {
    tx.execute(SET_VIEW_ONCE, args![media_id, user, room]).await.map(drop)
}

/// Notes that an event shows it.
pub async fn insert_use(tx: &Tx<'_>, media_id: &str, room: RoomNum, pos: i64) -> Result<()> {
    tx.execute(INSERT_USE, args![media_id, room, pos]).await.map(drop)
}

/// Forgets that an event showed it; answers whether another one does.
pub async fn delete_use(tx: &Tx<'_>, media_id: &str, room: RoomNum, pos: i64) -> Result<bool> {
    tx.execute(DELETE_USE, args![media_id, room, pos]).await?;
    Ok(tx.find(FIND_USE, args![media_id], |row| row.get::<i64>(0)).await?.is_some())
}

/// Deletes what a URI stands for. Its content's row stays until [`delete_file`], so that its file isn't forgotten.
pub async fn delete(tx: &Tx<'_>, media_id: &str) -> Result<()> {
    let deleted = tx.find(DELETE, args![media_id], |row| row.get::<Option<Vec<u8>>>(0)).await?;
    match deleted.flatten() {
        Some(hash) => tx.execute(DROP_REFERENCE, args![&hash]).await.map(drop),
        None => Ok(()),
    }
}

/// How many URIs stand for a content; `None` where it isn't known.
pub async fn find_references(tx: &Tx<'_>, hash: &[u8]) -> Result<Option<i64>> {
    tx.find(FIND_REFERENCES, args![hash], |row| row.get(0)).await
}

/// Forgets a content that no URI stands for.
pub async fn delete_file(tx: &Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute(DELETE_FILE, args![hash]).await.map(drop)
}

/// Deletes media whose content never came.
pub async fn delete_empty(tx: &Tx<'_>, media_id: &str) -> Result<()> {
    tx.execute(DELETE_EMPTY, args![media_id]).await.map(drop)
}

/// The announced uploads that a user has still to make: media id, and when it is no longer waited for.
pub async fn list_pending(tx: &Tx<'_>, user: UserNum) -> Result<Vec<(String, i64)>> {
    tx.query(LIST_PENDING, args![user], |row| Ok((row.get(0)?, row.get(1)?))).await
}

pub async fn insert_pending(tx: &Tx<'_>, user: UserNum, media_id: &str, expires_ts: i64) -> Result<()> {
    tx.execute(INSERT_PENDING, args![user, media_id, expires_ts]).await.map(drop)
}

pub async fn delete_pending(tx: &Tx<'_>, user: UserNum, media_id: &str) -> Result<()> {
    tx.execute(DELETE_PENDING, args![user, media_id]).await.map(drop)
}
