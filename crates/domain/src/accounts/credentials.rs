//! Whether what somebody typed as their password lets them in: the password, and behind it a code where the account wants one.

use aside_store::{Side, users};

use super::{Session, password};
use crate::{Error, Homeserver, Limited, Result, UserNum, two_factor};

/// What can be said of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    Right,
    Wrong,
    /// The password is right, and the code is missing, wrong or used.
    CodeMissing,
    CodeWrong,
}

impl Checked {
    /// # Errors
    /// [`Error::Forbidden`], [`Error::SecondFactor`].
    pub(super) fn demand(self) -> Result<()> {
        match self {
            Checked::Right => Ok(()),
            Checked::Wrong => Err(Error::forbidden("That is not your password.")),
            Checked::CodeMissing => Err(Error::SecondFactor { is_wrong: false }),
            Checked::CodeWrong => Err(Error::SecondFactor { is_wrong: true }),
        }
    }
}

/// Checks what was typed for an account, `None` for one that there isn't. It takes as long whether the account exists, and
/// whether it wants a code.
///
/// # Errors
/// [`Error::LimitExceeded`] where the code isn't even looked at.
pub(super) async fn check(hs: &Homeserver, user: Option<UserNum>, typed: &str) -> Result<Checked> {
    let (hash, wants_code) = match user {
        Some(user) => {
            let found = hs.store.read(Side::User(user), async move |tx| users::find(tx, user).await).await?;
            (found.and_then(|found| found.password_hash), two_factor::is_on(hs, user).await?)
        }
        None => (None, false),
    };
    if password::verify(hs, typed.to_owned(), hash.clone()).await? {
        return Ok(if wants_code { Checked::CodeMissing } else { Checked::Right });
    }
    // Nearly nobody's wrong password looks as if there was a code behind it.
    let Some((password, code)) = two_factor::split(typed) else { return Ok(Checked::Wrong) };
    let hash = hash.filter(|_| wants_code);
    let is_right = password::verify(hs, password.to_owned(), hash).await?;
    let Some(user) = user.filter(|_| is_right) else { return Ok(Checked::Wrong) };
    Ok(if two_factor::redeem(hs, user, code).await? { Checked::Right } else { Checked::CodeWrong })
}

/// Demands the password of the session's user, with the code behind it where the account wants one, outside of
/// user-interactive authentication.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::SecondFactor`], [`Error::LimitExceeded`].
pub(crate) async fn demand_password(hs: &Homeserver, session: &Session, typed: &str) -> Result<()> {
    hs.limit(Limited::Login, session.user_id.localpart())?;
    check(hs, Some(session.user), typed).await?.demand()
}
