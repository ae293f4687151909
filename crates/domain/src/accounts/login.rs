//! Logging in and out (specification, 5.5.3 Legacy login).

use aside_store::{Side, users};
use ruma::api::client::uiaa::UserIdentifier;
use ruma::{OwnedUserId, UserId};

use super::credentials::{self, Checked};
use super::sessions::{Device, start_session};
use super::{NewSession, Session, devices, find_user_num, localpart};
use crate::{Error, Homeserver, Limited, Result, UserNum, limits};

/// Opens a session for whoever knows the account's password, and types a code behind it where the account wants one. An unknown
/// name and a wrong password look alike, and take as long.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::SecondFactor`], [`Error::Deactivated`], [`Error::LimitExceeded`]; [`Error::Invalid`] where the account is named in
/// a way that the server doesn't know.
pub async fn log_in(
    hs: &Homeserver,
    identifier: &UserIdentifier,
    given: &str,
    device: Device,
) -> Result<(OwnedUserId, NewSession)> {
    if let Some(peer) = device.ip {
        hs.limit(Limited::Login, limits::address(peer))?;
    }
    device.check()?;
    let wrong = || Error::forbidden("Wrong user name or password.");
    let found = find_account(hs, identifier).await?;
    let checked = credentials::check(hs, found.as_ref().map(|(user, _)| *user), given).await?;
    let Some((user, user_id)) = found else { return Err(wrong()) };
    if checked == Checked::Wrong {
        let found = hs.store.read(Side::User(user), async move |tx| users::find(tx, user).await).await?;
        return Err(if found.is_some_and(|user| user.deactivated) { Error::Deactivated } else { wrong() });
    }
    checked.demand()?;
    Ok((user_id, start_session(hs, user, device).await?))
}

async fn find_account(
    hs: &Homeserver,
    identifier: &UserIdentifier,
) -> Result<Option<(UserNum, OwnedUserId)>> {
    let typed = match identifier {
        UserIdentifier::Matrix(typed) => &typed.user,
        // No account has an e-mail address or a phone number here.
        UserIdentifier::Email(_) | UserIdentifier::Msisdn(_) | UserIdentifier::PhoneNumber(_) => {
            return Ok(None);
        }
        _ => return Err(Error::invalid("identifier", "name the account by m.id.user")),
    };
    let Some(localpart) = localpart::of_login(&hs.server_name, typed) else { return Ok(None) };
    hs.limit(Limited::Login, localpart.as_str())?;
    let Ok(user_id) = UserId::parse(format!("@{localpart}:{}", hs.server_name)) else { return Ok(None) };
    Ok(find_user_num(hs, &user_id).await?.map(|user| (user, user_id)))
}

/// Ends a session: the device goes with its tokens and its keys.
pub async fn log_out(hs: &Homeserver, session: &Session) -> Result<()> {
    devices::delete(hs, session.user, vec![session.device_id.clone()]).await
}

/// Ends every session of the user.
pub async fn log_out_everywhere(hs: &Homeserver, session: &Session) -> Result<()> {
    let all = devices::list(hs, session).await?;
    devices::delete(hs, session.user, all.into_iter().map(|device| device.device_id.into()).collect()).await
}
