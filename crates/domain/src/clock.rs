//! Time and randomness as arguments, so that tests hold them in their hands.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Milliseconds since 1970, moved by a test.
    Fake(Arc<AtomicI64>),
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is where the clock comes from")]
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)),
            Clock::Fake(now) => now.load(Ordering::SeqCst),
        }
    }

    /// How long to really wait before looking at the time again, for somebody who means to wait this long. A time that a
    /// test moves is looked at often.
    pub(crate) fn pause(&self, wanted: Duration) -> Duration {
        match self {
            Clock::System => wanted,
            Clock::Fake(_) => wanted.min(Duration::from_millis(20)),
        }
    }
}

/// Where randomness comes from: a generator fit for secrets, seeded by the operating system or by a test.
#[derive(Debug)]
pub struct Random(Mutex<StdRng>);

impl Random {
    pub fn from_system() -> Self {
        Random(Mutex::new(StdRng::from_os_rng()))
    }

    pub fn from_seed(seed: u64) -> Self {
        Random(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Letters and digits; 22 of them are 131 bits.
    pub fn text(&self, length: usize) -> String {
        Alphanumeric.sample_string(&mut *self.generator(), length)
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.generator().fill_bytes(bytes);
    }

    fn generator(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
