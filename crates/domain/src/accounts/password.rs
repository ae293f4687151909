//! Passwords: Argon2id, in threads that give way to everything else, so that a storm of log-ins leaves room for messages.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use aside_model::safety::password::{self, Weakness};
use tokio::sync::{mpsc, oneshot};

use crate::{Error, Homeserver, Result};

/// 19 MiB, two passes, one lane: the least that OWASP recommends, and what other homeservers use.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Longer passwords would only make hashing slow.
const PASSWORD_BYTES_MAX: usize = 512;
/// Passwords that may wait to be hashed; past it, people are told to come again.
const WAITING_MAX: usize = 1024;
/// How far hashing stands behind: it has every core that nobody else wants, and a tenth of those that others want too.
const NICENESS: i32 = 10;

/// The threads that hash, one for each core: a hash takes a core for some 25 ms and 19 MiB.
pub struct Hashers(mpsc::Sender<Box<dyn FnOnce() + Send>>);

impl Hashers {
    /// # Errors
    /// [`Error::Internal`] where the system gives no thread.
    pub(crate) fn start() -> Result<Hashers> {
        let (sender, receiver) = mpsc::channel::<Box<dyn FnOnce() + Send>>(WAITING_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let receiver = Arc::clone(&receiver);
            let work = move || {
                // On Linux the niceness is the thread's own. Where it is not allowed, hashing just competes.
                if cfg!(target_os = "linux") {
                    let _ = rustix::process::setpriority_process(None, NICENESS);
                }
                while let Some(job) = next(&receiver) {
                    job();
                }
            };
            thread::Builder::new().name("aside-hasher".into()).spawn(work).map_err(Error::internal)?;
        }
        Ok(Hashers(sender))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            // Nobody may be waiting any more; then nothing need be done.
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        };
        self.0.try_send(Box::new(job)).map_err(|_| Error::LimitExceeded { retry_after_ms: 1000 })?;
        answered.await.map_err(Error::internal)?
    }
}

/// Takes turns waiting; `None` once the homeserver is gone.
fn next(receiver: &Mutex<mpsc::Receiver<Box<dyn FnOnce() + Send>>>) -> Option<Box<dyn FnOnce() + Send>> {
    receiver.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a password may be chosen, by what the operator asks of passwords; `user_name` is the owner's, where it is known.
///
/// # Errors
/// [`Error::WeakPassword`], [`Error::TooLarge`].
pub(crate) fn check(hs: &Homeserver, password: &str, user_name: Option<&str>) -> Result<()> {
    let (min_chars, strict) = (hs.settings.password_min_chars, hs.settings.refuse_guessable_passwords);
    if let Some(weakness) = password::weakness(password, min_chars, strict, user_name) {
        return Err(Error::WeakPassword(match weakness {
            Weakness::TooShort => format!("A password has at least {min_chars} characters."),
            Weakness::Common => "This password is one of those that are guessed first.".into(),
            Weakness::Repeated => "This password repeats itself.".into(),
            Weakness::HasUserName => "A password doesn't have one's own name in it.".into(),
        }));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Error::TooLarge(format!("the password is longer than {PASSWORD_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// The PHC string of a password.
pub(crate) async fn hash(hs: &Homeserver, password: String) -> Result<String> {
    hs.hashers
        .run(move || {
            let hash = argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
            Ok(hash.to_string())
        })
        .await
}

/// Whether the password is the one behind the PHC string. Without a string it takes as long and answers no, so that
/// nobody can tell an unknown user by the time it takes.
pub(crate) async fn verify(hs: &Homeserver, password: String, hash: Option<String>) -> Result<bool> {
    // Nobody has such a password.
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    hs.hashers
        .run(move || {
            let Some(hash) = hash else {
                argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
                return Ok(false);
            };
            let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
}
