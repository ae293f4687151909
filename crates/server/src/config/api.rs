use std::path::PathBuf;

use ruma::OwnedUserId;

use super::secret::{self, Secret};
use super::section::{Invalid, section};

section! {
    /// Who may use those parts of Aside's own API (/_aside/v1) that are not for everybody.
    pub struct Api {
        /// The token with which the platform's own backend writes relations and facts about people. Several may be
        /// given, with spaces between them, so that one can be replaced without a gap. Whoever has one can read and
        /// change what the platform knows about everybody.
        pub service_token: Option<Secret> = None => "at least 32 letters and digits that nobody can guess",

        /// A file that holds the token instead, or several, each on a line of its own.
        pub service_token_file: Option<PathBuf> = None => "/run/secrets/aside-service-token",

        /// The users who look at reports and decide on them, such as ["@mia:example.org"]. Administrators may do so,
        /// too.
        pub moderators: Vec<OwnedUserId> = Vec::new(),

        /// The users who look at identity documents and decide on them, such as ["@tom:example.org"]. Nobody else may,
        /// not even administrators.
        pub identity_reviewers: Vec<OwnedUserId> = Vec::new(),
    }
}

/// Fewer characters could be guessed.
const TOKEN_CHARS_MIN: usize = 32;

impl Api {
    pub fn read_secrets(&mut self) -> Result<(), Invalid> {
        secret::fill(
            &mut self.service_token,
            &mut self.service_token_file,
            ("service_token", "service_token_file"),
        )
    }

    pub fn validate(&self) -> Result<(), Invalid> {
        if self.tokens().any(|token| token.chars().count() < TOKEN_CHARS_MIN) {
            let reason =
                format!("holds a token of less than {TOKEN_CHARS_MIN} characters, which could be guessed");
            return Err(Invalid::new("service_token", reason));
        }
        if self.service_token.is_some() && self.tokens().next().is_none() {
            return Err(Invalid::new("service_token", "is empty"));
        }
        Ok(())
    }

    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.service_token.iter().flat_map(|secret| secret.reveal().split_whitespace())
    }
}
