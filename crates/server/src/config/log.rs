use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::section::{Invalid, section};

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Text,
    Json,
}

section! {
    /// What is written to standard error while the server runs.
    pub struct Log {
        /// Which lines are written: error, warn, info, debug or trace, also by module, as in
        /// "info,aside_domain=debug". (ruma_state_res would say twice of every event that it is allowed.)
        pub filter: String = "info,ruma_state_res=warn".to_owned(),

        /// "text" for people, "json" for machines.
        pub format: Format = Format::Text,
    }
}

impl Log {
    pub fn validate(&self) -> Result<(), Invalid> {
        match EnvFilter::try_new(&self.filter) {
            Ok(_) => Ok(()),
            Err(error) => Err(Invalid::new("filter", format!("is not a log filter ({error})"))),
        }
    }
}
