//! What pages that people link to say of themselves, under a hash of their address.

use crate::{Result, Tx, args};

/// A preview as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// A JSON object; an empty one where nothing can be said of the page.
    pub answer: String,
    /// The page's picture.
    pub media_id: Option<String>,
    /// Milliseconds since 1970.
    pub expires_ts: i64,
}

const FIND: &str = "SELECT answer FROM previews WHERE url_hash = $1 AND expires_ts > $2";
const FIND_MEDIA: &str = "SELECT media_id FROM previews WHERE url_hash = $1";
const PUT: &str = "INSERT INTO previews (url_hash, answer, media_id, expires_ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (url_hash) DO UPDATE SET answer = excluded.answer, media_id = excluded.media_id, \
    expires_ts = excluded.expires_ts";
const DELETE: &str = "DELETE FROM previews WHERE url_hash = $1";
const FIND_BEYOND: &str = "SELECT expires_ts FROM previews ORDER BY expires_ts DESC LIMIT 1 OFFSET $1";
const LIST_EXPIRED: &str =
    "SELECT url_hash, media_id FROM previews WHERE expires_ts <= $1 ORDER BY expires_ts LIMIT $2";
const EXPIRE_ALL: &str = "UPDATE previews SET expires_ts = 0";

fn place(url_hash: &[u8]) -> String {
    let hex: String = url_hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("previews.answer/{hex}")
}

/// What is known of a page, unless it is too old.
pub async fn find(tx: &Tx<'_>, url_hash: &[u8], now_ms: i64) -> Result<Option<String>> {
    let found = tx.find(FIND, args![url_hash, now_ms], |row| row.get::<String>(0)).await?;
    found.map(|answer| tx.open(answer, || place(url_hash))).transpose()
}

/// The picture that is kept with a page, old or not.
pub async fn find_media(tx: &Tx<'_>, url_hash: &[u8]) -> Result<Option<String>> {
    Ok(tx.find(FIND_MEDIA, args![url_hash], |row| row.get::<Option<String>>(0)).await?.flatten())
}

pub async fn put(tx: &Tx<'_>, url_hash: &[u8], preview: &Preview) -> Result<()> {
    let Preview { answer, media_id, expires_ts } = preview;
    let answer = tx.seal(answer, || place(url_hash))?;
    tx.execute(PUT, args![url_hash, &*answer, media_id.as_deref(), *expires_ts]).await.map(drop)
}

pub async fn delete(tx: &Tx<'_>, url_hash: &[u8]) -> Result<()> {
    tx.execute(DELETE, args![url_hash]).await.map(drop)
}

/// When the newest preview expires of those that are beyond a number of them.
pub async fn find_beyond(tx: &Tx<'_>, kept: i64) -> Result<Option<i64>> {
    tx.find(FIND_BEYOND, args![kept], |row| row.get(0)).await
}

/// Hashes and pictures of pages whose time is over at `before_ts`, the oldest first.
pub async fn list_expired(tx: &Tx<'_>, before_ts: i64, limit: i64) -> Result<Vec<(Vec<u8>, Option<String>)>> {
    tx.query(LIST_EXPIRED, args![before_ts, limit], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Lets all of them go: what is sealed with a key that will be forgotten can't be opened later.
pub async fn expire_all(tx: &Tx<'_>) -> Result<()> {
    tx.execute(EXPIRE_ALL, args![]).await.map(drop)
}
