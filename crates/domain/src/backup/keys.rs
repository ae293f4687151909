//! The keys in a backup: one for each session of each room, and always the best that was uploaded.

use std::collections::BTreeMap;

use aside_store::backup::Which;
use aside_store::{Side, backup};
use ruma::api::client::backup::{KeyBackupData, RoomKeyBackup};
use ruma::serde::Raw;
use ruma::{OwnedRoomId, UInt};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::versions;
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, UserNum};

const ID_BYTES_MAX: usize = 255;
const SESSION_BYTES_MAX: usize = 64 << 10;

/// A session's key as a client uploads it.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub room_id: OwnedRoomId,
    pub session_id: String,
    pub data: Raw<KeyBackupData>,
}

/// What is in a version after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Another one whenever keys changed.
    pub etag: String,
    pub key_count: u64,
}

/// A session's key as clients write and read it. What is encrypted in it is theirs.
#[derive(Serialize, Deserialize)]
struct Data {
    first_message_index: UInt,
    forwarded_count: UInt,
    is_verified: bool,
    session_data: Box<RawValue>,
}

impl NewSession {
    fn check(&self) -> Result<backup::Session> {
        let json = self.data.json().get();
        if json.len() > SESSION_BYTES_MAX || self.session_id.len() > ID_BYTES_MAX {
            return Err(Error::TooLarge(format!("a session's key has at most {SESSION_BYTES_MAX} bytes")));
        }
        let data: Data = serde_json::from_str(json).map_err(|error| Error::BadJson(error.to_string()))?;
        Ok(backup::Session {
            room_id: self.room_id.to_string(),
            session_id: self.session_id.clone(),
            first_message_index: data.first_message_index.into(),
            forwarded_count: data.forwarded_count.into(),
            is_verified: data.is_verified,
            session_data: data.session_data.get().to_owned(),
        })
    }
}

fn to_raw(session: &backup::Session) -> Result<Raw<KeyBackupData>> {
    let data = Data {
        first_message_index: UInt::new_saturating(session.first_message_index.unsigned_abs()),
        forwarded_count: UInt::new_saturating(session.forwarded_count.unsigned_abs()),
        is_verified: session.is_verified,
        session_data: serde_json::from_str(&session.session_data).map_err(Error::internal)?,
    };
    Ok(Raw::from_json(to_raw_value(&data).map_err(Error::internal)?))
}

/// Whether a key is worth more than the one that is stored: a verified one more than an unverified one, then the one that
/// decrypts more messages, then the one that came by fewer hands (specification, Backup algorithm: Storing keys).
fn is_better(new: &backup::Session, old: &backup::Session) -> bool {
    let worth = |session: &backup::Session| {
        (!session.is_verified, session.first_message_index, session.forwarded_count)
    };
    worth(new) < worth(old)
}

/// What became of a request inside its transaction.
enum Outcome {
    Done(Stored),
    NoSuchVersion,
    NotCurrent(i64),
}

/// Stores keys in the current version; a key that is worth less than the one that is there is passed over.
///
/// # Errors
/// [`Error::NotFound`] where there is no such version, [`Error::WrongBackupVersion`] where it isn't the current one,
/// [`Error::BadJson`], [`Error::TooLarge`].
pub async fn put(hs: &Homeserver, session: &Session, version: &str, new: Vec<NewSession>) -> Result<Stored> {
    let (user, number) = (session.user, versions::number(version)?);
    let new: Vec<backup::Session> = new.iter().map(NewSession::check).collect::<Result<_>>()?;
    let outcome = hs
        .store
        .write(Side::User(user), async move |tx| {
            let Some(stored) = backup::lock_version(tx, user, number).await? else {
                return Ok(Outcome::NoSuchVersion);
            };
            let current = backup::find_current(tx, user).await?.map_or(0, |current| current.version);
            if current != number {
                return Ok(Outcome::NotCurrent(current));
            }
            let (mut added, mut changed) = (0, false);
            for session in &new {
                let which =
                    Which::One { room_id: session.room_id.clone(), session_id: session.session_id.clone() };
                let old = backup::list_sessions(tx, user, number, &which).await?;
                if old.first().is_none_or(|old| is_better(session, old)) {
                    backup::put_session(tx, user, number, session).await?;
                    added += i64::from(old.is_empty());
                    changed = true;
                }
            }
            finish(tx, user, &stored, changed, stored.key_count + added).await
        })
        .await?;
    answer(outcome)
}

/// Deletes keys of a version; where there are none that is no error.
///
/// # Errors
/// [`Error::NotFound`] where there is no such version.
pub async fn delete(hs: &Homeserver, session: &Session, version: &str, which: Which) -> Result<Stored> {
    let (user, number) = (session.user, versions::number(version)?);
    let outcome = hs
        .store
        .write(Side::User(user), async move |tx| {
            let Some(stored) = backup::lock_version(tx, user, number).await? else {
                return Ok(Outcome::NoSuchVersion);
            };
            let deleted = backup::delete_sessions(tx, user, number, &which).await?;
            let left = stored.key_count.saturating_sub_unsigned(deleted);
            finish(tx, user, &stored, deleted > 0, left).await
        })
        .await?;
    answer(outcome)
}

async fn finish(
    tx: &aside_store::Tx<'_>,
    user: UserNum,
    stored: &backup::Version,
    changed: bool,
    key_count: i64,
) -> aside_store::Result<Outcome> {
    let etag = stored.etag + i64::from(changed);
    if changed {
        backup::set_count(tx, user, stored.version, etag, key_count).await?;
    }
    Ok(Outcome::Done(Stored { etag: etag.to_string(), key_count: key_count.unsigned_abs() }))
}

fn answer(outcome: Outcome) -> Result<Stored> {
    match outcome {
        Outcome::Done(stored) => Ok(stored),
        Outcome::NoSuchVersion => Err(Error::NotFound("backup version")),
        Outcome::NotCurrent(current) => Err(Error::WrongBackupVersion { current: current.to_string() }),
    }
}

/// The keys that a version holds, by room and session.
///
/// # Errors
/// [`Error::NotFound`] where there is no such version.
pub async fn get(
    hs: &Homeserver,
    session: &Session,
    version: &str,
    which: Which,
) -> Result<BTreeMap<OwnedRoomId, RoomKeyBackup>> {
    let (user, number) = (session.user, versions::number(version)?);
    let sessions = hs
        .store
        .read(Side::User(user), async move |tx| {
            if backup::find_version(tx, user, number).await?.is_none() {
                return Ok(None);
            }
            backup::list_sessions(tx, user, number, &which).await.map(Some)
        })
        .await?;
    let mut rooms: BTreeMap<OwnedRoomId, RoomKeyBackup> = BTreeMap::new();
    for session in sessions.ok_or(Error::NotFound("backup version"))? {
        let room_id = OwnedRoomId::try_from(session.room_id.as_str()).map_err(Error::internal)?;
        let room = rooms.entry(room_id).or_insert_with(|| RoomKeyBackup::new(BTreeMap::new()));
        let raw = to_raw(&session)?;
        room.sessions.insert(session.session_id, raw);
    }
    Ok(rooms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_of_two_keys_stays() {
        let key = |is_verified, first_message_index, forwarded_count| backup::Session {
            room_id: "!room:localhost".into(),
            session_id: "session".into(),
            first_message_index,
            forwarded_count,
            is_verified,
            session_data: "{}".into(),
        };
        let cases = [
            (key(true, 9, 9), key(false, 1, 1), true),
            (key(false, 1, 1), key(true, 9, 9), false),
            (key(false, 1, 9), key(false, 2, 1), true),
            (key(true, 3, 0), key(true, 2, 5), false),
            (key(false, 2, 1), key(false, 2, 2), true),
            (key(false, 2, 2), key(false, 2, 1), false),
            (key(true, 2, 2), key(true, 2, 2), false),
        ];
        for (new, old, expected) in cases {
            assert_eq!(is_better(&new, &old), expected, "{new:?} {old:?}");
        }
    }
}
