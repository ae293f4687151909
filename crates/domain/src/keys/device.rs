//! What a device may upload, checked before anything is stored.

use std::collections::BTreeMap;

use aside_store::keys::OneTimeKey;
use ruma::encryption::{DeviceKeys, OneTimeKey as RumaOneTimeKey};
use ruma::serde::Raw;
use ruma::{CanonicalJsonValue, OwnedOneTimeKeyId};
use serde_json::Value;

use super::signed::Signed;
use crate::accounts::Session;
use crate::{Error, Result};

const DEVICE_KEYS_BYTES_MAX: usize = 32 << 10;
const ONE_TIME_KEY_BYTES_MAX: usize = 4 << 10;
const KEY_ID_BYTES_MAX: usize = 255;
/// One-time keys that a device may have waiting; clients keep about fifty.
pub(super) const ONE_TIME_KEYS_MAX: usize = 1_000;

/// What a device uploads (specification, `POST /keys/upload`).
#[derive(Debug, Clone, Default)]
pub struct NewKeys {
    pub device_keys: Option<Raw<DeviceKeys>>,
    pub one_time_keys: BTreeMap<OwnedOneTimeKeyId, Raw<RumaOneTimeKey>>,
    pub fallback_keys: BTreeMap<OwnedOneTimeKeyId, Raw<RumaOneTimeKey>>,
}

/// The device keys, which must be of the device that speaks.
///
/// # Errors
/// [`Error::Invalid`] where they are another's, [`Error::BadJson`], [`Error::TooLarge`].
pub(super) fn check_device_keys(session: &Session, raw: &Raw<DeviceKeys>) -> Result<Signed> {
    let mut keys = Signed::parse("device_keys", raw.json(), DEVICE_KEYS_BYTES_MAX)?;
    let owner = [("user_id", session.user_id.as_str()), ("device_id", session.device_id.as_str())];
    for (field, own) in owner {
        match keys.text(field) {
            None => return Err(Error::BadJson(format!("device_keys.{field} is missing or no string"))),
            Some(text) if text != own => {
                return Err(Error::invalid("device_keys", format!("{field} is not yours: {text}")));
            }
            Some(_) => {}
        }
    }
    // The specification asks for the other three as well, but clients of its test suites leave them out.
    let is_text = |value: &CanonicalJsonValue| value.as_str().is_some();
    let well_formed = [
        ("algorithms", keys.list("algorithms").is_some_and(|names| names.iter().all(is_text))),
        ("keys", keys.object("keys").is_some_and(|keys| keys.values().all(is_text))),
        ("signatures", keys.object("signatures").is_some_and(|all| all.values().all(is_signatures))),
    ];
    if let Some((field, _)) = well_formed.iter().find(|(field, fine)| !fine && keys.has(field)) {
        return Err(Error::BadJson(format!("device_keys.{field} is not of the right shape")));
    }
    keys.remove_unsigned();
    Ok(keys)
}

fn is_signatures(value: &CanonicalJsonValue) -> bool {
    value.as_object().is_some_and(|own| own.values().all(|signature| signature.as_str().is_some()))
}

/// One-time or fallback keys; `field` names them in an error.
///
/// # Errors
/// [`Error::Invalid`], [`Error::BadJson`], [`Error::TooLarge`].
pub(super) fn check_one_time_keys(
    field: &'static str,
    keys: &BTreeMap<OwnedOneTimeKeyId, Raw<RumaOneTimeKey>>,
) -> Result<Vec<OneTimeKey>> {
    if keys.len() > ONE_TIME_KEYS_MAX {
        return Err(Error::TooLarge(format!("{field}: at most {ONE_TIME_KEYS_MAX} keys")));
    }
    keys.iter().map(|(id, raw)| check_one_time_key(field, id.as_str(), raw.json().get())).collect()
}

fn check_one_time_key(field: &'static str, id: &str, json: &str) -> Result<OneTimeKey> {
    let (algorithm, key_id) = id.split_once(':').unwrap_or((id, ""));
    if algorithm.is_empty() || key_id.is_empty() || id.len() > KEY_ID_BYTES_MAX {
        return Err(Error::invalid(field, format!("not a key id: {id}")));
    }
    if json.len() > ONE_TIME_KEY_BYTES_MAX {
        return Err(Error::TooLarge(format!("{field}: {id} is larger than {ONE_TIME_KEY_BYTES_MAX} bytes")));
    }
    let key: Value =
        serde_json::from_str(json).map_err(|error| Error::BadJson(format!("{field}: {error}")))?;
    if !key.is_string() && !key.get("key").is_some_and(Value::is_string) {
        return Err(Error::BadJson(format!("{field}: {id} is neither a string nor an object with a `key`")));
    }
    Ok(OneTimeKey { algorithm: algorithm.to_owned(), key_id: key_id.to_owned(), key: json.to_owned() })
}

/// Whether two uploads of a key say the same; signatures may differ.
pub(super) fn is_same_key(one: &str, other: &str) -> bool {
    let said = |json: &str| -> Option<Value> {
        let mut key: Value = serde_json::from_str(json).ok()?;
        if let Some(object) = key.as_object_mut() {
            object.remove("signatures");
        }
        Some(key)
    };
    one == other || said(one) == said(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_key_has_an_algorithm_a_name_and_a_key() {
        let cases = [
            ("signed_curve25519:AAAA", r#"{"key":"abc","signatures":{}}"#, true),
            ("curve25519:AAAA", r#""abc""#, true),
            ("curve25519:", r#""abc""#, false),
            ("curve25519:AAAA", "7", false),
            ("curve25519:AAAA", "{}", false),
            ("curve25519:AAAA", r#"{"key":7}"#, false),
        ];
        for (id, json, fine) in cases {
            assert_eq!(check_one_time_key("one_time_keys", id, json).is_ok(), fine, "{id} {json}");
        }
    }

    #[test]
    fn the_same_key_may_be_signed_again_and_spelled_otherwise() {
        assert!(is_same_key(r#"{"key":"a","signatures":{"x":1}}"#, r#"{ "signatures": {}, "key": "a" }"#));
        assert!(is_same_key(r#""a""#, r#""a""#));
        assert!(!is_same_key(r#"{"key":"a"}"#, r#"{"key":"b"}"#));
        assert!(!is_same_key(r#"{"key":"a"}"#, r#"{"key":"a","fallback":true}"#));
    }
}
