//! Uploading a device's own keys, and what is left of them.

use std::collections::BTreeMap;

use aside_store::keys::{Left, OneTimeKey};
use aside_store::{Side, Tx, cross_signing, keys, queue};
use ruma::{OneTimeKeyAlgorithm, UInt};

use super::device::{NewKeys, ONE_TIME_KEYS_MAX, check_device_keys, check_one_time_keys, is_same_key};
use super::lists;
use crate::accounts::Session;
use crate::{Error, Homeserver, QueuePosition, Result, UserNum};

/// One-time keys by algorithm, and algorithms with an unused fallback key.
pub(crate) type KeysLeft = (BTreeMap<OneTimeKeyAlgorithm, UInt>, Vec<OneTimeKeyAlgorithm>);

/// What became of an upload inside its transaction.
enum Outcome {
    /// Stored; at this position the device keys changed.
    Stored(Option<QueuePosition>),
    /// A key of this id is there with another content.
    Conflict(String),
    TooMany,
}

/// Stores keys of the session's device; answers how many one-time keys are waiting, by algorithm.
///
/// # Errors
/// [`Error::Invalid`] where device keys are another's, or a key id was used for another key; [`Error::BadJson`], [`Error::TooLarge`].
pub async fn upload(
    hs: &Homeserver,
    session: &Session,
    new: NewKeys,
) -> Result<BTreeMap<OneTimeKeyAlgorithm, UInt>> {
    let device_keys = new.device_keys.as_ref().map(|raw| check_device_keys(session, raw)).transpose()?;
    let device_keys = device_keys.map(|keys| keys.to_json()).transpose()?;
    let one_time = check_one_time_keys("one_time_keys", &new.one_time_keys)?;
    let fallback = check_one_time_keys("fallback_keys", &new.fallback_keys)?;
    let double =
        |key: &OneTimeKey| fallback.iter().filter(|other| other.algorithm == key.algorithm).count() > 1;
    if fallback.iter().any(double) {
        return Err(Error::invalid("fallback_keys", "at most one key of each algorithm"));
    }
    let write = Write {
        device_id: session.device_id.to_string(),
        owner: session.user_id.to_string(),
        device_keys,
        one_time,
        fallback,
    };
    if !write.is_empty() {
        let (user, now) = (session.user, hs.clock.now_ms());
        let stored = hs.store.write(Side::User(user), async move |tx| write.run(tx, user, now).await).await?;
        match stored {
            Outcome::Stored(None) => {}
            Outcome::Stored(Some(seq)) => lists::announce(hs, user, seq).await,
            Outcome::Conflict(id) => {
                return Err(Error::invalid(
                    "one_time_keys",
                    format!("{id} exists already with another content"),
                ));
            }
            Outcome::TooMany => {
                return Err(Error::TooLarge(format!(
                    "a device has at most {ONE_TIME_KEYS_MAX} one-time keys"
                )));
            }
        }
    }
    Ok(left(hs, session).await?.0)
}

struct Write {
    device_id: String,
    owner: String,
    device_keys: Option<String>,
    one_time: Vec<OneTimeKey>,
    fallback: Vec<OneTimeKey>,
}

impl Write {
    fn is_empty(&self) -> bool {
        self.device_keys.is_none() && self.one_time.is_empty() && self.fallback.is_empty()
    }

    async fn run(&self, tx: &Tx<'_>, user: UserNum, now: i64) -> aside_store::Result<Outcome> {
        // Uploads of one user wait for each other here, so that what is compared is what is there.
        let seq = queue::take_head(tx, user).await?;
        let stored = keys::list_one_time(tx, user, &self.device_id).await?;
        let (known, fresh): (Vec<_>, Vec<_>) =
            self.one_time.iter().partition(|key| find(&stored, key).is_some());
        let other =
            known.iter().find(|key| find(&stored, key).is_some_and(|old| !is_same_key(&old.key, &key.key)));
        if let Some(OneTimeKey { algorithm, key_id, .. }) = other {
            return Ok(Outcome::Conflict(format!("{algorithm}:{key_id}")));
        }
        if stored.len() + fresh.len() > ONE_TIME_KEYS_MAX {
            return Ok(Outcome::TooMany);
        }
        if !fresh.is_empty() {
            keys::insert_one_time(tx, user, &self.device_id, fresh).await?;
        }
        for key in &self.fallback {
            let old = keys::find_fallback(tx, user, &self.device_id, &key.algorithm).await?;
            // A repeated upload must not make a used key look unused.
            if old.is_none_or(|old| old.key_id != key.key_id || !is_same_key(&old.key, &key.key)) {
                keys::put_fallback(tx, user, &self.device_id, key).await?;
            }
        }
        let changed = self.put_device_keys(tx, user, seq, now).await?;
        Ok(Outcome::Stored(changed.then_some(seq)))
    }

    async fn put_device_keys(
        &self,
        tx: &Tx<'_>,
        user: UserNum,
        seq: QueuePosition,
        now: i64,
    ) -> aside_store::Result<bool> {
        let Some(device_keys) = &self.device_keys else { return Ok(false) };
        let old = keys::find_device(tx, user, &self.device_id).await?;
        if old.as_ref() == Some(device_keys) {
            return Ok(false);
        }
        if old.is_some() {
            // Signatures were made on the old keys.
            cross_signing::delete_signatures_of(tx, user, &self.device_id).await?;
        }
        keys::put_device(tx, user, &self.device_id, device_keys).await?;
        lists::note(tx, user, &self.owner, seq, now).await?;
        Ok(true)
    }
}

fn find<'k>(stored: &'k [OneTimeKey], key: &OneTimeKey) -> Option<&'k OneTimeKey> {
    stored.iter().find(|old| old.algorithm == key.algorithm && old.key_id == key.key_id)
}

/// How many one-time keys are left of the session's device, by algorithm, and which algorithms have an unused fallback key.
pub(crate) async fn left(hs: &Homeserver, session: &Session) -> Result<KeysLeft> {
    let (user, device_id) = (session.user, session.device_id.clone());
    let left = hs
        .store
        .read(Side::User(user), async move |tx| keys::list_left(tx, user, device_id.as_str()).await)
        .await?;
    Ok(counted(&left))
}

/// What was read of a device's keys, as clients are told. They look for `signed_curve25519` even where there is none.
pub(crate) fn counted(left: &[Left]) -> KeysLeft {
    let mut counts = BTreeMap::from([(OneTimeKeyAlgorithm::SignedCurve25519, UInt::MIN)]);
    let mut unused = Vec::new();
    for Left { algorithm, one_time, unused_fallback } in left {
        let algorithm = OneTimeKeyAlgorithm::from(algorithm.as_str());
        if *unused_fallback {
            unused.push(algorithm);
        } else if *one_time > 0 {
            counts.insert(algorithm, UInt::new_saturating(one_time.unsigned_abs()));
        }
    }
    (counts, unused)
}
