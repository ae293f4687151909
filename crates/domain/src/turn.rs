//! Relays for calls (TURN): who may use the operator's, and for how long (specification, "GET /voip/turnServer").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::Homeserver;
use crate::accounts::Session;

/// The operator's relays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnSettings {
    /// Such as `turn:turn.example.org?transport=udp`.
    pub uris: Vec<String>,
    pub access: TurnAccess,
    /// How long what a client is given is good.
    pub lifetime_ms: u64,
}

/// What a relay asks for.
#[derive(Clone, PartialEq, Eq)]
pub enum TurnAccess {
    /// Names and passwords made with a secret that the relay knows, too (coturn's `use-auth-secret`).
    Secret(String),
    /// One name and password for everybody.
    Account { username: String, password: String },
}

impl std::fmt::Debug for TurnAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TurnAccess(hidden)")
    }
}

/// What a client shows the relays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relays {
    pub uris: Vec<String>,
    pub username: String,
    pub password: String,
    pub lifetime_s: u64,
}

/// The relays that the session's user may use; `None` where the operator has none.
pub fn relays(hs: &Homeserver, session: &Session) -> Option<Relays> {
    let TurnSettings { uris, access, lifetime_ms } = hs.settings.turn.clone()?;
    let lifetime_s = lifetime_ms / 1000;
    let (username, password) = match access {
        TurnAccess::Account { username, password } => (username, password),
        TurnAccess::Secret(secret) => {
            let ends_s = hs.clock.now_ms() / 1000 + i64::try_from(lifetime_s).unwrap_or(i64::MAX / 1000);
            let username = format!("{ends_s}:{}", session.user_id);
            let password = password(&secret, &username);
            (username, password)
        }
    };
    Some(Relays { uris, username, password, lifetime_s })
}

/// The relay makes the same from the name that it is shown, and reads there until when it is good. SHA-1 is what relays expect;
/// in an HMAC it is not broken.
fn password(secret: &str, username: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, username.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_what_the_relay_makes_of_the_name() {
        // RFC 2202, test case 2.
        assert_eq!(password("Jefe", "what do ya want for nothing?"), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    }
}
