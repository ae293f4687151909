//! Signatures that people make on keys that are there already: on their own devices and their own master key, and on the
//! master keys of others whom they have verified (specification, `POST /keys/signatures/upload`).

use std::collections::BTreeMap;

use aside_store::cross_signing::{CrossSigningKey, Signature};
use aside_store::{Side, cross_signing, keys, queue};
use ruma::OwnedUserId;
use ruma::api::client::keys::upload_signatures::v3::SignedKeys;

use super::signed::Signed;
use super::{lists, query};
use crate::accounts::{Session, find_user_num};
use crate::{Error, Homeserver, Result, UserNum};

const KEY_BYTES_MAX: usize = 64 << 10;
const KEYS_MAX: usize = 1_000;

/// What was refused, by user and key.
pub type Failures = BTreeMap<OwnedUserId, BTreeMap<String, Error>>;

/// Keeps the signatures that are right; answers what is wrong with the others.
///
/// # Errors
/// [`Error::TooLarge`].
pub async fn upload_signatures(
    hs: &Homeserver,
    session: &Session,
    signed: BTreeMap<OwnedUserId, SignedKeys>,
) -> Result<Failures> {
    if signed.values().map(|keys| keys.iter().count()).sum::<usize>() > KEYS_MAX {
        return Err(Error::TooLarge(format!("signatures on at most {KEYS_MAX} keys")));
    }
    let own = Own::read(hs, session).await?;
    let mut failures = Failures::new();
    let mut on_own = Vec::new();
    let mut verified = Vec::new();
    for (user_id, keys) in &signed {
        let other = if *user_id == session.user_id { None } else { Some(Other::read(hs, user_id).await) };
        for (id, raw) in keys {
            let judged = Signed::parse(id, raw, KEY_BYTES_MAX).and_then(|object| match &other {
                None => own.judge(session, id, &object).map(|signatures| on_own.extend(signatures)),
                Some(other) => {
                    other.judge(session, own.user_signing(), id, &object).map(|it| verified.push(it))
                }
            });
            if let Err(error) = judged {
                failures.entry(user_id.clone()).or_default().insert(id.to_owned(), error);
            }
        }
    }
    store_own(hs, session, on_own).await?;
    store_verified(hs, session, verified).await?;
    Ok(failures)
}

/// The keys of whoever uploads.
struct Own {
    identity: BTreeMap<String, CrossSigningKey>,
    devices: BTreeMap<String, Signed>,
}

impl Own {
    async fn read(hs: &Homeserver, session: &Session) -> Result<Own> {
        let user = session.user;
        let devices =
            hs.store.read(Side::User(user), async move |tx| keys::list_devices(tx, user).await).await?;
        let devices =
            devices.into_iter().map(|device| Ok((device.device_id, Signed::from_stored(&device.keys)?)));
        Ok(Own { identity: query::identity_of(hs, user).await?, devices: devices.collect::<Result<_>>()? })
    }

    fn user_signing(&self) -> Option<&str> {
        self.identity.get("user_signing").map(|key| key.public_key.as_str())
    }

    /// Signatures on an own key: on a device by the self-signing key, on the master key by devices.
    fn judge(&self, session: &Session, id: &str, object: &Signed) -> Result<Vec<Signature>> {
        if let Some(master) = self.identity.get("master").filter(|master| master.public_key == id) {
            check_same(object, &Signed::from_stored(&master.key)?)?;
            return self.by_devices(session, id, object);
        }
        let device = self.devices.get(id).ok_or(Error::NotFound("key"))?;
        check_same(object, device)?;
        let signer = self.identity.get("self_signing").ok_or(Error::NotFound("self-signing key"))?;
        signature_by(session, id, object, &signer.public_key).map(|signature| vec![signature])
    }

    fn by_devices(&self, session: &Session, id: &str, object: &Signed) -> Result<Vec<Signature>> {
        let mut signatures = Vec::new();
        for (key_id, signature) in object.signatures_of(&session.user_id) {
            let device = key_id.strip_prefix("ed25519:").and_then(|device_id| self.devices.get(device_id));
            let Some(public_key) = device.and_then(|device| device.key(key_id)) else { continue };
            if !object.is_signed_by(public_key, signature) {
                return Err(Error::InvalidSignature(format!("{key_id} did not sign this")));
            }
            signatures.push(own_signature(session, id, key_id, signature));
        }
        match signatures.is_empty() {
            true => Err(Error::InvalidSignature("none of your devices signed this".into())),
            false => Ok(signatures),
        }
    }
}

/// Somebody whom the uploader has verified, with their master key.
struct Other(Option<(UserNum, Option<CrossSigningKey>)>);

impl Other {
    async fn read(hs: &Homeserver, user_id: &ruma::UserId) -> Other {
        let found = async {
            let Some(user) = find_user_num(hs, user_id).await? else { return Ok(None) };
            Ok::<_, Error>(Some((user, query::identity_of(hs, user).await?.remove("master"))))
        };
        Other(found.await.unwrap_or_default())
    }

    /// A signature on their master key, by the uploader's user-signing key.
    fn judge(
        &self,
        session: &Session,
        user_signing: Option<&str>,
        id: &str,
        object: &Signed,
    ) -> Result<(UserNum, Signature)> {
        let Some((user, Some(master))) = &self.0 else { return Err(Error::NotFound("key")) };
        if master.public_key != id {
            return Err(Error::NotFound("key"));
        }
        check_same(object, &Signed::from_stored(&master.key)?)?;
        let signer = user_signing.ok_or(Error::NotFound("user-signing key"))?;
        Ok((*user, signature_by(session, id, object, signer)?))
    }
}

fn check_same(object: &Signed, stored: &Signed) -> Result<()> {
    match object.says_the_same(stored) {
        true => Ok(()),
        false => Err(Error::invalid("key", "this is not the key that was uploaded")),
    }
}

fn own_signature(session: &Session, target: &str, key_id: &str, signature: &str) -> Signature {
    Signature {
        signer: session.user_id.to_string(),
        target: target.to_owned(),
        key_id: key_id.to_owned(),
        signature: signature.to_owned(),
    }
}

/// The signature that the uploader's cross-signing key made.
fn signature_by(session: &Session, target: &str, object: &Signed, public_key: &str) -> Result<Signature> {
    let key_id = format!("ed25519:{public_key}");
    let found = object.signatures_of(&session.user_id).find(|(id, _)| *id == key_id);
    match found {
        Some((key_id, signature)) if object.is_signed_by(public_key, signature) => {
            Ok(own_signature(session, target, key_id, signature))
        }
        _ => Err(Error::InvalidSignature(format!("{key_id} did not sign this"))),
    }
}

/// Signatures on own keys are for everybody to see.
async fn store_own(hs: &Homeserver, session: &Session, signatures: Vec<Signature>) -> Result<()> {
    if signatures.is_empty() {
        return Ok(());
    }
    let (user, owner, now) = (session.user, session.user_id.to_string(), hs.clock.now_ms());
    let seq = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            for signature in &signatures {
                cross_signing::put_signature(tx, user, signature).await?;
            }
            lists::note(tx, user, &owner, seq, now).await?;
            Ok(seq)
        })
        .await?;
    lists::announce(hs, user, seq).await;
    Ok(())
}

/// Signatures on others are seen by nobody but the one who made them, whose devices are told.
async fn store_verified(
    hs: &Homeserver,
    session: &Session,
    verified: Vec<(UserNum, Signature)>,
) -> Result<()> {
    let (user, now) = (session.user, hs.clock.now_ms());
    for (other, signature) in verified {
        hs.store
            .write(Side::User(other), async move |tx| {
                cross_signing::replace_signature(tx, other, &signature).await
            })
            .await?;
        let subject = crate::accounts::user_id(hs, other).await?.to_string();
        hs.store
            .write(Side::User(user), async move |tx| {
                let seq = queue::take_head(tx, user).await?;
                lists::insert(tx, user, &subject, seq, now).await
            })
            .await?;
    }
    hs.bell.ring(user);
    Ok(())
}
