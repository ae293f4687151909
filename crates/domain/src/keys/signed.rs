//! JSON objects that carry signatures (specification, appendices: Signing JSON).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ruma::signatures::{
    SigningKeyAlgorithm, to_canonical_json_string_for_signing, verify_canonical_json_bytes,
};
use ruma::{CanonicalJsonObject, CanonicalJsonValue, UserId};
use serde_json::value::RawValue;

use crate::{Error, Result};

/// The specification wants Base64 without padding; some clients pad.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const PUBLIC_KEY_BYTES: usize = 32;

/// A device's keys, or a cross-signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed(CanonicalJsonObject);

impl Signed {
    /// Reads what a client uploads; `field` names it in an error.
    ///
    /// # Errors
    /// [`Error::BadJson`] where it is no object, or not of canonical JSON's kinds; [`Error::TooLarge`].
    pub(super) fn parse(field: &str, raw: &RawValue, bytes_max: usize) -> Result<Signed> {
        if raw.get().len() > bytes_max {
            return Err(Error::TooLarge(format!("{field} is larger than {bytes_max} bytes")));
        }
        serde_json::from_str(raw.get())
            .map(Signed)
            .map_err(|error| Error::BadJson(format!("{field}: {error}")))
    }

    /// Reads what was stored.
    pub(super) fn from_stored(json: &str) -> Result<Signed> {
        serde_json::from_str(json).map(Signed).map_err(Error::internal)
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(&self.0).map_err(Error::internal)
    }

    pub(super) fn into_raw<T>(self) -> Result<ruma::serde::Raw<T>> {
        let json = serde_json::value::to_raw_value(&self.0).map_err(Error::internal)?;
        Ok(ruma::serde::Raw::from_json(json))
    }

    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }

    pub(super) fn list(&self, field: &str) -> Option<&Vec<CanonicalJsonValue>> {
        match self.0.get(field)? {
            CanonicalJsonValue::Array(values) => Some(values),
            _ => None,
        }
    }

    pub(super) fn object(&self, field: &str) -> Option<&CanonicalJsonObject> {
        self.0.get(field)?.as_object()
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// What others say about it is not part of it.
    pub(super) fn remove_unsigned(&mut self) {
        self.0.remove("unsigned");
    }

    pub(super) fn set_unsigned(&mut self, unsigned: CanonicalJsonObject) {
        self.0.insert("unsigned".into(), CanonicalJsonValue::Object(unsigned));
    }

    /// A key below `keys`, by its whole id.
    pub(super) fn key(&self, key_id: &str) -> Option<&str> {
        self.object("keys")?.get(key_id)?.as_str()
    }

    /// Whether both say the same, whoever signed them.
    pub(super) fn says_the_same(&self, other: &Signed) -> bool {
        let said = |signed: &Signed| {
            let mut object = signed.0.clone();
            object.remove("signatures");
            object.remove("unsigned");
            object
        };
        said(self) == said(other)
    }

    /// The signatures that somebody made, by the id of the key they made them with.
    pub(super) fn signatures_of(&self, signer: &UserId) -> impl Iterator<Item = (&str, &str)> {
        let signatures = self.object("signatures").and_then(|all| all.get(signer.as_str())?.as_object());
        signatures
            .into_iter()
            .flatten()
            .filter_map(|(key_id, signature)| Some((key_id.as_str(), signature.as_str()?)))
    }

    pub(super) fn add_signature(&mut self, signer: &str, key_id: &str, signature: &str) {
        let empty = || CanonicalJsonValue::Object(CanonicalJsonObject::new());
        let all = self.0.entry("signatures".into()).or_insert_with(empty);
        let Some(all) = all.as_object_mut() else { return };
        if let Some(own) = all.entry(signer.to_owned()).or_insert_with(empty).as_object_mut() {
            own.insert(key_id.to_owned(), CanonicalJsonValue::String(signature.to_owned()));
        }
    }

    /// Whether a signature was made with the secret half of an Ed25519 key, given in Base64.
    pub(super) fn is_signed_by(&self, public_key: &str, signature: &str) -> bool {
        let (Ok(public_key), Ok(signature), Ok(json)) = (
            BASE64.decode(public_key),
            BASE64.decode(signature),
            to_canonical_json_string_for_signing(&self.0),
        ) else {
            return false;
        };
        verify_canonical_json_bytes(&SigningKeyAlgorithm::Ed25519, &public_key, &signature, json.as_bytes())
            .is_ok()
    }
}

/// Whether a text is an Ed25519 public key in Base64.
pub(super) fn is_public_key(text: &str) -> bool {
    BASE64.decode(text).is_ok_and(|bytes| bytes.len() == PUBLIC_KEY_BYTES)
}

#[cfg(test)]
mod tests {
    use ruma::signatures::{Ed25519KeyPair, sign_json};
    use ruma::user_id;
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn signed(value: serde_json::Value) -> Signed {
        Signed::parse("test", &to_raw_value(&value).unwrap(), 1_000).unwrap()
    }

    #[test]
    fn a_signature_is_held_against_key_and_content() {
        let alice = user_id!("@alice:localhost");
        let pair = |name: &str| Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), name.into()).unwrap();
        let (key, other) = (pair("ABC"), pair("ABC"));
        let encode = |pair: &Ed25519KeyPair| BASE64.encode(pair.public_key());
        let mut object = signed(json!({ "user_id": alice, "keys": {} })).0;
        sign_json(alice.as_str(), &key, &mut object).unwrap();
        let object = Signed(object);
        let (key_id, signature) = object.signatures_of(alice).next().unwrap();
        assert_eq!(key_id, "ed25519:ABC");
        assert!(object.is_signed_by(&encode(&key), signature));
        assert!(!object.is_signed_by(&encode(&other), signature));
        assert!(!object.is_signed_by("not a key", signature));
        let mut changed = object.clone();
        changed.0.insert("keys".into(), CanonicalJsonValue::Null);
        assert!(!changed.is_signed_by(&encode(&key), signature));
    }

    #[test]
    fn signatures_and_unsigned_are_no_part_of_what_is_said() {
        let plain = signed(json!({ "keys": { "a": "b" } }));
        let with = signed(json!({ "keys": { "a": "b" }, "signatures": { "x": {} }, "unsigned": { "y": 1 } }));
        assert!(plain.says_the_same(&with));
        assert!(!plain.says_the_same(&signed(json!({ "keys": { "a": "c" } }))));
    }

    #[test]
    fn a_public_key_has_32_bytes() {
        assert!(is_public_key("nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk"));
        assert!(is_public_key("nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk="));
        for text in ["", "nqOvzeuG", "nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHw-", "nqOvzeuGWT/sRx3h7"] {
            assert!(!is_public_key(text), "{text}");
        }
    }
}
