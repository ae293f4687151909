//! The audit trail of the moderators' desk. There is no statement that changes or deletes an entry.

use crate::reports::{DESK, NO_HASH};
use crate::{Result, Row, Tx, args};

/// Who did what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub num: i64,
    /// Milliseconds since 1970.
    pub ts: i64,
    /// A user id.
    pub actor: String,
    pub action: String,
    pub report_num: Option<i64>,
    /// The user id of whom it was about.
    pub subject: Option<String>,
    pub detail: String,
    /// Over the entry before and this one.
    pub hash: Vec<u8>,
}

const OPEN_DESK: &str = "INSERT INTO desks (desk, last_report, last_entry, last_hash) VALUES ($1, 0, 0, $2) \
    ON CONFLICT (desk) DO NOTHING";
const TAKE: &str =
    "UPDATE desks SET last_entry = last_entry + 1 WHERE desk = $1 RETURNING last_entry, last_hash";
const SET_HASH: &str = "UPDATE desks SET last_hash = $2 WHERE desk = $1";
const INSERT: &str = "INSERT INTO moderation_audit (desk, entry_num, ts, actor, action, report_num, subject, detail, hash) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LIST: &str = "SELECT entry_num, ts, actor, action, report_num, subject, detail, hash FROM moderation_audit \
    WHERE desk = $1 AND entry_num > $2 ORDER BY entry_num LIMIT $3";

/// Takes the next place in the trail, and its lock: its number, and the hash of the entry before.
pub async fn take(tx: &Tx<'_>) -> Result<(i64, Vec<u8>)> {
    tx.execute(OPEN_DESK, args![DESK, NO_HASH]).await?;
    tx.one(TAKE, args![DESK], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Adds an entry at a place that was taken in this transaction.
pub async fn append(tx: &Tx<'_>, entry: &Entry) -> Result<()> {
    let Entry { num, ts, actor, action, report_num, subject, detail, hash } = entry;
    let args = args![DESK, *num, *ts, actor, action, *report_num, subject.as_deref(), detail, hash];
    tx.execute(INSERT, args).await?;
    tx.execute(SET_HASH, args![DESK, hash]).await.map(drop)
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        num: row.get(0)?,
        ts: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        report_num: row.get(4)?,
        subject: row.get(5)?,
        detail: row.get(6)?,
        hash: row.get(7)?,
    })
}

/// Entries after one of them, oldest first.
pub async fn list(tx: &Tx<'_>, after: i64, limit: i64) -> Result<Vec<Entry>> {
    tx.query(LIST, args![DESK, after, limit], entry).await
}
