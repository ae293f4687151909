//! Claiming one-time keys, each of which is handed out once.

use std::collections::BTreeMap;

use aside_store::{Side, keys};
use futures_util::future::join_all;
use ruma::api::client::keys::claim_keys::v3::OneTimeKeys;
use ruma::serde::Raw;
use ruma::{OneTimeKeyAlgorithm, OwnedDeviceId, OwnedOneTimeKeyId, OwnedServerName, OwnedUserId};
use serde_json::value::RawValue;

use crate::accounts::{Session, find_user_num};
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// Devices whose keys one request may ask for.
const DEVICES_MAX: usize = 5_000;
/// People whose keys are claimed at the same time.
const CHUNK: usize = 16;

/// Who wants which keys of whom: by user and device, the algorithm.
pub type Wanted = BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>>;

/// The keys that were claimed, and the servers that can't be asked.
#[derive(Debug, Default)]
pub struct Claimed {
    pub one_time_keys: BTreeMap<OwnedUserId, OneTimeKeys>,
    pub failures: Vec<OwnedServerName>,
}

/// Claims a key of each device: the oldest one-time key, or else the fallback key. Unknown users and devices, and
/// devices without keys, are left out.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::LimitExceeded`].
pub async fn claim(hs: &Homeserver, session: &Session, wanted: Wanted) -> Result<Claimed> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if wanted.values().map(BTreeMap::len).sum::<usize>() > DEVICES_MAX {
        return Err(Error::TooLarge(format!("keys of at most {DEVICES_MAX} devices")));
    }
    let mut claimed = Claimed::default();
    let mut local = Vec::new();
    for (user_id, devices) in wanted {
        match find_user_num(hs, &user_id).await? {
            Some(user) => local.push((user, user_id, devices)),
            None if user_id.server_name() == hs.server_name => {}
            None => claimed.failures.push(user_id.server_name().to_owned()),
        }
    }
    while !local.is_empty() {
        let chunk = local.split_off(local.len().saturating_sub(CHUNK));
        let (mut owners, mut claims) = (Vec::new(), Vec::new());
        for (user, user_id, devices) in chunk {
            owners.push(user_id);
            claims.push(claim_of_user(hs, user, devices));
        }
        for (user_id, keys) in owners.into_iter().zip(join_all(claims).await) {
            let keys = keys?;
            if !keys.is_empty() {
                claimed.one_time_keys.insert(user_id, keys);
            }
        }
    }
    Ok(claimed)
}

async fn claim_of_user(
    hs: &Homeserver,
    user: UserNum,
    devices: BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>,
) -> Result<OneTimeKeys> {
    let claimed = hs
        .store
        .write(Side::User(user), async move |tx| {
            let mut claimed = Vec::new();
            for (device_id, algorithm) in &devices {
                let algorithm = algorithm.as_str();
                let key = match keys::claim_one_time(tx, user, device_id.as_str(), algorithm).await? {
                    Some(key) => Some(key),
                    None => keys::use_fallback(tx, user, device_id.as_str(), algorithm).await?,
                };
                claimed.extend(key.map(|key| (device_id.clone(), key)));
            }
            Ok(claimed)
        })
        .await?;
    let mut keys = OneTimeKeys::new();
    for (device_id, key) in claimed {
        let id = OwnedOneTimeKeyId::try_from(format!("{}:{}", key.algorithm, key.key_id))
            .map_err(Error::internal)?;
        let json = RawValue::from_string(key.key).map_err(Error::internal)?;
        keys.insert(device_id, BTreeMap::from([(id, Raw::from_json(json))]));
    }
    Ok(keys)
}
