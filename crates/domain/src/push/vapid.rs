//! The key by which push services know this server (RFC 8292). Browsers subscribe with its public half, so that nobody else can
//! send to them.

use aside_outbound::Url;
use aside_store::{Side, Store, names};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use crate::{Error, Result};

const SETTING: &str = "vapid_key";
/// A day is the most that push services take.
const LIFE_MS: i64 = 12 * 3_600_000;

pub(crate) struct Vapid {
    pair: EcdsaKeyPair,
    public: String,
}

impl Vapid {
    /// Reads the server's key, which is made at the first start.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(crate) async fn open(store: &Store) -> Result<Vapid> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let fresh = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(Error::internal)?;
        let fresh = STANDARD.encode(fresh);
        let stored = store
            .write(Side::Named, async move |tx| match names::find_setting(tx, SETTING).await? {
                Some(stored) => Ok(stored),
                None => names::put_setting(tx, SETTING, &fresh).await.map(|()| fresh.clone()),
            })
            .await?;
        let document = STANDARD.decode(stored).map_err(Error::internal)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &document, &random).map_err(Error::internal)?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        Ok(Vapid { pair, public })
    }

    /// The public key as browsers take it: uncompressed, in URL-safe Base64.
    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// What proves to an endpoint's push service that this server sends. `contact` is whom it may complain to.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(super) fn authorization(&self, endpoint: &Url, contact: &str, now_ms: i64) -> Result<String> {
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": (now_ms + LIFE_MS) / 1000,
            "sub": contact,
        });
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).map_err(Error::internal)?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public))
    }
}
