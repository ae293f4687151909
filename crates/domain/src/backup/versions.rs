//! Versions of a backup: the newest is the one that clients add to.

use aside_store::{Side, backup, queue};
use ruma::api::client::backup::BackupAlgorithm;
use ruma::serde::Raw;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

const ALGORITHM_BYTES_MAX: usize = 255;
const AUTH_DATA_BYTES_MAX: usize = 64 << 10;

/// What a client says of a version.
#[derive(Debug, Clone, Deserialize)]
pub struct NewVersion {
    pub algorithm: String,
    pub auth_data: Box<RawValue>,
    /// Where given, the version that an update is for.
    pub version: Option<String>,
}

/// A version and what is in it.
#[derive(Debug, Clone)]
pub struct Version {
    pub number: String,
    /// The algorithm and its data.
    pub algorithm: Raw<BackupAlgorithm>,
    pub etag: String,
    pub key_count: u64,
}

impl Version {
    fn of(stored: backup::Version) -> Result<Version> {
        #[derive(Serialize)]
        struct Algorithm<'a> {
            algorithm: &'a str,
            auth_data: &'a RawValue,
        }
        let auth_data: Box<RawValue> = serde_json::from_str(&stored.auth_data).map_err(Error::internal)?;
        let algorithm = Algorithm { algorithm: &stored.algorithm, auth_data: &auth_data };
        let json = serde_json::value::to_raw_value(&algorithm).map_err(Error::internal)?;
        Ok(Version {
            number: stored.version.to_string(),
            algorithm: Raw::from_json(json),
            etag: stored.etag.to_string(),
            key_count: stored.key_count.unsigned_abs(),
        })
    }
}

impl NewVersion {
    /// Reads a request's body.
    ///
    /// # Errors
    /// [`Error::BadJson`], [`Error::TooLarge`].
    pub fn parse(body: &Raw<BackupAlgorithm>) -> Result<NewVersion> {
        let new: NewVersion =
            serde_json::from_str(body.json().get()).map_err(|error| Error::BadJson(error.to_string()))?;
        if new.algorithm.len() > ALGORITHM_BYTES_MAX || new.auth_data.get().len() > AUTH_DATA_BYTES_MAX {
            return Err(Error::TooLarge(format!("auth_data is larger than {AUTH_DATA_BYTES_MAX} bytes")));
        }
        Ok(new)
    }
}

/// What somebody calls a version who doesn't know that it is a number is a version that isn't there.
pub(super) fn number(version: &str) -> Result<i64> {
    version.parse().map_err(|_| Error::NotFound("backup version"))
}

/// Starts a new version, which becomes the current one; answers what it is called.
pub async fn create(hs: &Homeserver, session: &Session, new: NewVersion) -> Result<String> {
    let user = session.user;
    let number = hs
        .store
        .write(Side::User(user), async move |tx| {
            // Two at once would take the same number; the user's head lets one wait for the other.
            queue::take_head(tx, user).await?;
            backup::insert_version(tx, user, &new.algorithm, new.auth_data.get()).await
        })
        .await?;
    Ok(number.to_string())
}

/// # Errors
/// [`Error::NotFound`] where there is no backup.
pub async fn find_current(hs: &Homeserver, session: &Session) -> Result<Version> {
    let user = session.user;
    let found = hs.store.read(Side::User(user), async move |tx| backup::find_current(tx, user).await).await?;
    Version::of(found.ok_or(Error::NotFound("current backup version"))?)
}

/// # Errors
/// [`Error::NotFound`] where there is no such version, or it was deleted.
pub async fn find_version(hs: &Homeserver, session: &Session, version: &str) -> Result<Version> {
    let (user, number) = (session.user, number(version)?);
    let found =
        hs.store.read(Side::User(user), async move |tx| backup::find_version(tx, user, number).await).await?;
    Version::of(found.ok_or(Error::NotFound("backup version"))?)
}

/// Replaces the data of a version's algorithm, which itself can't be changed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] where algorithm or version are others.
pub async fn update(hs: &Homeserver, session: &Session, version: &str, new: NewVersion) -> Result<()> {
    let (user, number) = (session.user, number(version)?);
    if new.version.as_deref().is_some_and(|other| other != version) {
        return Err(Error::invalid("version", "not the version in the path"));
    }
    let same = hs
        .store
        .write(Side::User(user), async move |tx| {
            let Some(stored) = backup::lock_version(tx, user, number).await? else { return Ok(None) };
            if stored.algorithm != new.algorithm {
                return Ok(Some(false));
            }
            backup::set_auth_data(tx, user, number, new.auth_data.get()).await?;
            Ok(Some(true))
        })
        .await?;
    match same {
        None => Err(Error::NotFound("backup version")),
        Some(false) => Err(Error::invalid("algorithm", "does not match the version's")),
        Some(true) => Ok(()),
    }
}

/// Deletes a version and its keys; a version deleted before is no error.
///
/// # Errors
/// [`Error::NotFound`] where there never was such a version.
pub async fn delete_version(hs: &Homeserver, session: &Session, version: &str) -> Result<()> {
    let (user, number) = (session.user, number(version)?);
    let existed = hs
        .store
        .write(Side::User(user), async move |tx| {
            if backup::lock_version(tx, user, number).await?.is_none() {
                return backup::was_version(tx, user, number).await;
            }
            backup::delete_version(tx, user, number).await?;
            Ok(true)
        })
        .await?;
    if existed { Ok(()) } else { Err(Error::NotFound("backup version")) }
}
