use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::section::Invalid;

/// A text that never appears in a log, a message or a debug print.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Moves what `file` holds into `secret`; `keys` are the names of the two.
pub fn fill(
    secret: &mut Option<Secret>,
    file: &mut Option<PathBuf>,
    keys: (&'static str, &'static str),
) -> Result<(), Invalid> {
    let Some(path) = file.take() else { return Ok(()) };
    if secret.is_some() {
        return Err(Invalid::new(keys.1, format!("is set beside {}; set only one of them", keys.0)));
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Invalid::new(keys.1, format!("cannot be read ({error})")))?;
    *secret = Some(Secret(text.trim_end().to_owned()));
    Ok(())
}
