//! Push subscriptions of browsers, and what is sent to them: encrypted for the browser alone (RFC 8291), so that the push
//! service which carries it learns nothing but when.

use std::fmt;

use aside_outbound::Url;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom, SystemRandom};

use crate::{Error, Result};

const PUBLIC_KEY_BYTES: usize = 65;
const AUTH_BYTES: usize = 16;
const SALT_BYTES: usize = 16;
/// Everything is one record; push services take bodies of 4,096 bytes.
const RECORD_BYTES: u32 = 4_096;
/// What ends the last record, and pads nothing.
const LAST: u8 = 2;

/// Where a browser is reached, and its keys.
#[derive(Clone)]
pub(super) struct Subscription {
    /// Whoever knows it can send to it, so it is a secret.
    pub(super) endpoint: Url,
    public_key: [u8; PUBLIC_KEY_BYTES],
    auth: [u8; AUTH_BYTES],
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription(hidden)")
    }
}

impl Subscription {
    /// Reads what browsers call `endpoint`, `p256dh` and `auth`.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(super) fn read(endpoint: Url, public_key: &str, auth: &str) -> Result<Subscription> {
        if endpoint.scheme() != "https" && !is_loopback(&endpoint) {
            return Err(Error::invalid("data.url", "must begin with https://"));
        }
        let public_key =
            decode(public_key).ok_or_else(|| Error::invalid("pushkey", "not a public key (P-256)"))?;
        let auth =
            decode(auth).ok_or_else(|| Error::invalid("data.auth", "not 16 bytes in URL-safe Base64"))?;
        Ok(Subscription { endpoint, public_key, auth })
    }

    /// Encrypts a message for the browser.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the public key is none.
    pub(super) fn encrypt(&self, message: &[u8]) -> Result<Vec<u8>> {
        let broken = |_| Error::internal("a push message can't be encrypted");
        let random = SystemRandom::new();
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt).map_err(broken)?;
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).map_err(broken)?;
        let own_public = own.compute_public_key().map_err(broken)?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.public_key);
        let (key, nonce) = agree_ephemeral(own, &theirs, |shared| {
            let info = [b"WebPush: info\0".as_slice(), &self.public_key, own_public.as_ref()];
            let secret: [u8; 32] = derive(&self.auth, shared, &info);
            let key: [u8; 16] = derive(&salt, &secret, &[b"Content-Encoding: aes128gcm\0"]);
            let nonce: [u8; 12] = derive(&salt, &secret, &[b"Content-Encoding: nonce\0"]);
            (key, nonce)
        })
        .map_err(|_| Error::invalid("pushkey", "not a public key (P-256)"))?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(broken)?);
        let mut record = [message, &[LAST]].concat();
        // The key is used once, so the nonce need not be random.
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)
            .map_err(broken)?;
        let key_bytes = [PUBLIC_KEY_BYTES as u8];
        Ok([&salt, RECORD_BYTES.to_be_bytes().as_slice(), &key_bytes, own_public.as_ref(), &record].concat())
    }

    /// A name for what is about the same thing, which tells the push service nothing: of what waits for a browser that is
    /// away, it keeps the newest of a name.
    pub(super) fn topic(&self, about: &str) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.auth);
        let tag = ring::hmac::sign(&key, about.as_bytes());
        URL_SAFE_NO_PAD.encode(&tag.as_ref()[..24])
    }
}

/// The operator has to allow such an address before it is reached.
fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// Some clients pad Base64, and some use its other alphabet.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut derived = [0; N];
    let pseudorandom = Salt::new(HKDF_SHA256, salt).extract(secret);
    let filled = pseudorandom.expand(info, Length(N)).and_then(|okm| okm.fill(&mut derived));
    filled.expect("the length is far below 255 hashes");
    derived
}
