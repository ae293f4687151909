//! A pusher as it is sent to: read from what was registered.

use aside_outbound::Url;
use aside_store::pushers::Pusher;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::outbox::Known;
use super::subscription::Subscription;
use crate::{Error, Result, UserNum};

/// The kind of pushers that are told by a push gateway.
pub(super) const HTTP: &str = "http";
/// The kind of pushers that are browsers (MSC4174).
pub(super) const WEB_PUSH: &str = "webpush";

/// Of a hash; enough for the pushers of one user.
const ID_CHARS: usize = 22;

/// Whom to tell.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) app_id: String,
    pub(super) pushkey: String,
    /// Milliseconds since 1970.
    pub(super) created_ts: i64,
    pub(super) way: Way,
}

/// How to tell it.
#[derive(Debug, Clone)]
pub(super) enum Way {
    Gateway {
        url: Url,
        /// Whether the gateway wants to know nothing but ids.
        only_ids: bool,
        /// What the client wants its gateway to get, whatever it is.
        data: Map<String, Value>,
    },
    Browser(Subscription),
}

#[derive(Deserialize)]
struct Registered {
    kind: String,
    data: Map<String, Value>,
}

impl Target {
    /// # Errors
    /// [`Error::Invalid`] where this can't be told anything: what a client registers is checked by this.
    pub(super) fn read(stored: &Pusher) -> Result<Target> {
        let Registered { kind, mut data } = serde_json::from_str(&stored.pusher).map_err(Error::internal)?;
        let url = data.remove("url");
        let url = url.as_ref().and_then(Value::as_str).unwrap_or_default();
        let url = Url::parse(url).map_err(|_| Error::invalid("data.url", "not an address"))?;
        let way = match kind.as_str() {
            HTTP => {
                let only_ids = data.get("format").and_then(Value::as_str) == Some("event_id_only");
                Way::Gateway { url, only_ids, data }
            }
            WEB_PUSH => {
                let auth = data.get("auth").and_then(Value::as_str).unwrap_or_default();
                Way::Browser(Subscription::read(url, &stored.pushkey, auth)?)
            }
            _ => return Err(Error::invalid("kind", "only \"http\" and \"webpush\" pushers are known")),
        };
        let Pusher { app_id, pushkey, created_ts, .. } = stored.clone();
        Ok(Target { app_id, pushkey, created_ts, way })
    }

    pub(super) fn ids(&self) -> (&str, &str) {
        (&self.app_id, &self.pushkey)
    }

    /// Browsers show something whenever they are told something, so they are not told that there is nothing.
    pub(super) fn counts(&self) -> bool {
        matches!(self.way, Way::Gateway { .. })
    }

    pub(super) fn known(&self, user: UserNum) -> Known {
        Known { key: key(user, self.ids()), counts: self.counts() }
    }
}

/// The key of the job that sends to a pusher: whose it is, and a hash, since push keys are long and not for logs.
pub(super) fn key(user: UserNum, (app_id, pushkey): (&str, &str)) -> String {
    // An app id has no spaces, so this names one pair of them.
    let hash = Sha256::digest(format!("{app_id} {pushkey}"));
    format!("{}/{}", user.0, &URL_SAFE_NO_PAD.encode(hash)[..ID_CHARS])
}
