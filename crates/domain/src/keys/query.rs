//! Looking up the keys of people and their devices.

use std::collections::{BTreeMap, BTreeSet};

use aside_store::cross_signing::{CrossSigningKey, Signature};
use aside_store::keys::DeviceKeys;
use aside_store::{Side, cross_signing, keys};
use futures_util::future::join_all;
use ruma::api::client::keys::get_keys::v3::Response;
use ruma::{CanonicalJsonObject, CanonicalJsonValue, OwnedDeviceId, OwnedServerName, OwnedUserId, UserId};

use super::signed::Signed;
use crate::accounts::{Session, find_user_num};
use crate::{Error, Homeserver, Result, UserNum};

/// People whose keys one request may ask for.
const USERS_MAX: usize = 10_000;
/// People looked up before other work gets its turn.
const CHUNK: usize = 32;

/// The keys that were found, and the servers that can't be asked.
#[derive(Debug, Default)]
pub struct Queried {
    /// Without its failures.
    pub found: Response,
    pub failures: BTreeSet<OwnedServerName>,
}

/// The keys of people and of their devices: all devices where none is named. Unknown users and devices are left out.
///
/// # Errors
/// [`Error::TooLarge`].
pub async fn query(
    hs: &Homeserver,
    session: &Session,
    wanted: BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>,
) -> Result<Queried> {
    if wanted.len() > USERS_MAX {
        return Err(Error::TooLarge(format!("keys of at most {USERS_MAX} users")));
    }
    let mut queried = Queried::default();
    let wanted: Vec<_> = wanted.into_iter().collect();
    for chunk in wanted.chunks(CHUNK) {
        let mut reads = Vec::with_capacity(chunk.len());
        for (user_id, _) in chunk {
            reads.push(find(hs, session, user_id));
        }
        for ((user_id, devices), found) in chunk.iter().zip(join_all(reads).await) {
            match found? {
                Some(found) => add(&mut queried.found, session, user_id, devices, found)?,
                None if user_id.server_name() == hs.server_name => {}
                None => drop(queried.failures.insert(user_id.server_name().to_owned())),
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(queried)
}

/// What is stored of one user, as far as somebody may see it.
struct Found {
    devices: Vec<DeviceKeys>,
    identity: Vec<CrossSigningKey>,
    signatures: Vec<Signature>,
}

async fn find(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<Option<Found>> {
    let Some(user) = find_user_num(hs, user_id).await? else { return Ok(None) };
    let (owner, reader) = (user_id.to_string(), session.user_id.to_string());
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            Ok(Found {
                devices: keys::list_devices(tx, user).await?,
                identity: cross_signing::list_keys(tx, user).await?,
                signatures: cross_signing::list_signatures(tx, user, &owner, &reader).await?,
            })
        })
        .await?;
    Ok(Some(found))
}

fn add(
    response: &mut Response,
    session: &Session,
    user_id: &UserId,
    wanted: &[OwnedDeviceId],
    found: Found,
) -> Result<()> {
    let Found { devices, identity, signatures } = found;
    let with_signatures = |json: &str, target: &str| -> Result<Signed> {
        let mut signed = Signed::from_stored(json)?;
        for signature in signatures.iter().filter(|signature| signature.target == target) {
            signed.add_signature(&signature.signer, &signature.key_id, &signature.signature);
        }
        Ok(signed)
    };
    let of_user = response.device_keys.entry(user_id.to_owned()).or_default();
    for device in devices {
        let device_id = OwnedDeviceId::from(device.device_id);
        if !wanted.is_empty() && !wanted.contains(&device_id) {
            continue;
        }
        let mut signed = with_signatures(&device.keys, device_id.as_str())?;
        let name = device
            .display_name
            .map(|name| ("device_display_name".to_owned(), CanonicalJsonValue::String(name)));
        signed.set_unsigned(CanonicalJsonObject::from_iter(name));
        of_user.insert(device_id, signed.into_raw()?);
    }
    for key in identity {
        let keys = match key.usage.as_str() {
            "master" => &mut response.master_keys,
            "self_signing" => &mut response.self_signing_keys,
            // Whom somebody has verified is nobody else's business.
            "user_signing" if session.user_id == user_id => &mut response.user_signing_keys,
            _ => continue,
        };
        keys.insert(user_id.to_owned(), with_signatures(&key.key, &key.public_key)?.into_raw()?);
    }
    Ok(())
}

/// A user's cross-signing keys, by usage.
pub(super) async fn identity_of(hs: &Homeserver, user: UserNum) -> Result<BTreeMap<String, CrossSigningKey>> {
    let keys =
        hs.store.read(Side::User(user), async move |tx| cross_signing::list_keys(tx, user).await).await?;
    Ok(keys.into_iter().map(|key| (key.usage.clone(), key)).collect())
}
