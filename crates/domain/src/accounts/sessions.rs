//! Access tokens and whom they stand for.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aside_store::{Durability, Side, cross_signing, users};
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId};
use sha2::{Digest, Sha256};

use super::{devices, names};
use crate::cache::Cache;
use crate::{Error, Homeserver, Result, UserNum};

/// On whose behalf a request is made: the proof that its access token was checked.
#[derive(Debug, Clone)]
pub struct Session {
    pub user: UserNum,
    pub user_id: OwnedUserId,
    pub device_id: OwnedDeviceId,
    pub(crate) token_hash: [u8; 32],
}

impl Session {
    /// The server acting for somebody who is on none of their devices.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(crate) async fn without_device(hs: &Homeserver, user: UserNum) -> Result<Session> {
        // No device is called so.
        let device_id = OwnedDeviceId::from("");
        Ok(Session { user, user_id: names::user_id(hs, user).await?, device_id, token_hash: [0; 32] })
    }
}

/// Sessions seen lately, by the hash of their token.
pub struct Sessions {
    cache: Cache<[u8; 32], (Arc<Session>, Option<i64>)>,
    /// When each was last noted as in use.
    seen: Cache<[u8; 32], i64>,
    /// Rises whenever tokens are revoked, so that one that was read just before is not kept.
    revocations: AtomicU64,
}

impl Sessions {
    /// Where other servers write to the same database, a token revoked there is refused here within two seconds.
    pub(crate) fn new(shared: bool) -> Self {
        let cache = Cache::new(20_000);
        let cache = if shared { cache.for_at_most(Duration::from_secs(2)) } else { cache };
        Sessions { cache, seen: Cache::new(50_000), revocations: AtomicU64::new(0) }
    }

    /// Forgets the sessions of tokens that have been deleted from the database.
    pub(crate) fn forget(&self, hashes: Vec<Vec<u8>>) {
        if hashes.is_empty() {
            return;
        }
        self.revocations.fetch_add(1, Ordering::SeqCst);
        for hash in hashes {
            if let Ok(hash) = <[u8; 32]>::try_from(hash) {
                self.cache.remove(&hash);
            }
        }
    }

    /// Keeps a session that was read when there had been so many revocations.
    fn keep(&self, revocations: u64, session: &Arc<Session>, expires_ts: Option<i64>) {
        self.cache.insert(session.token_hash, (Arc::clone(session), expires_ts));
        if self.revocations.load(Ordering::SeqCst) != revocations {
            self.cache.remove(&session.token_hash);
        }
    }
}

/// What a new session is given.
pub struct NewSession {
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// How long the access token lives; `None` for ever.
    pub expires_in_ms: Option<i64>,
    pub device_id: OwnedDeviceId,
}

/// A token's text begins with its user's number, so that looking it up reaches one shard.
fn user_of(token: &str) -> Option<UserNum> {
    let (user, _) = token.strip_prefix("at_").or_else(|| token.strip_prefix("rt_"))?.split_once('_')?;
    user.parse().ok().map(UserNum)
}

pub(crate) fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Finds the session behind an access token.
///
/// # Errors
/// [`Error::UnknownToken`] where it stands for nobody, or (`soft_logout`) has expired.
pub async fn authenticate(hs: &Homeserver, token: &str) -> Result<Arc<Session>> {
    let hash = hash_of(token);
    let now = hs.clock.now_ms();
    if let Some((session, expires_ts)) = hs.sessions.cache.get(&hash) {
        return match expires_ts {
            Some(expires_ts) if expires_ts <= now => Err(Error::UnknownToken { soft_logout: true }),
            _ => Ok(session),
        };
    }
    let revocations = hs.sessions.revocations.load(Ordering::SeqCst);
    let (user, found) = find_token(hs, token, false).await?;
    if found.expires_ts.is_some_and(|expires_ts| expires_ts <= now) {
        return Err(Error::UnknownToken { soft_logout: true });
    }
    if found.pending {
        settle(hs, user, &found).await?;
    }
    let session = Arc::new(Session {
        user,
        user_id: names::user_id(hs, user).await?,
        device_id: found.device_id.into(),
        token_hash: hash,
    });
    hs.sessions.keep(revocations, &session, found.expires_ts);
    Ok(session)
}

async fn find_token(hs: &Homeserver, token: &str, refresh: bool) -> Result<(UserNum, users::Token)> {
    let unknown = Error::UnknownToken { soft_logout: false };
    let Some(user) = user_of(token) else { return Err(unknown) };
    let hash = hash_of(token);
    let found =
        hs.store.read(Side::User(user), async move |tx| users::find_token(tx, user, &hash).await).await?;
    found.filter(|found| found.refresh == refresh).map(|found| (user, found)).ok_or(unknown)
}

/// A refreshed pair of tokens is in use now: what it replaces stops working.
async fn settle(hs: &Homeserver, user: UserNum, token: &users::Token) -> Result<()> {
    let users::Token { device_id, pair, .. } = token.clone();
    let replaced = hs
        .store
        .write(Side::User(user), async move |tx| users::settle_pair(tx, user, &device_id, &pair).await)
        .await?;
    hs.sessions.forget(replaced);
    Ok(())
}

/// A device in use is noted this often.
const SEEN_EVERY_MS: i64 = 5 * 60 * 1000;

/// Notes now and then that a device is in use, and from where, after the caller has gone on.
pub fn note_seen(hs: &Homeserver, session: &Session, ip: IpAddr) {
    let now = hs.clock.now_ms();
    if hs.sessions.seen.get(&session.token_hash).is_some_and(|seen_ts| now < seen_ts + SEEN_EVERY_MS) {
        return;
    }
    hs.sessions.seen.insert(session.token_hash, now);
    let (store, user, device_id) = (hs.store.clone(), session.user, session.device_id.clone());
    tokio::spawn(async move {
        let ip = ip.to_string();
        let noted = store.write_with(Durability::Repairable, Side::User(user), async move |tx| {
            users::set_device_seen(tx, user, device_id.as_str(), Some(&ip), now).await
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "a device in use could not be noted");
        }
    });
}

/// How long an access token lives where a refresh token comes with it.
const ACCESS_TOKEN_LIFE_MS: i64 = 60 * 60 * 1000;
/// The specification leaves the length open; a device's id appears in many places.
const DEVICE_ID_BYTES_MAX: usize = 255;

/// The device that a session is for.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// `None` for a new device with an id of the server's choice.
    pub device_id: Option<OwnedDeviceId>,
    /// The name that a new device gets.
    pub display_name: Option<String>,
    /// Where it is.
    pub ip: Option<IpAddr>,
    pub with_refresh_token: bool,
}

impl Device {
    /// # Errors
    /// [`Error::Invalid`], [`Error::TooLarge`].
    pub(super) fn check(&self) -> Result<()> {
        if let Some(device_id) = &self.device_id
            && !(1..=DEVICE_ID_BYTES_MAX).contains(&device_id.as_str().len())
        {
            return Err(Error::invalid("device_id", format!("must have 1 to {DEVICE_ID_BYTES_MAX} bytes")));
        }
        self.display_name.as_deref().map_or(Ok(()), devices::check_name)
    }
}

/// Gives a device new tokens; the device is created where it is not there yet. Its older tokens stop working.
pub async fn create_session(
    hs: &Homeserver,
    user: UserNum,
    device_id: Option<OwnedDeviceId>,
    display_name: Option<String>,
    with_refresh_token: bool,
) -> Result<NewSession> {
    start_session(hs, user, Device { device_id, display_name, ip: None, with_refresh_token }).await
}

/// As [`create_session`], for a device that may be somewhere.
///
/// # Errors
/// As [`Device::check`]; [`Error::Deactivated`]; [`Error::Forbidden`] where the device would be called like one of the
/// user's cross-signing keys: signatures name devices and keys alike.
pub(super) async fn start_session(hs: &Homeserver, user: UserNum, device: Device) -> Result<NewSession> {
    device.check()?;
    let Device { device_id, display_name, ip, with_refresh_token } = device;
    let device_id = device_id.unwrap_or_else(|| hs.random.text(10).to_uppercase().into());
    let now = hs.clock.now_ms();
    let (session, tokens) = new_tokens(hs, user, &device_id, with_refresh_token, false);
    let ip = ip.map(|ip| ip.to_string());
    let started = hs
        .store
        .write(Side::User(user), async move |tx| {
            let device_id = device_id.as_str();
            if users::find(tx, user).await?.is_none_or(|user| user.deactivated) {
                return Ok(Err(Error::Deactivated));
            }
            if cross_signing::list_keys(tx, user).await?.iter().any(|key| key.public_key == device_id) {
                return Ok(Err(Error::forbidden("This device id is the id of a cross-signing key.")));
            }
            users::put_device(tx, user, device_id, display_name.as_deref(), ip.as_deref(), now).await?;
            let revoked = users::delete_tokens_of_device(tx, user, device_id).await?;
            for (hash, token) in &tokens {
                users::insert_token(tx, user, hash, token).await?;
            }
            Ok(Ok(revoked))
        })
        .await?;
    hs.sessions.forget(started?);
    hs.sessions.seen.insert(hash_of(&session.access_token), now);
    Ok(session)
}

type Tokens = Vec<([u8; 32], users::Token)>;

/// Makes up new tokens for a device, as its owner gets them and as the database does.
fn new_tokens(
    hs: &Homeserver,
    user: UserNum,
    device_id: &DeviceId,
    with_refresh_token: bool,
    pending: bool,
) -> (NewSession, Tokens) {
    let text = |prefix: &str| format!("{prefix}_{}_{}", user.0, hs.random.text(32));
    let session = NewSession {
        access_token: text("at"),
        refresh_token: with_refresh_token.then(|| text("rt")),
        expires_in_ms: with_refresh_token.then_some(ACCESS_TOKEN_LIFE_MS),
        device_id: device_id.to_owned(),
    };
    let pair = hash_of(&session.access_token);
    let token = |refresh, expires_ts| users::Token {
        device_id: device_id.to_string(),
        refresh,
        pair: pair.to_vec(),
        pending,
        expires_ts,
    };
    let expires_ts = session.expires_in_ms.map(|life| hs.clock.now_ms() + life);
    let mut tokens = vec![(pair, token(false, expires_ts))];
    tokens.extend(session.refresh_token.as_deref().map(|text| (hash_of(text), token(true, None))));
    (session, tokens)
}

/// Gives a device a new pair of tokens for its refresh token, which works until one of the new ones is used, in case they
/// never arrive.
///
/// # Errors
/// [`Error::UnknownToken`] where the refresh token was never given out or has been used up.
pub async fn refresh(hs: &Homeserver, refresh_token: &str) -> Result<NewSession> {
    let (user, found) = find_token(hs, refresh_token, true).await?;
    if found.pending {
        settle(hs, user, &found).await?;
    }
    let (session, tokens) = new_tokens(hs, user, found.device_id.as_str().into(), true, true);
    let used = hash_of(refresh_token);
    let is_unused = hs
        .store
        .write(Side::User(user), async move |tx| {
            // Somebody may have used a token meanwhile that was to replace this one.
            if users::find_token(tx, user, &used).await?.is_none() {
                return Ok(false);
            }
            for (hash, token) in &tokens {
                users::insert_token(tx, user, hash, token).await?;
            }
            Ok(true)
        })
        .await?;
    if is_unused { Ok(session) } else { Err(Error::UnknownToken { soft_logout: false }) }
}
