//! The keys that the database and the files are sealed with, from where the operator keeps them.

use std::process::{Command, Stdio};

use aside_domain::Random;
use aside_store::seal::Keyring;

use crate::config::{Config, Sources};

/// The key of the configuration that a sentence about the keys is to name.
pub fn source(config: &Config) -> &'static str {
    if config.seal.key_command.is_some() { "seal.key_command" } else { "seal.key_file" }
}

/// Reads the keys, where sealing is switched on.
pub fn keyring(config: &Config, sources: &Sources) -> Result<Option<Keyring>, String> {
    let problem = |reason: &str| sources.problem(source(config), reason).to_string();
    let text = match (&config.seal.key_file, &config.seal.key_command) {
        (None, None) => return Ok(None),
        (Some(file), _) => {
            std::fs::read_to_string(file).map_err(|error| problem(&format!("cannot be read ({error})")))?
        }
        (None, Some(command)) => printed_by(command).map_err(|reason| problem(&reason))?,
    };
    let random = Random::from_system();
    let fill = Box::new(move |bytes: &mut [u8]| random.fill(bytes));
    Keyring::parse(&text, fill).map(Some).map_err(|reason| problem(&reason))
}

/// What a command prints; what it says to standard error is for the operator to see.
fn printed_by(command: &str) -> Result<String, String> {
    let run =
        Command::new("/bin/sh").args(["-c", command]).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = run.map_err(|error| format!("cannot be run ({error})"))?;
    if !output.status.success() {
        return Err(format!("failed ({})", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "printed something that is not text".to_owned())
}
