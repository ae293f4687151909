//! Work that is to be done later: durable rows, taken by one process at a time.
//!
//! Who wants to run a job takes it by a conditional update of its one row. Two processes that look at the same time
//! see the same list, and each row is won by one of them; that needs no lock that only one engine knows, and no
//! statement that reaches across the shards of a distributed database.

use crate::{Result, Row, Tx, args};

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The kind and the key, joined by a slash.
    pub job: String,
    pub kind: String,
    /// JSON.
    pub payload: String,
    /// Milliseconds since 1970.
    pub run_at: i64,
    /// How often it was begun since it was scheduled.
    pub attempts: i64,
    /// What the row must still say for the taker's result to count.
    pub generation: i64,
}

/// A job to be.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// The kind and the key, joined by a slash.
    pub job: &'a str,
    pub kind: &'a str,
    /// JSON.
    pub payload: &'a str,
    /// Milliseconds since 1970.
    pub run_at: i64,
    /// Whether it waits for somebody else's computer.
    pub outside: bool,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    pub job: Job,
    pub last_error: Option<String>,
    /// When it was given up, in milliseconds since 1970.
    pub updated_ts: i64,
}

const SCHEDULE: &str = "INSERT INTO jobs (job, kind, payload, run_at, updated_ts, outside) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (job) DO UPDATE SET payload = excluded.payload, run_at = excluded.run_at, leased = FALSE, attempts = 0, \
    generation = jobs.generation + 1, dead = FALSE, last_error = NULL, updated_ts = excluded.updated_ts";
// One that runs now may have looked before the effect which this is for, so it runs again.
const SCHEDULE_AT_LATEST: &str = "INSERT INTO jobs (job, kind, payload, run_at, updated_ts, outside) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (job) DO UPDATE SET payload = excluded.payload, \
    run_at = CASE WHEN jobs.leased OR jobs.dead OR jobs.run_at > excluded.run_at THEN excluded.run_at ELSE jobs.run_at END, \
    leased = FALSE, attempts = 0, generation = jobs.generation + 1, dead = FALSE, last_error = NULL, \
    updated_ts = excluded.updated_ts";
const SCHEDULE_UNLESS_WAITING: &str = "INSERT INTO jobs (job, kind, payload, run_at, updated_ts, outside) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (job) DO UPDATE SET payload = excluded.payload, run_at = excluded.run_at, leased = FALSE, attempts = 0, \
    generation = jobs.generation + 1, dead = FALSE, last_error = NULL, updated_ts = excluded.updated_ts \
    WHERE jobs.leased OR jobs.dead";
const CANCEL: &str = "DELETE FROM jobs WHERE job = $1";
const LIST_DUE: &str = "SELECT job, kind, payload, run_at, attempts, generation FROM jobs \
    WHERE dead = FALSE AND outside = $1 AND run_at <= $2 ORDER BY run_at LIMIT $3";
const FIND_NEXT: &str = "SELECT run_at FROM jobs WHERE dead = FALSE AND outside = $1 ORDER BY run_at LIMIT 1";
const TAKE: &str = "UPDATE jobs SET leased = TRUE, run_at = $3, attempts = attempts + 1, generation = generation + 1 \
    WHERE job = $1 AND generation = $2 AND dead = FALSE RETURNING job, kind, payload, run_at, attempts, generation";
const FINISH: &str = "DELETE FROM jobs WHERE job = $1 AND generation = $2";
const REPEAT: &str = "UPDATE jobs SET leased = FALSE, run_at = $3, attempts = 0, last_error = NULL, updated_ts = $4 \
    WHERE job = $1 AND generation = $2";
const RETRY: &str = "UPDATE jobs SET leased = FALSE, run_at = $3, last_error = $4, updated_ts = $5 \
    WHERE job = $1 AND generation = $2";
const GIVE_UP: &str = "UPDATE jobs SET leased = FALSE, dead = TRUE, last_error = $3, updated_ts = $4 \
    WHERE job = $1 AND generation = $2";
const RELEASE: &str = "UPDATE jobs SET leased = FALSE, run_at = $1 WHERE leased = TRUE";
const FIND: &str = "SELECT job, kind, payload, run_at, attempts, generation FROM jobs WHERE job = $1";
const LIST_DEAD: &str = "SELECT job, kind, payload, run_at, attempts, generation, last_error, updated_ts FROM jobs \
    WHERE dead = TRUE ORDER BY updated_ts DESC LIMIT $1";
const TRIM_DEAD: &str = "DELETE FROM jobs WHERE dead = TRUE AND updated_ts < $1";

/// Sets a job: what it was before, waiting, running or given up, no longer counts.
pub async fn schedule(tx: &Tx<'_>, job: &NewJob<'_>, now_ms: i64) -> Result<()> {
    insert(tx, SCHEDULE, job, now_ms).await
}

/// Sees to it that a job runs at this time, or before it and again where it is running now.
pub async fn schedule_at_latest(tx: &Tx<'_>, job: &NewJob<'_>, now_ms: i64) -> Result<()> {
    insert(tx, SCHEDULE_AT_LATEST, job, now_ms).await
}

/// Sees to it that a job runs: at this time, or again where it is running now. One that waits already, perhaps because it
/// failed, goes on waiting for its own time.
pub async fn schedule_unless_waiting(tx: &Tx<'_>, job: &NewJob<'_>, now_ms: i64) -> Result<()> {
    insert(tx, SCHEDULE_UNLESS_WAITING, job, now_ms).await
}

async fn insert(tx: &Tx<'_>, statement: &'static str, job: &NewJob<'_>, now_ms: i64) -> Result<()> {
    let NewJob { job, kind, payload, run_at, outside } = *job;
    tx.execute(statement, args![job, kind, payload, run_at, now_ms, outside]).await.map(drop)
}

/// Deletes a job; one that runs now is not stopped.
pub async fn cancel(tx: &Tx<'_>, job: &str) -> Result<()> {
    tx.execute(CANCEL, args![job]).await.map(drop)
}

pub async fn find(tx: &Tx<'_>, job: &str) -> Result<Option<Job>> {
    tx.find(FIND, args![job], stored).await
}

/// Jobs whose time has come, the most overdue first: those that wait for somebody else's computer, or the others.
pub async fn list_due(tx: &Tx<'_>, outside: bool, now_ms: i64, limit: i64) -> Result<Vec<Job>> {
    tx.query(LIST_DUE, args![outside, now_ms, limit], stored).await
}

/// When the next job is due, running ones by the end of their lease.
pub async fn find_next(tx: &Tx<'_>, outside: bool) -> Result<Option<i64>> {
    tx.find(FIND_NEXT, args![outside], |row| row.get(0)).await
}

/// Takes a job that was listed, until `lease_ends`; `None` where it is no longer as it was listed.
pub async fn take(tx: &Tx<'_>, job: &str, generation: i64, lease_ends: i64) -> Result<Option<Job>> {
    tx.find(TAKE, args![job, generation, lease_ends], stored).await
}

/// Deletes a job that is done; answers `false` where it was scheduled or taken again meanwhile.
pub async fn finish(tx: &Tx<'_>, job: &str, generation: i64) -> Result<bool> {
    Ok(tx.execute(FINISH, args![job, generation]).await? == 1)
}

/// As [`finish`], for a job that has more to do later.
pub async fn repeat(tx: &Tx<'_>, job: &str, generation: i64, run_at: i64, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(REPEAT, args![job, generation, run_at, now_ms]).await? == 1)
}

/// As [`finish`], for a job that failed and is tried again.
pub async fn retry(
    tx: &Tx<'_>,
    job: &str,
    generation: i64,
    run_at: i64,
    error: &str,
    now_ms: i64,
) -> Result<bool> {
    Ok(tx.execute(RETRY, args![job, generation, run_at, error, now_ms]).await? == 1)
}

/// As [`finish`], for a job that failed too often.
pub async fn give_up(tx: &Tx<'_>, job: &str, generation: i64, error: &str, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(GIVE_UP, args![job, generation, error, now_ms]).await? == 1)
}

/// Ends every lease. Only for a process that has the database to itself, before it takes any job.
pub async fn release(tx: &Tx<'_>, now_ms: i64) -> Result<u64> {
    tx.execute(RELEASE, args![now_ms]).await
}

/// Jobs that were given up, the newest first.
pub async fn list_dead(tx: &Tx<'_>, limit: i64) -> Result<Vec<Dead>> {
    tx.query(LIST_DEAD, args![limit], |row| {
        Ok(Dead { job: stored(row)?, last_error: row.get(6)?, updated_ts: row.get(7)? })
    })
    .await
}

/// Forgets jobs that were given up before a time, in milliseconds since 1970.
pub async fn trim_dead(tx: &Tx<'_>, before_ts: i64) -> Result<u64> {
    tx.execute(TRIM_DEAD, args![before_ts]).await
}

fn stored(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        job: row.get(0)?,
        kind: row.get(1)?,
        payload: row.get(2)?,
        run_at: row.get(3)?,
        attempts: row.get(4)?,
        generation: row.get(5)?,
    })
}
