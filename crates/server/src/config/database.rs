use std::path::PathBuf;

use super::secret::{self, Secret};
use super::section::{Invalid, section};

section! {
    /// Which database remembers accounts, rooms and messages.
    pub struct Database {
        /// A PostgreSQL database. Without it: the SQLite file aside.db in the data folder.
        pub url: Option<Secret> = None => "postgres://aside:password@localhost/aside",

        /// A file that holds the URL instead, so that its password stands in no configuration.
        pub url_file: Option<PathBuf> = None => "/run/secrets/aside-database-url",

        /// How many connections to PostgreSQL may be open at once.
        pub max_connections: usize = 16,
    }
}

impl Database {
    pub fn read_secrets(&mut self) -> Result<(), Invalid> {
        secret::fill(&mut self.url, &mut self.url_file, ("url", "url_file"))
    }

    pub fn validate(&self) -> Result<(), Invalid> {
        if self.max_connections == 0 {
            return Err(Invalid::new("max_connections", "leaves no connection at all"));
        }
        match &self.url {
            Some(url)
                if !["postgres://", "postgresql://"]
                    .iter()
                    .any(|scheme| url.reveal().starts_with(scheme)) =>
            {
                Err(Invalid::new("url", "does not begin with postgres://"))
            }
            _ => Ok(()),
        }
    }
}
