//! Making accounts.

use aside_store::users::User;
use aside_store::{Side, names, users};

use super::password;
use crate::{Error, Homeserver, Result, UserNum};

/// Makes an account; without a password it can't be logged in to by one.
///
/// # Errors
/// [`Error::Taken`] where there is such an account.
pub async fn create_user(
    hs: &Homeserver,
    localpart: &str,
    password: Option<String>,
    admin: bool,
) -> Result<UserNum> {
    let taken = Error::Taken { what: "user name" };
    let name = localpart.to_owned();
    let (num, _) = hs.store.write(Side::Named, async move |tx| names::claim_user(tx, &name).await).await?;
    // A name whose registration never finished has a number but no account, and may be used again.
    if hs.store.read(Side::User(num), async move |tx| users::find(tx, num).await).await?.is_some() {
        return Err(taken);
    }
    let password_hash = match password {
        Some(password) => Some(password::hash(password).await?),
        None => None,
    };
    let user = User {
        num,
        localpart: localpart.to_owned(),
        password_hash,
        created_ts: hs.clock.now_ms(),
        deactivated: false,
        admin,
    };
    let created = hs.store.write(Side::User(num), async move |tx| users::insert(tx, &user).await).await?;
    if created { Ok(num) } else { Err(taken) }
}
