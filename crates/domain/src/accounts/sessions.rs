//! Access tokens and whom they stand for.

use std::sync::Arc;
use std::time::Duration;

use aside_store::{Side, users};
use moka::sync::Cache;
use ruma::{OwnedDeviceId, OwnedUserId};
use sha2::{Digest, Sha256};

use super::names;
use crate::{Error, Homeserver, Result, UserNum};

/// On whose behalf a request is made: the proof that its access token was checked.
#[derive(Debug, Clone)]
pub struct Session {
    pub user: UserNum,
    pub user_id: OwnedUserId,
    pub device_id: OwnedDeviceId,
    pub(crate) token_hash: [u8; 32],
}

/// Sessions seen lately, by the hash of their token.
pub struct Sessions {
    cache: Cache<[u8; 32], (Arc<Session>, Option<i64>)>,
}

impl Sessions {
    /// Where other servers write to the same database, a token revoked there is refused here within two seconds.
    pub(crate) fn new(shared: bool) -> Self {
        let builder = Cache::builder().max_capacity(20_000);
        let builder = if shared { builder.time_to_live(Duration::from_secs(2)) } else { builder };
        Sessions { cache: builder.support_invalidation_closures().build() }
    }

    /// Forgets a device's sessions, or all of a user's.
    pub(crate) fn forget(&self, user: UserNum, device_id: Option<&str>) {
        let device_id = device_id.map(str::to_owned);
        let belongs = move |session: &Session| {
            session.user == user && device_id.as_deref().is_none_or(|id| session.device_id.as_str() == id)
        };
        let hashes: Vec<[u8; 32]> =
            self.cache.iter().filter(|(_, (session, _))| belongs(session)).map(|(hash, _)| *hash).collect();
        for hash in hashes {
            self.cache.invalidate(&hash);
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
    let unknown = Error::UnknownToken { soft_logout: false };
    let Some(user) = user_of(token) else { return Err(unknown) };
    let found =
        hs.store.read(Side::User(user), async move |tx| users::find_token(tx, user, &hash).await).await?;
    let Some(found) = found.filter(|token| !token.refresh) else { return Err(unknown) };
    if found.expires_ts.is_some_and(|expires_ts| expires_ts <= now) {
        return Err(Error::UnknownToken { soft_logout: true });
    }
    let session = Arc::new(Session {
        user,
        user_id: names::user_id(hs, user).await?,
        device_id: found.device_id.into(),
        token_hash: hash,
    });
    hs.sessions.cache.insert(hash, (Arc::clone(&session), found.expires_ts));
    Ok(session)
}

/// How long an access token lives where a refresh token comes with it.
pub(crate) const ACCESS_TOKEN_LIFE_MS: i64 = 60 * 60 * 1000;

/// Gives a device new tokens; the device is created where it is not there yet. Its older tokens stop working.
pub async fn create_session(
    hs: &Homeserver,
    user: UserNum,
    device_id: Option<OwnedDeviceId>,
    display_name: Option<String>,
    with_refresh_token: bool,
) -> Result<NewSession> {
    let device_id = device_id.unwrap_or_else(|| hs.random.text(10).to_uppercase().into());
    let text = |prefix: &str| format!("{prefix}_{}_{}", user.0, hs.random.text(32));
    let session = NewSession {
        access_token: text("at"),
        refresh_token: with_refresh_token.then(|| text("rt")),
        expires_in_ms: with_refresh_token.then_some(ACCESS_TOKEN_LIFE_MS),
        device_id: device_id.clone(),
    };
    let now = hs.clock.now_ms();
    let token = |refresh, expires_ts| users::Token { device_id: device_id.to_string(), refresh, expires_ts };
    let access = (hash_of(&session.access_token), token(false, session.expires_in_ms.map(|life| now + life)));
    let refresh = session.refresh_token.as_deref().map(|text| (hash_of(text), token(true, None)));
    let is_new = hs
        .store
        .write(Side::User(user), async move |tx| {
            let is_new =
                users::put_device(tx, user, &access.1.device_id, display_name.as_deref(), now).await?;
            users::delete_tokens_of_device(tx, user, &access.1.device_id).await?;
            for (hash, token) in [Some(&access), refresh.as_ref()].into_iter().flatten() {
                users::insert_token(tx, user, hash, token).await?;
            }
            Ok(is_new)
        })
        .await?;
    if !is_new {
        hs.sessions.forget(user, Some(session.device_id.as_str()));
    }
    Ok(session)
}
