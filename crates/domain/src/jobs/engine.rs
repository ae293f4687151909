//! Takes jobs whose time has come and hands them to their handlers.

use std::sync::Arc;
use std::time::Duration;

use aside_store::{Durability, Side, jobs as store};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::kinds::{self, Kind, Outcome, Running};
use crate::{Homeserver, Result};

/// Jobs that one process works on at the same time; further ones wait for their turn.
const AT_ONCE_MAX: usize = 32;
/// Another process may have scheduled something nearer, so the list is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Who takes a job has this long before others may take it; a handler that isn't done by then is broken off.
const LEASE: Duration = Duration::from_secs(60);
/// What a handler needs at the most, so that it is over before its lease is.
const TIMEOUT: Duration = Duration::from_secs(55);
const PAUSE_MIN_MS: i64 = 1_000;
const PAUSE_MAX_MS: i64 = 3_600_000;
/// What went wrong is kept up to this many bytes.
const ERROR_BYTES_MAX: usize = 500;

/// The engine's hands, by whether the work waits for somebody else's computer.
#[derive(Default)]
pub(crate) struct Jobs {
    inside: Hands,
    outside: Hands,
}

/// Whom to wake, and how many may work.
struct Hands {
    news: Notify,
    free: Arc<Semaphore>,
}

impl Default for Hands {
    fn default() -> Self {
        Hands { news: Notify::new(), free: Arc::new(Semaphore::new(AT_ONCE_MAX)) }
    }
}

impl Jobs {
    fn hands(&self, outside: bool) -> &Hands {
        if outside { &self.outside } else { &self.inside }
    }

    /// Something was scheduled that may be nearer than what is waited for.
    pub(super) fn wake(&self, kind: &str) {
        self.hands(kinds::is_outside(kind)).news.notify_one();
    }
}

/// Works until the process is asked to end. What is then being done is finished by the next process.
pub(crate) async fn work(hs: Arc<Homeserver>) {
    if let Err(error) = begin(&hs).await {
        tracing::error!(%error, "jobs left by the last process could not be looked at");
    }
    tokio::join!(work_at(&hs, false), work_at(&hs, true));
}

async fn work_at(hs: &Arc<Homeserver>, outside: bool) {
    loop {
        let wait = match run_due(hs, outside).await {
            Ok(next) => next.map_or(LOOK_EVERY, |at| until(hs, at)),
            Err(error) => {
                tracing::error!(%error, "jobs could not be looked at");
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = hs.jobs.hands(outside).news.notified() => {}
            () = tokio::time::sleep(hs.clock.pause(wait)) => {}
            () = hs.shutdown.cancelled() => return,
        }
    }
}

/// What a killed process was at is nobody's work; only on a shared database it may be another's.
async fn begin(hs: &Arc<Homeserver>) -> Result<()> {
    if !hs.store.is_shared() {
        let now_ms = hs.clock.now_ms();
        hs.store.write(Side::Sweep, async move |tx| store::release(tx, now_ms).await).await?;
    }
    super::schedule_standing(hs).await?;
    crate::sealing::begin(hs).await?;
    crate::security::tell_if_configured_anew(hs).await
}

fn until(hs: &Homeserver, at_ms: i64) -> Duration {
    let wait = u64::try_from(at_ms - hs.clock.now_ms()).unwrap_or(0);
    Duration::from_millis(wait).min(LOOK_EVERY)
}

/// Starts everything that is due, and answers when the next job will be.
async fn run_due(hs: &Arc<Homeserver>, outside: bool) -> Result<Option<i64>> {
    let free = &hs.jobs.hands(outside).free;
    loop {
        let Ok(first) = Arc::clone(free).acquire_owned().await else { return Ok(None) };
        let now_ms = hs.clock.now_ms();
        let limit = free.available_permits() + 1;
        let due = hs
            .store
            .read(Side::Sweep, async move |tx| store::list_due(tx, outside, now_ms, limit as i64).await)
            .await?;
        if due.is_empty() {
            break;
        }
        let mut hand = Some(first);
        let mut takes = Vec::with_capacity(due.len());
        for job in due {
            let free = hand.take().or_else(|| Arc::clone(free).try_acquire_owned().ok());
            let Some(free) = free else { break };
            takes.push(take_and_run(hs, job, free));
        }
        for result in futures_util::future::join_all(takes).await {
            result?;
        }
    }
    Ok(hs.store.read(Side::Sweep, async move |tx| store::find_next(tx, outside).await).await?)
}

async fn take_and_run(hs: &Arc<Homeserver>, job: store::Job, hand: OwnedSemaphorePermit) -> Result<()> {
    let lease_ends = hs.clock.now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
    // A lease that was lost with the machine is a job that runs once more.
    let taken = hs
        .store
        .write_with(Durability::Repairable, Side::Named, async move |tx| {
            store::take(tx, &job.job, job.generation, lease_ends).await
        })
        .await?;
    let Some(job) = taken else { return Ok(()) };
    let hs = Arc::clone(hs);
    tokio::spawn(async move {
        let (name, kind) = (job.job.clone(), job.kind.clone());
        if let Err(error) = run(&hs, job).await {
            // Its lease ends by itself, and then somebody tries again.
            tracing::error!(%error, job = %name, "what became of a job could not be noted");
        }
        drop(hand);
        hs.jobs.wake(&kind);
    });
    Ok(())
}

async fn run(hs: &Arc<Homeserver>, job: store::Job) -> Result<()> {
    let kind = find_kind(&job.kind);
    let key = job.job.split_once('/').map(|(_, key)| key.to_owned()).unwrap_or_default();
    let result = match kind {
        None => Err(format!("this program knows no job of kind {}", job.kind)),
        Some(kind) => {
            // A task of its own, so that a handler that panics is an attempt that failed.
            let handler = (kind.run)(Arc::clone(hs), Running { key, payload: job.payload.clone() });
            match tokio::spawn(tokio::time::timeout(TIMEOUT, handler)).await {
                Ok(Ok(Ok(outcome))) => Ok(outcome),
                Ok(Ok(Err(error))) => Err(error.to_string()),
                Ok(Err(_)) => Err(format!("not done within {} seconds", TIMEOUT.as_secs())),
                Err(_) => Err("the handler panicked".to_owned()),
            }
        }
    };
    note(hs, job, kind, result).await
}

fn find_kind(name: &str) -> Option<&'static Kind> {
    #[cfg(test)]
    if let Some(kind) = super::tests::KINDS.iter().find(|kind| kind.name == name) {
        return Some(kind);
    }
    kinds::KINDS.iter().find(|kind| kind.name == name)
}

async fn note(
    hs: &Arc<Homeserver>,
    job: store::Job,
    kind: Option<&Kind>,
    result: std::result::Result<Outcome, String>,
) -> Result<()> {
    let now_ms = hs.clock.now_ms();
    let attempts_max = kind.map_or(kinds::UNKNOWN_ATTEMPTS_MAX, |kind| kind.attempts_max);
    let store::Job { job: name, attempts, generation, .. } = job;
    hs.store
        .write(Side::Named, async move |tx| match &result {
            Ok(Outcome::Done) => store::finish(tx, &name, generation).await,
            Ok(Outcome::Again { at_ms }) => store::repeat(tx, &name, generation, *at_ms, now_ms).await,
            Err(error) => {
                let error = short(error);
                if attempts >= i64::from(attempts_max) {
                    tracing::error!(job = %name, error, "job given up");
                    return store::give_up(tx, &name, generation, error, now_ms).await;
                }
                tracing::warn!(job = %name, error, attempts, "job failed, trying again");
                store::retry(tx, &name, generation, now_ms + pause_ms(attempts), error, now_ms).await
            }
        })
        .await?;
    Ok(())
}

/// One second after the first failure, twice as long after each further one, an hour at the most.
pub(super) fn pause_ms(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    (PAUSE_MIN_MS << doublings).min(PAUSE_MAX_MS)
}

fn short(error: &str) -> &str {
    let end = error.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= ERROR_BYTES_MAX);
    &error[..end.last().unwrap_or(0)]
}
