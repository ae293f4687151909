//! Making accounts.

use aside_store::users::User;
use aside_store::{Side, directory as store_directory, names, users};

use super::password;
use crate::{Error, Homeserver, Result, UserNum, directory};

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
    let password_hash = match password {
        Some(password) => Some(password::hash(hs, password).await?),
        None => None,
    };
    insert_user(hs, localpart, password_hash, admin).await
}

/// As [`create_user`], with the password's PHC string.
pub(super) async fn insert_user(
    hs: &Homeserver,
    localpart: &str,
    password_hash: Option<String>,
    admin: bool,
) -> Result<UserNum> {
    let num = claim_name(hs, localpart).await?;
    let user = User {
        num,
        localpart: localpart.to_owned(),
        password_hash,
        created_ts: hs.clock.now_ms(),
        deactivated: false,
        admin,
    };
    let created = hs.store.write(Side::User(num), async move |tx| users::insert(tx, &user).await).await?;
    if created { Ok(num) } else { Err(Error::Taken { what: "user name" }) }
}

/// How often a name is claimed again because others claimed names at the same moment.
const ATTEMPTS_MAX: usize = 16;

/// Takes a name, and puts it into the directory. One whose registration never finished has a number but no account, and may
/// be taken again.
async fn claim_name(hs: &Homeserver, localpart: &str) -> Result<UserNum> {
    for _ in 0..ATTEMPTS_MAX {
        let name = localpart.to_owned();
        let claimed = hs
            .store
            .write(Side::Named, async move |tx| {
                let (num, _) = names::claim_user(tx, &name).await?;
                for word in directory::words(&name) {
                    store_directory::put_word(tx, &word, num).await?;
                }
                Ok(num)
            })
            .await;
        match claimed {
            Err(aside_store::Error::Conflict(_)) => {}
            claimed => return Ok(claimed?),
        }
    }
    Err(Error::LimitExceeded { retry_after_ms: 1000 })
}
