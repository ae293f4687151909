//! Passwords: Argon2id, in a few threads at a time, so that a storm of log-ins leaves room for messages.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use aside_store::{Side, users};
use tokio::sync::Semaphore;

use crate::{Error, Homeserver, Result, UserNum};

/// Longer passwords would only make hashing slow.
const PASSWORD_BYTES_MAX: usize = 512;

/// 19 MiB, two passes, one lane: the second choice of RFC 9106's successors at OWASP, and what rivals use.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Each hash takes a core for some 25 ms and 19 MiB; as many at once as there are cores would starve everything else.
static HASHING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, |cores| cores.get())));

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn in_hashing_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let _place = HASHING.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Whether a password may be chosen. How good it is, is for its owner to judge.
///
/// # Errors
/// [`Error::WeakPassword`], [`Error::TooLarge`].
pub(crate) fn check(password: &str) -> Result<()> {
    if password.is_empty() {
        return Err(Error::WeakPassword("A password has at least one character.".into()));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Error::TooLarge(format!("the password is longer than {PASSWORD_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// Whether this is the password of a user's account; never where the account has none.
pub(crate) async fn is_password_of(hs: &Homeserver, user: UserNum, given: &str) -> Result<bool> {
    let found = hs.store.read(Side::User(user), async move |tx| users::find(tx, user).await).await?;
    verify(given.to_owned(), found.and_then(|user| user.password_hash)).await
}

/// The PHC string of a password.
pub(crate) async fn hash(password: String) -> Result<String> {
    in_hashing_thread(move || {
        let hash = argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the one behind the PHC string. Without a string it takes as long and answers no, so that
/// nobody can tell an unknown user by the time it takes.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    // Nobody has such a password.
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    in_hashing_thread(move || {
        let Some(hash) = hash else {
            argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}
