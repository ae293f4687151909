use std::path::PathBuf;

use super::section::{Invalid, section};

section! {
    /// Encryption of what people write on the server's own disks, with a key that is kept elsewhere. Without a key, nothing
    /// is sealed; once something is, the server doesn't start without its key, so keep it as safe as the data.
    pub struct Seal {
        /// A file with a line for each key: an id and 32 random bytes in Base64, such as "2026-11 3q2+7w…=". The first key
        /// seals; further ones open what was sealed before, and can go when the log says so.
        pub key_file: Option<PathBuf> = None => "/run/secrets/aside-seal-key",

        /// A command of the shell that prints the same, such as a call of a key store.
        pub key_command: Option<String> = None => "vault kv get -field=key secret/aside",
    }
}

impl Seal {
    pub fn validate(&self) -> Result<(), Invalid> {
        match (&self.key_file, &self.key_command) {
            (Some(_), Some(_)) => {
                Err(Invalid::new("key_command", "is set beside key_file; set only one of them"))
            }
            _ => Ok(()),
        }
    }

    pub fn is_on(&self) -> bool {
        self.key_file.is_some() || self.key_command.is_some()
    }
}
