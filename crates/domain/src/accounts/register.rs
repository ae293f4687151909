//! Making an account of one's own (specification, 5.6 Account registration).

use std::net::IpAddr;
use std::sync::Arc;

use ruma::api::client::uiaa::AuthData;
use ruma::{OwnedDeviceId, OwnedUserId, UserId};

use super::sessions::{Device, start_session};
use super::uia::Proof;
use super::{NewSession, find_user_num, insert_user, localpart, password, uia};
use crate::registration::{self, Voucher};
use crate::{Error, Homeserver, Limited, Result, UserNum, limits};

/// An account that somebody asks for.
#[derive(Clone, Default)]
pub struct NewAccount {
    /// `None` for a name of the server's choice.
    pub username: Option<String>,
    pub password: Option<String>,
    pub device_id: Option<OwnedDeviceId>,
    pub device_name: Option<String>,
    pub with_refresh_token: bool,
    /// Whether the account is only made, without a session on it.
    pub inhibit_login: bool,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewAccount").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Makes an account, once `auth` proves that its owner may have one.
///
/// # Errors
/// [`Error::InteractiveAuth`], [`Error::InvalidUsername`], [`Error::Taken`], [`Error::WeakPassword`],
/// [`Error::MissingParam`], [`Error::LimitExceeded`].
pub async fn register(
    hs: &Homeserver,
    peer: IpAddr,
    wanted: NewAccount,
    auth: Option<&AuthData>,
) -> Result<(OwnedUserId, Option<NewSession>)> {
    hs.limit(Limited::Registration, limits::address(peer))?;
    check(hs, &wanted).await?;
    let wanted = Arc::new(wanted);
    let (proof, begun) = uia::require_registration(hs, auth, &wanted).await?;
    let repeats_nothing = wanted.username.is_none() && wanted.password.is_none();
    let wanted = if repeats_nothing { begun.unwrap_or(wanted) } else { wanted };
    let (user, user_id) = create(hs, &wanted, proof).await?;
    if wanted.inhibit_login {
        return Ok((user_id, None));
    }
    let device = Device {
        device_id: wanted.device_id.clone(),
        display_name: wanted.device_name.clone(),
        ip: Some(peer),
        with_refresh_token: wanted.with_refresh_token,
    };
    Ok((user_id, Some(start_session(hs, user, device).await?)))
}

async fn create(hs: &Homeserver, wanted: &NewAccount, proof: Proof) -> Result<(UserNum, OwnedUserId)> {
    let password = wanted.password.clone().ok_or(Error::MissingParam("password"))?;
    let localpart = match &wanted.username {
        Some(username) => localpart::of_username(&hs.server_name, username)?,
        None => format!("u{}", hs.random.text(11).to_ascii_lowercase()),
    };
    let password_hash = password::hash(hs, password).await?;
    let voucher = vouch(hs, proof).await?;
    let admin = voucher.as_ref().is_some_and(|voucher| voucher.admin);
    match insert_user(hs, &localpart, Some(password_hash), admin).await {
        Ok(user) => Ok((user, super::user_id(hs, user).await?)),
        Err(error) => {
            if let Some(voucher) = voucher {
                registration::give_back(hs, voucher).await?;
            }
            Err(error)
        }
    }
}

async fn vouch(hs: &Homeserver, proof: Proof) -> Result<Option<Voucher>> {
    let Proof::RegistrationToken(token) = proof else { return Ok(None) };
    let voucher = registration::spend(hs, &token).await?;
    voucher.map(Some).ok_or_else(|| Error::forbidden("This registration token can't be used."))
}

/// Everything that can be said against an account before its owner has proven anything.
async fn check(hs: &Homeserver, wanted: &NewAccount) -> Result<()> {
    if let Some(username) = &wanted.username {
        check_available(hs, username).await?;
    }
    if let Some(password) = &wanted.password {
        password::check(hs, password, wanted.username.as_deref())?;
    }
    Device {
        device_id: wanted.device_id.clone(),
        display_name: wanted.device_name.clone(),
        ..Device::default()
    }
    .check()
}

/// Whether an account of this name could be made now.
///
/// # Errors
/// [`Error::InvalidUsername`], [`Error::Taken`], [`Error::LimitExceeded`].
pub async fn is_available(hs: &Homeserver, peer: IpAddr, username: &str) -> Result<()> {
    hs.limit(Limited::Registration, limits::address(peer))?;
    check_available(hs, username).await
}

async fn check_available(hs: &Homeserver, username: &str) -> Result<()> {
    let localpart = localpart::of_username(&hs.server_name, username)?;
    let user_id = UserId::parse(format!("@{localpart}:{}", hs.server_name))
        .map_err(|error| Error::InvalidUsername(error.to_string()))?;
    match find_user_num(hs, &user_id).await? {
        Some(_) => Err(Error::Taken { what: "user name" }),
        None => Ok(()),
    }
}

/// Whether an account could be made with this registration token now.
///
/// # Errors
/// [`Error::LimitExceeded`], so that tokens can't be tried out.
pub async fn is_token_valid(hs: &Homeserver, peer: IpAddr, token: &str) -> Result<bool> {
    hs.limit(Limited::Registration, limits::address(peer))?;
    registration::is_valid(hs, token).await
}
