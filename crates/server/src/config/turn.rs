use std::path::PathBuf;

use aside_domain::turn::{TurnAccess, TurnSettings};

use super::secret::{self, Secret};
use super::section::{Invalid, section};

section! {
    /// Relays for calls (TURN), such as coturn. Without them, calls only work between devices that can reach each other.
    pub struct Turn {
        /// Where the relays are, such as ["turn:turn.example.org?transport=udp", "turns:turn.example.org?transport=tcp"].
        pub uris: Vec<String> = Vec::new(),

        /// The secret that the relays know, too (coturn: static-auth-secret). Each user then gets a name and a password that
        /// are good for a while.
        pub secret: Option<Secret> = None => "a long secret",

        /// A file that holds the secret instead.
        pub secret_file: Option<PathBuf> = None => "/run/secrets/aside-turn-secret",

        /// One name for everybody, for relays that have no secret.
        pub username: Option<String> = None => "aside",

        /// The password that belongs to it.
        pub password: Option<Secret> = None => "another long secret",

        /// A file that holds the password instead.
        pub password_file: Option<PathBuf> = None => "/run/secrets/aside-turn-password",

        /// How long a name and a password are good, in milliseconds. A call that lasts longer goes on.
        pub lifetime_ms: u64 = 24 * 3_600_000,
    }
}

const LIFETIME_MIN_MS: u64 = 60_000;
/// Whoever has left could call at the operator's cost for so long.
const LIFETIME_MAX_MS: u64 = 30 * 24 * 3_600_000;

impl Turn {
    pub fn read_secrets(&mut self) -> Result<(), Invalid> {
        secret::fill(&mut self.secret, &mut self.secret_file, ("secret", "secret_file"))?;
        secret::fill(&mut self.password, &mut self.password_file, ("password", "password_file"))
    }

    pub fn validate(&self) -> Result<(), Invalid> {
        let is_relay = |uri: &&String| {
            let known = ["turn:", "turns:", "stun:", "stuns:"];
            known.iter().any(|scheme| uri.len() > scheme.len() && uri.starts_with(scheme))
        };
        if let Some(uri) = self.uris.iter().find(|uri| !is_relay(uri)) {
            let reason =
                format!("holds \"{uri}\", which does not begin with \"turn:\", \"turns:\" or \"stun:\"");
            return Err(Invalid::new("uris", reason));
        }
        if !(LIFETIME_MIN_MS..=LIFETIME_MAX_MS).contains(&self.lifetime_ms) {
            let reason = format!("is not between {LIFETIME_MIN_MS} and {LIFETIME_MAX_MS}");
            return Err(Invalid::new("lifetime_ms", reason));
        }
        let has_account = self.username.is_some() && self.password.is_some();
        match (&self.username, &self.password) {
            (Some(_), None) => return Err(Invalid::new("username", "needs turn.password too")),
            (None, Some(_)) => return Err(Invalid::new("password", "needs turn.username too")),
            _ => {}
        }
        if has_account && self.secret.is_some() {
            return Err(Invalid::new("secret", "is set beside turn.username; set only one of them"));
        }
        if self.secret.as_ref().is_some_and(|secret| secret.reveal().is_empty()) {
            return Err(Invalid::new("secret", "is empty"));
        }
        match (self.uris.is_empty(), has_account || self.secret.is_some()) {
            (false, false) => {
                Err(Invalid::new("uris", "needs turn.secret, or turn.username and turn.password, too"))
            }
            (true, true) => {
                Err(Invalid::new("uris", "is empty, although there is a secret or a password for relays"))
            }
            _ => Ok(()),
        }
    }

    pub fn settings(&self) -> Option<TurnSettings> {
        let reveal = |secret: &Secret| secret.reveal().to_owned();
        let account = || {
            let (username, password) = (self.username.clone()?, self.password.as_ref().map(reveal)?);
            Some(TurnAccess::Account { username, password })
        };
        let access = self.secret.as_ref().map(reveal).map(TurnAccess::Secret).or_else(account)?;
        Some(TurnSettings { uris: self.uris.clone(), access, lifetime_ms: self.lifetime_ms })
    }
}
