//! What moderators decided about a user.

use aside_model::UserNum;

use crate::{Result, Row, Tx, args};

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub measure_id: String,
    /// `warn`, `limit`, `suspend` or `remove`.
    pub kind: String,
    pub report_num: i64,
    pub reason: String,
    /// What the user is told.
    pub message: String,
    /// Milliseconds since 1970.
    pub begins_ts: i64,
    pub ends_ts: Option<i64>,
    pub lifted: bool,
    /// The report that is the user's appeal against it.
    pub appeal_num: Option<i64>,
}

const INSERT: &str = "INSERT INTO measures (user_num, measure_id, kind, report_num, reason, message, begins_ts, ends_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST: &str = "SELECT measure_id, kind, report_num, reason, message, begins_ts, ends_ts, lifted, appeal_num \
    FROM measures WHERE user_num = $1 ORDER BY begins_ts DESC, measure_id LIMIT $2";
const FIND: &str = "SELECT measure_id, kind, report_num, reason, message, begins_ts, ends_ts, lifted, appeal_num \
    FROM measures WHERE user_num = $1 AND measure_id = $2";
const LIFT: &str =
    "UPDATE measures SET lifted = TRUE WHERE user_num = $1 AND measure_id = $2 AND lifted = FALSE";
const SET_APPEAL: &str = "UPDATE measures SET appeal_num = $3 \
    WHERE user_num = $1 AND measure_id = $2 AND appeal_num IS NULL AND lifted = FALSE";

fn measure(row: &Row<'_>) -> Result<Measure> {
    Ok(Measure {
        measure_id: row.get(0)?,
        kind: row.get(1)?,
        report_num: row.get(2)?,
        reason: row.get(3)?,
        message: row.get(4)?,
        begins_ts: row.get(5)?,
        ends_ts: row.get(6)?,
        lifted: row.get(7)?,
        appeal_num: row.get(8)?,
    })
}

pub async fn insert(tx: &Tx<'_>, user: UserNum, measure: &Measure) -> Result<()> {
    let Measure { measure_id, kind, report_num, reason, message, begins_ts, ends_ts, .. } = measure;
    let args = args![user, measure_id, kind, *report_num, reason, message, *begins_ts, *ends_ts];
    tx.execute(INSERT, args).await.map(drop)
}

/// The newest measures, lifted or not.
pub async fn list(tx: &Tx<'_>, user: UserNum, limit: i64) -> Result<Vec<Measure>> {
    tx.query(LIST, args![user, limit], measure).await
}

pub async fn find(tx: &Tx<'_>, user: UserNum, measure_id: &str) -> Result<Option<Measure>> {
    tx.find(FIND, args![user, measure_id], measure).await
}

/// Ends a measure; answers whether it was in force.
pub async fn lift(tx: &Tx<'_>, user: UserNum, measure_id: &str) -> Result<bool> {
    Ok(tx.execute(LIFT, args![user, measure_id]).await? == 1)
}

/// Notes the one appeal against a measure; answers whether there was none yet.
pub async fn set_appeal(tx: &Tx<'_>, user: UserNum, measure_id: &str, appeal_num: i64) -> Result<bool> {
    Ok(tx.execute(SET_APPEAL, args![user, measure_id, appeal_num]).await? == 1)
}
