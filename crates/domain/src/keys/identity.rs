//! Cross-signing keys: a master key that stands for a person, one that signs the person's devices, and one that signs other
//! people (specification, 10.12.4.3 Cross-signing).

use std::collections::BTreeMap;

use aside_store::cross_signing::CrossSigningKey;
use aside_store::keys::DeviceKeys;
use aside_store::{Side, Tx, cross_signing, keys, queue, users};
use ruma::api::client::uiaa::AuthData;
use ruma::encryption::CrossSigningKey as RumaKey;
use ruma::serde::Raw;
use ruma::{CanonicalJsonValue, UserId};

use super::signed::{Signed, is_public_key};
use super::{lists, query};
use crate::accounts::{self, Session};
use crate::{Error, Homeserver, Result, UserNum};

const KEY_BYTES_MAX: usize = 16 << 10;

/// What a client uploads (specification, `POST /keys/device_signing/upload`).
#[derive(Debug, Clone, Default)]
pub struct NewIdentity {
    pub master_key: Option<Raw<RumaKey>>,
    pub self_signing_key: Option<Raw<RumaKey>>,
    pub user_signing_key: Option<Raw<RumaKey>>,
}

/// A cross-signing key that was read and found well-formed.
struct Key {
    usage: &'static str,
    public_key: String,
    signed: Signed,
}

impl Key {
    fn parse(usage: &'static str, raw: &Raw<RumaKey>, owner: &UserId) -> Result<Key> {
        let signed = Signed::parse(&format!("{usage} key"), raw.json(), KEY_BYTES_MAX)?;
        let refuse = |why: &str| Err(Error::invalid("keys", format!("the {usage} key {why}")));
        if signed.text("user_id") != Some(owner.as_str()) {
            return refuse("is not yours");
        }
        let is_usage = |value: &CanonicalJsonValue| value.as_str() == Some(usage);
        if !signed.list("usage").is_some_and(|usages| usages.iter().any(is_usage)) {
            return refuse("is for another usage");
        }
        let public_key = match signed.object("keys").map(|keys| keys.iter().collect::<Vec<_>>()).as_deref() {
            Some([(id, CanonicalJsonValue::String(key))])
                if id.strip_prefix("ed25519:") == Some(key) && is_public_key(key) =>
            {
                key.clone()
            }
            _ => return refuse("must have one Ed25519 key, named by itself"),
        };
        Ok(Key { usage, public_key, signed })
    }

    fn to_stored(&self) -> Result<CrossSigningKey> {
        let key = self.signed.to_json()?;
        Ok(CrossSigningKey { usage: self.usage.to_owned(), public_key: self.public_key.clone(), key })
    }

    fn is_same_as(&self, stored: &CrossSigningKey) -> bool {
        Signed::from_stored(&stored.key).is_ok_and(|stored| stored.says_the_same(&self.signed))
    }
}

/// Publishes cross-signing keys of the session's user. The first ones, and the same ones again, need no further proof;
/// replacing keys needs the password.
///
/// # Errors
/// [`Error::InteractiveAuth`], [`Error::Invalid`], [`Error::MissingParam`] where there is no master key, [`Error::InvalidSignature`],
/// [`Error::Forbidden`] where a key has the name of a device.
pub async fn upload_identity(
    hs: &Homeserver,
    session: &Session,
    new: NewIdentity,
    auth: Option<AuthData>,
) -> Result<()> {
    let parse = |usage, raw: &Option<Raw<RumaKey>>| -> Result<Option<Key>> {
        raw.as_ref().map(|raw| Key::parse(usage, raw, &session.user_id)).transpose()
    };
    let new: Vec<Key> = [
        parse("master", &new.master_key)?,
        parse("self_signing", &new.self_signing_key)?,
        parse("user_signing", &new.user_signing_key)?,
    ]
    .into_iter()
    .flatten()
    .collect();
    check_device_signatures(hs, session, &new).await?;
    loop {
        let old = query::identity_of(hs, session.user).await?;
        check_master_signatures(&session.user_id, &new, &old)?;
        if new.iter().all(|key| old.get(key.usage).is_some_and(|old| key.is_same_as(old))) {
            return Ok(());
        }
        let old_master = old.get("master").map(|key| key.public_key.clone());
        if old_master.is_some() {
            let action = "POST keys/device_signing/upload";
            accounts::require_password(hs, session, auth.as_ref(), action).await?;
        }
        if store(hs, session, &new, old_master).await? {
            return Ok(());
        }
    }
}

/// Every other key must be signed by the master key: the one that comes along, or the one that is there.
fn check_master_signatures(
    owner: &UserId,
    new: &[Key],
    old: &BTreeMap<String, CrossSigningKey>,
) -> Result<()> {
    let uploaded = new.iter().find(|key| key.usage == "master").map(|key| key.public_key.as_str());
    let stored = old.get("master").map(|key| key.public_key.as_str());
    let Some(master) = uploaded.or(stored) else {
        return Err(Error::MissingParam("the master signing key"));
    };
    let master_id = format!("ed25519:{master}");
    for key in new.iter().filter(|key| key.usage != "master") {
        let mut by_master = key.signed.signatures_of(owner).filter(|(key_id, _)| *key_id == master_id);
        if !by_master.any(|(_, signature)| key.signed.is_signed_by(master, signature)) {
            return Err(Error::InvalidSignature(format!(
                "the {} key is not signed by the master key",
                key.usage
            )));
        }
    }
    Ok(())
}

/// A key must not have the name of a device, and what devices are said to have signed they must have signed.
async fn check_device_signatures(hs: &Homeserver, session: &Session, new: &[Key]) -> Result<()> {
    let user = session.user;
    let (all, with_keys) = hs
        .store
        .read(Side::User(user), async move |tx| {
            Ok((users::list_devices(tx, user).await?, keys::list_devices(tx, user).await?))
        })
        .await?;
    if new.iter().any(|key| all.iter().any(|device| device.device_id == key.public_key)) {
        return Err(Error::forbidden("Key ID in use"));
    }
    for key in new {
        for DeviceKeys { device_id, keys, .. } in &with_keys {
            let key_id = format!("ed25519:{device_id}");
            let device = Signed::from_stored(keys)?;
            let Some(public_key) = device.key(&key_id) else { continue };
            let mut by_device = key.signed.signatures_of(&session.user_id).filter(|(id, _)| *id == key_id);
            if by_device.any(|(_, signature)| !key.signed.is_signed_by(public_key, signature)) {
                let (usage, why) = (key.usage, "has a wrong signature");
                return Err(Error::InvalidSignature(format!("the {usage} key {why} of {device_id}")));
            }
        }
    }
    Ok(())
}

/// Stores the keys and announces them; answers `false` where the master key isn't any more the one that was looked at.
async fn store(hs: &Homeserver, session: &Session, new: &[Key], old_master: Option<String>) -> Result<bool> {
    let new: Vec<CrossSigningKey> = new.iter().map(Key::to_stored).collect::<Result<_>>()?;
    let (user, owner, now) = (session.user, session.user_id.to_string(), hs.clock.now_ms());
    // The key that signs other people is seen by nobody else.
    let is_private = new.iter().all(|key| key.usage == "user_signing");
    let stored = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            let old = cross_signing::list_keys(tx, user).await?;
            let master = old.iter().find(|key| key.usage == "master").map(|key| &key.public_key);
            if master != old_master.as_ref() {
                return Ok(None);
            }
            replace(tx, user, &owner, &old, &new).await?;
            match is_private {
                true => lists::insert(tx, user, &owner, seq, now).await?,
                false => lists::note(tx, user, &owner, seq, now).await?,
            }
            Ok(Some(seq))
        })
        .await?;
    match stored {
        Some(seq) if !is_private => lists::announce(hs, user, seq).await,
        _ => hs.bell.ring(user),
    }
    Ok(stored.is_some())
}

/// Puts new keys in the place of old ones. What an old master key signed is worth nothing beside a new one.
async fn replace(
    tx: &Tx<'_>,
    user: UserNum,
    owner: &str,
    old: &[CrossSigningKey],
    new: &[CrossSigningKey],
) -> aside_store::Result<()> {
    let successor = |old: &CrossSigningKey| new.iter().find(|key| key.usage == old.usage);
    let is_new = |old: &CrossSigningKey| successor(old).is_some_and(|key| key.public_key != old.public_key);
    let new_master = old.iter().any(|key| key.usage == "master" && is_new(key));
    for key in old.iter().filter(|key| is_new(key) || (new_master && successor(key).is_none())) {
        cross_signing::delete_key(tx, user, owner, key).await?;
    }
    for key in new {
        cross_signing::put_key(tx, user, key).await?;
    }
    Ok(())
}
