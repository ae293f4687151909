//! Two-factor authentication: beside their password, somebody shows a code that a device of theirs makes.
//!
//! The code is typed behind the password, wherever a password is asked for. So every Matrix client can log in, change what is
//! sensitive, and be refused, though none of them knows that there is such a thing (`docs/adr/0012`).

mod enrol;
mod recovery;
mod totp;

pub use enrol::{Enrolment, Status, begin, confirm, disable, renew_codes, reset, status};

use aside_store::second_factors::{self as store, SecondFactor};
use aside_store::{Side, Tx};

use crate::accounts::hash_of;
use crate::{Error, Homeserver, Result, UserNum};

/// What tells a client that the password is right and the code isn't.
pub const ERRCODE: &str = "ORG.ASIDE.SECOND_FACTOR";
/// Wrong codes in a row that cost nothing but a new attempt.
const FREE_FAILURES: i64 = 4;
/// How long no code is looked at after the first wrong one too many; each further one doubles it.
const LOCK_MS: i64 = 60_000;
/// At most 24 attempts a day: guessing three codes among a million takes decades.
const LOCK_MAX_MS: i64 = 3_600_000;

/// What stands behind a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Code {
    Totp(String),
    Recovery(String),
}

/// The password and the code of what somebody typed, where it ends in something that may be a code.
pub(crate) fn split(typed: &str) -> Option<(&str, Code)> {
    if let Some((password, code)) = recovery::split(typed) {
        return Some((password, Code::Recovery(code)));
    }
    totp::split(typed).map(|(password, code)| (password, Code::Totp(code.to_owned())))
}

/// Whether a user has to show a code.
pub(crate) async fn is_on(hs: &Homeserver, user: UserNum) -> Result<bool> {
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user).await).await?;
    Ok(found.is_some_and(|factor| factor.confirmed_ts.is_some()))
}

/// Uses up a code of a user; `false` where it is wrong or was used before.
///
/// # Errors
/// [`Error::LimitExceeded`] after several wrong ones. A recovery code is looked at even then.
pub(crate) async fn redeem(hs: &Homeserver, user: UserNum, code: Code) -> Result<bool> {
    let now_ms = hs.clock.now_ms();
    let redeemed = hs.store.write(Side::User(user), async move |tx| {
        let Some(factor) = store::find(tx, user).await?.filter(|factor| factor.confirmed_ts.is_some()) else {
            return Ok(Ok(false));
        };
        match &code {
            Code::Recovery(code) => Ok(Ok(store::use_code(tx, user, &hash_of(code)).await?)),
            Code::Totp(code) => use_totp(tx, user, &factor, code, now_ms).await,
        }
    });
    redeemed.await?
}

async fn use_totp(
    tx: &Tx<'_>,
    user: UserNum,
    factor: &SecondFactor,
    code: &str,
    now_ms: i64,
) -> aside_store::Result<Result<bool>> {
    if factor.locked_until > now_ms {
        let retry_after_ms = u64::try_from(factor.locked_until - now_ms).unwrap_or(1);
        return Ok(Err(Error::LimitExceeded { retry_after_ms }));
    }
    let secret = totp::from_base32(&factor.secret).unwrap_or_default();
    if let Some(step) = totp::step_of(&secret, code, now_ms, factor.last_step)
        && store::use_step(tx, user, step).await?
    {
        return Ok(Ok(true));
    }
    let excess = factor.failures - FREE_FAILURES;
    let locked_ms = match u32::try_from(excess) {
        Ok(doublings) => (LOCK_MS << doublings.min(10)).min(LOCK_MAX_MS),
        Err(_) => 0,
    };
    store::note_failure(tx, user, now_ms + locked_ms).await?;
    Ok(Ok(false))
}
