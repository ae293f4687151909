//! Key pairs of people and devices, as clients hold them.

use ruma::serde::Base64;
use ruma::signatures::{Ed25519KeyPair, sign_json};
use serde_json::{Value, json};

/// A secret key and its public half.
pub struct Pair {
    document: Vec<u8>,
    pub public: String,
}

impl Pair {
    pub fn new() -> Pair {
        let document = Ed25519KeyPair::generate().to_vec();
        let pair = Ed25519KeyPair::from_der(&document, "any".into()).unwrap();
        Pair { document, public: Base64::<ruma::serde::base64::Standard, _>::new(pair.public_key()).encode() }
    }

    pub fn id(&self) -> String {
        format!("ed25519:{}", self.public)
    }

    /// The object with one more signature, made in the name of a user with a key of this name.
    pub fn signs_as(&self, user_id: &str, name: &str, object: &Value) -> Value {
        let pair = Ed25519KeyPair::from_der(&self.document, name.into()).unwrap();
        let mut object = serde_json::from_value(object.clone()).unwrap();
        sign_json(user_id, &pair, &mut object).unwrap();
        serde_json::to_value(object).unwrap()
    }

    /// As [`Pair::signs_as`], as a cross-signing key, which is named by itself.
    pub fn signs(&self, user_id: &str, object: &Value) -> Value {
        self.signs_as(user_id, &self.public, object)
    }

    /// This key as a cross-signing key of somebody.
    pub fn as_key(&self, user_id: &str, usage: &str) -> Value {
        json!({ "user_id": user_id, "usage": [usage], "keys": { self.id(): self.public } })
    }
}

/// The keys of a device, signed by itself.
pub fn device_keys(user_id: &str, device_id: &str, pair: &Pair) -> Value {
    let keys = json!({
        "user_id": user_id,
        "device_id": device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            format!("curve25519:{device_id}"): "IQ/Hu4GGOaxIpMavovFYGouVJeIP2miSfysv+Db3NXg",
            format!("ed25519:{device_id}"): pair.public,
        },
    });
    pair.signs_as(user_id, device_id, &keys)
}

/// Somebody's three cross-signing keys.
pub struct Identity {
    pub user_id: String,
    pub master: Pair,
    pub self_signing: Pair,
    pub user_signing: Pair,
}

impl Identity {
    pub fn new(user_id: &str) -> Identity {
        let user_id = user_id.to_owned();
        Identity { user_id, master: Pair::new(), self_signing: Pair::new(), user_signing: Pair::new() }
    }

    /// What is uploaded of it, signed by the master key.
    pub fn upload(&self) -> Value {
        let user_id = self.user_id.as_str();
        let signed = |pair: &Pair, usage| self.master.signs(user_id, &pair.as_key(user_id, usage));
        json!({
            "master_key": self.master.as_key(user_id, "master"),
            "self_signing_key": signed(&self.self_signing, "self_signing"),
            "user_signing_key": signed(&self.user_signing, "user_signing"),
        })
    }
}
