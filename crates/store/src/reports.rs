//! The queue of reports at the moderators' desk.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// The one desk there is.
pub const DESK: &str = "main";
/// What the audit trail of a new desk begins with.
pub(crate) const NO_HASH: &[u8] = &[];

/// A report, or an appeal against what one led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub num: i64,
    /// `message`, `conversation`, `account` or `appeal`.
    pub kind: String,
    pub reporter: UserNum,
    /// Whom it is about, where that is known.
    pub subject: Option<UserNum>,
    pub room: Option<RoomNum>,
    pub event_id: Option<String>,
    pub measure_id: Option<String>,
    pub reason: String,
    pub comment: String,
    /// JSON.
    pub evidence: String,
    pub open: bool,
    pub decision: Option<String>,
    pub decided_by: Option<UserNum>,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub decided_ts: Option<i64>,
}

const OPEN_DESK: &str = "INSERT INTO desks (desk, last_report, last_entry, last_hash) VALUES ($1, 0, 0, $2) \
    ON CONFLICT (desk) DO NOTHING";
const NEXT: &str = "UPDATE desks SET last_report = last_report + 1 WHERE desk = $1 RETURNING last_report";
const INSERT: &str = "INSERT INTO reports (desk, report_num, kind, reporter_num, subject_num, room_num, event_id, \
    measure_id, reason, comment, evidence, created_ts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const FIND: &str = "SELECT report_num, kind, reporter_num, subject_num, room_num, event_id, measure_id, reason, comment, \
    evidence, open, decision, decided_by, created_ts, decided_ts FROM reports WHERE desk = $1 AND report_num = $2";
const LIST_OPEN: &str = "SELECT report_num, kind, reporter_num, subject_num, room_num, event_id, measure_id, reason, \
    comment, evidence, open, decision, decided_by, created_ts, decided_ts FROM reports \
    WHERE desk = $1 AND open = TRUE AND report_num > $2 ORDER BY report_num LIMIT $3";
const LIST_ALL: &str = "SELECT report_num, kind, reporter_num, subject_num, room_num, event_id, measure_id, reason, \
    comment, evidence, open, decision, decided_by, created_ts, decided_ts FROM reports \
    WHERE desk = $1 AND report_num > $2 ORDER BY report_num LIMIT $3";
const LIST_OF_REPORTER: &str = "SELECT report_num, kind, reporter_num, subject_num, room_num, event_id, measure_id, \
    reason, comment, evidence, open, decision, decided_by, created_ts, decided_ts FROM reports \
    WHERE desk = $1 AND reporter_num = $2 AND report_num < $3 ORDER BY report_num DESC LIMIT $4";
const COUNT_OF_REPORTER: &str =
    "SELECT count(*) FROM reports WHERE desk = $1 AND reporter_num = $2 AND created_ts >= $3";
const DECIDE: &str = "UPDATE reports SET open = FALSE, decision = $3, decided_by = $4, decided_ts = $5 \
    WHERE desk = $1 AND report_num = $2 AND open = TRUE";

/// What a comment begins with in the database: people may write what looks sealed.
const QUOTE: &str = "\"";

/// Where a column of a report is sealed.
pub(crate) fn place(column: &str, num: i64) -> String {
    format!("reports.{column}/{num}")
}

fn report(tx: &Tx<'_>, row: &Row<'_>) -> Result<Report> {
    let num = row.get(0)?;
    Ok(Report {
        num,
        kind: row.get(1)?,
        reporter: UserNum(row.get(2)?),
        subject: row.get::<Option<i64>>(3)?.map(UserNum),
        room: row.get::<Option<i64>>(4)?.map(RoomNum),
        event_id: row.get(5)?,
        measure_id: row.get(6)?,
        reason: row.get(7)?,
        comment: tx.open(row.get(8)?, || place("comment", num))?.split_off(QUOTE.len()),
        evidence: tx.open(row.get(9)?, || place("evidence", num))?,
        open: row.get(10)?,
        decision: row.get(11)?,
        decided_by: row.get::<Option<i64>>(12)?.map(UserNum),
        created_ts: row.get(13)?,
        decided_ts: row.get(14)?,
    })
}

/// Files a report and answers its number; the number that `report` has is not looked at.
pub async fn insert(tx: &Tx<'_>, report: &Report) -> Result<i64> {
    tx.execute(OPEN_DESK, args![DESK, NO_HASH]).await?;
    let num: i64 = tx.one(NEXT, args![DESK], |row| row.get(0)).await?;
    let comment = format!("{QUOTE}{}", report.comment);
    let comment = tx.seal(&comment, || place("comment", num))?;
    let evidence = tx.seal(&report.evidence, || place("evidence", num))?;
    let args = args![
        DESK,
        num,
        &report.kind,
        report.reporter,
        report.subject,
        report.room,
        report.event_id.as_deref(),
        report.measure_id.as_deref(),
        &report.reason,
        &*comment,
        &*evidence,
        report.created_ts
    ];
    tx.execute(INSERT, args).await?;
    Ok(num)
}

pub async fn find(tx: &Tx<'_>, num: i64) -> Result<Option<Report>> {
    tx.find(FIND, args![DESK, num], |row| report(tx, row)).await
}

/// Reports after one of them, oldest first: those that wait, or all.
pub async fn list(tx: &Tx<'_>, only_open: bool, after: i64, limit: i64) -> Result<Vec<Report>> {
    let sql = if only_open { LIST_OPEN } else { LIST_ALL };
    tx.query(sql, args![DESK, after, limit], |row| report(tx, row)).await
}

/// What somebody reported before one of their reports, newest first.
pub async fn list_of_reporter(
    tx: &Tx<'_>,
    reporter: UserNum,
    before: i64,
    limit: i64,
) -> Result<Vec<Report>> {
    tx.query(LIST_OF_REPORTER, args![DESK, reporter, before, limit], |row| report(tx, row)).await
}

/// How much somebody reported since a time.
pub async fn count_of_reporter(tx: &Tx<'_>, reporter: UserNum, since_ts: i64) -> Result<i64> {
    tx.one(COUNT_OF_REPORTER, args![DESK, reporter, since_ts], |row| row.get(0)).await
}

/// Closes a report with a decision; answers whether it was open, so that two moderators don't decide twice.
pub async fn decide(tx: &Tx<'_>, num: i64, decision: &str, by: UserNum, ts: i64) -> Result<bool> {
    Ok(tx.execute(DECIDE, args![DESK, num, decision, by, ts]).await? == 1)
}
