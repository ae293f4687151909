//! Every kind of job and who does it. Each is a line of `docs/operating/jobs.md`.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use serde::de::DeserializeOwned;

use crate::{
    Error, Homeserver, Result, identity, media, previews, push, scheduled, sealing, security, timers,
};

/// How often a job is begun before it is given up. With the pauses between attempts that is about a day.
const ATTEMPTS_MAX: u32 = 32;

/// Jobs that were given up are shown to the operator for this long.
const DEAD_KEPT_MS: i64 = 30 * 24 * 3_600_000;
const HOUR_MS: i64 = 3_600_000;

/// A kind of job: its name, how often it is tried, and what does it.
pub struct Kind {
    pub name: &'static str,
    pub attempts_max: u32,
    pub run: fn(Arc<Homeserver>, Running) -> BoxFuture<'static, Result<Outcome>>,
}

/// A job that its handler is asked to do.
#[derive(Debug, Clone)]
pub struct Running {
    pub key: String,
    pub payload: String,
}

impl Running {
    /// # Errors
    /// [`Error::Internal`] where the payload is of another shape.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.payload).map_err(Error::internal)
    }
}

/// What became of a job. One that can't be done yet answers an error, and is tried again after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// There is more to do at this time, in milliseconds since 1970.
    Again {
        at_ms: i64,
    },
}

/// The one list of handlers. A handler can be repeated at any time, and ends within a minute: longer work answers
/// [`Outcome::Again`] with where it stands kept elsewhere.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "jobs.forget_dead", attempts_max: u32::MAX, run: |hs, _| forget_dead(hs).boxed() },
    // A document that is not to be kept is never forgotten.
    Kind {
        name: identity::EXPIRE,
        attempts_max: u32::MAX,
        run: |hs, job| identity::run_expire(hs, job).boxed(),
    },
    Kind { name: media::DROP, attempts_max: ATTEMPTS_MAX, run: |hs, job| media::run_drop(hs, job).boxed() },
    Kind {
        name: media::RELEASE,
        attempts_max: ATTEMPTS_MAX,
        run: |hs, job| media::run_release(hs, job).boxed(),
    },
    // What is due is sent or kept with the reason, never forgotten.
    Kind {
        name: scheduled::SEND,
        attempts_max: u32::MAX,
        run: |hs, job| scheduled::run_send(hs, job).boxed(),
    },
    Kind { name: previews::TRIM, attempts_max: u32::MAX, run: |hs, _| previews::run_trim(hs).boxed() },
    Kind { name: push::SEND, attempts_max: ATTEMPTS_MAX, run: |hs, job| push::run_send(hs, job).boxed() },
    Kind {
        name: security::ANNOUNCE,
        attempts_max: ATTEMPTS_MAX,
        run: |hs, job| security::run_announce(hs, job).boxed(),
    },
    Kind {
        name: security::ANNOUNCE_ALL,
        attempts_max: ATTEMPTS_MAX,
        run: |hs, job| security::run_announce_all(hs, job).boxed(),
    },
    Kind {
        name: sealing::RESEAL,
        attempts_max: u32::MAX,
        run: |hs, job| sealing::run_reseal(hs, job).boxed(),
    },
    Kind { name: timers::SCRUB, attempts_max: u32::MAX, run: |hs, _| timers::run_scrub(hs).boxed() },
    // What is to disappear is never given up.
    Kind { name: timers::EXPIRE, attempts_max: u32::MAX, run: |hs, job| timers::run_expire(hs, job).boxed() },
    Kind { name: timers::VIEWED, attempts_max: u32::MAX, run: |hs, job| timers::run_viewed(hs, job).boxed() },
    Kind {
        name: "requests.expire",
        attempts_max: u32::MAX,
        run: |hs, _| crate::requests::expire(hs).boxed(),
    },
];

/// Kinds that are always scheduled, with an empty key.
pub(crate) const STANDING: &[&str] = &["jobs.forget_dead", previews::TRIM, "requests.expire"];

/// Kinds that wait for somebody else's computer, which may take its time or never answer. They have hands of their own, so that
/// no message outlives its time because a push gateway is slow.
const OUTSIDE: &[&str] = &[push::SEND];

pub(super) fn is_outside(kind: &str) -> bool {
    OUTSIDE.contains(&kind)
}

pub(crate) const UNKNOWN_ATTEMPTS_MAX: u32 = ATTEMPTS_MAX;

async fn forget_dead(hs: Arc<Homeserver>) -> Result<Outcome> {
    let now_ms = hs.clock.now_ms();
    hs.store
        .write(aside_store::Side::Sweep, async move |tx| {
            aside_store::jobs::trim_dead(tx, now_ms - DEAD_KEPT_MS).await
        })
        .await?;
    Ok(Outcome::Again { at_ms: now_ms + HOUR_MS })
}
