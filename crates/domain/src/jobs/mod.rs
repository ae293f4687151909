//! Work that is to be done later, or that may fail and be tried again: one durable engine for all of it.
//!
//! A job is a row with a kind, a key, a time and a small payload of ids. The same kind and key is the same job, so asking
//! twice does nothing twice. A job may run more than once (a process may die between the work and the note that it was
//! done), so every handler can be repeated.
//!
//! No transaction spans two sides, so a job and the effect that it belongs to are two transactions. Nothing is lost where
//! **the job is scheduled first** and its handler looks whether the effect came about: a job without an effect finds
//! nothing to do, an effect without a job can't be. Where the job can only be scheduled afterwards, because its key isn't
//! known before, a sweep has to find effects without one.
//!
//! `docs/operating/jobs.md` lists every kind.

mod engine;
mod kinds;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aside_store::jobs::NewJob;
use aside_store::{Durability, Side, jobs};
use serde_json::Value;

pub(crate) use engine::{Jobs, work};
pub use kinds::{Kind, Outcome, Running};

use crate::{Error, Homeserver, Result};

/// A key longer than this is not a name but content.
const KEY_BYTES_MAX: usize = 512;
/// A payload says what the work is about, by ids. It never carries what somebody wrote.
const PAYLOAD_BYTES_MAX: usize = 4_096;

/// Work to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// One of the kinds in the list of handlers.
    pub kind: &'static str,
    /// What it is about; with the kind, the job's name.
    pub key: String,
    /// When, in milliseconds since 1970. A time in the past means now.
    pub run_at_ms: i64,
    pub payload: Value,
}

/// A job in the form in which it is stored.
struct Prepared {
    name: String,
    kind: &'static str,
    payload: String,
    run_at_ms: i64,
}

impl Prepared {
    fn new(job: Job) -> Result<Prepared> {
        let Job { kind, key, run_at_ms, payload } = job;
        let payload = payload.to_string();
        if key.len() > KEY_BYTES_MAX || payload.len() > PAYLOAD_BYTES_MAX {
            return Err(Error::Internal(format!("a job of kind {kind} is too large")));
        }
        Ok(Prepared { name: name(kind, &key), kind, payload, run_at_ms })
    }

    fn as_new(&self) -> NewJob<'_> {
        let Prepared { name, kind, payload, run_at_ms } = self;
        let outside = kinds::is_outside(kind);
        NewJob { job: name, kind, payload, run_at: *run_at_ms, outside }
    }
}

fn name(kind: &str, key: &str) -> String {
    format!("{kind}/{key}")
}

/// Sets a job: its time and payload replace what was asked for before.
pub async fn schedule(hs: &Homeserver, job: Job) -> Result<()> {
    let (job, now_ms) = (Prepared::new(job)?, hs.clock.now_ms());
    let kind = job.kind;
    hs.store.write(Side::Named, async move |tx| jobs::schedule(tx, &job.as_new(), now_ms).await).await?;
    hs.jobs.wake(kind);
    Ok(())
}

/// Sees to it that a job runs at its time or earlier. One that is running now is run again.
pub async fn schedule_at_latest(hs: &Homeserver, job: Job) -> Result<()> {
    let (job, now_ms) = (Prepared::new(job)?, hs.clock.now_ms());
    let kind = job.kind;
    hs.store
        .write(Side::Named, async move |tx| jobs::schedule_at_latest(tx, &job.as_new(), now_ms).await)
        .await?;
    hs.jobs.wake(kind);
    Ok(())
}

/// Sees to it that jobs of one kind run at their time, each again where it is running now. One that waits already, perhaps
/// because it failed, goes on waiting for its own time. For work that is asked for again whenever there is news: a machine
/// that dies may forget it.
pub(crate) async fn schedule_unless_waiting(hs: &Homeserver, jobs: Vec<Job>) -> Result<()> {
    let Some(kind) = jobs.first().map(|job| job.kind) else { return Ok(()) };
    let prepared = jobs.into_iter().map(Prepared::new).collect::<Result<Vec<_>>>()?;
    let now_ms = hs.clock.now_ms();
    hs.store
        .write_with(Durability::Repairable, Side::Named, async move |tx| {
            for job in &prepared {
                jobs::schedule_unless_waiting(tx, &job.as_new(), now_ms).await?;
            }
            Ok(())
        })
        .await?;
    hs.jobs.wake(kind);
    Ok(())
}

/// Takes a job back. One that is running now runs to its end.
pub async fn cancel(hs: &Homeserver, kind: &'static str, key: &str) -> Result<()> {
    let name = name(kind, key);
    Ok(hs.store.write(Side::Named, async move |tx| jobs::cancel(tx, &name).await).await?)
}

/// When a job is due, in milliseconds since 1970; while it runs, when it is taken for lost.
pub async fn find_time(hs: &Homeserver, kind: &'static str, key: &str) -> Result<Option<i64>> {
    let name = name(kind, key);
    let found = hs.store.read(Side::Named, async move |tx| jobs::find(tx, &name).await).await?;
    Ok(found.map(|job| job.run_at))
}

/// A job that was given up after too many attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub kind: String,
    pub key: String,
    pub payload: String,
    pub attempts: i64,
    pub error: String,
    /// Milliseconds since 1970.
    pub given_up_ts: i64,
}

/// Jobs that were given up, the newest first; for the operator.
pub async fn list_dead(hs: &Homeserver, limit: usize) -> Result<Vec<DeadLetter>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let dead = hs.store.read(Side::Sweep, async move |tx| jobs::list_dead(tx, limit).await).await?;
    Ok(dead
        .into_iter()
        .map(|dead| DeadLetter {
            key: dead.job.job.split_once('/').map(|(_, key)| key.to_owned()).unwrap_or_default(),
            kind: dead.job.kind,
            payload: dead.job.payload,
            attempts: dead.job.attempts,
            error: dead.last_error.unwrap_or_default(),
            given_up_ts: dead.updated_ts,
        })
        .collect())
}

/// Schedules what every server has to do again and again.
pub(crate) async fn schedule_standing(hs: &Arc<Homeserver>) -> Result<()> {
    for kind in kinds::STANDING {
        let job = Job { kind, key: String::new(), run_at_ms: hs.clock.now_ms(), payload: Value::Null };
        schedule_at_latest(hs, job).await?;
    }
    Ok(())
}
