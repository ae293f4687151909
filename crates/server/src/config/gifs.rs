use std::path::PathBuf;

use aside_domain::gifs::GifSettings;

use super::secret::{self, Secret};
use super::section::{Invalid, section};

section! {
    /// Moving pictures to choose from, beside those that come with the web app.
    pub struct Gifs {
        /// A provider that answers like GIPHY's API. The server asks in place of its people, so the provider sees what somebody
        /// here looks for, but not who. Without it: none.
        pub url: Option<String> = None => "https://api.giphy.com",

        /// The key that the provider has given you.
        pub key: Option<Secret> = None => "a long secret",

        /// A file that holds the key instead.
        pub key_file: Option<PathBuf> = None => "/run/secrets/aside-gifs-key",

        /// What is shown at most: "g" (for everybody), "pg", "pg-13" or "r".
        pub rating: String = "pg".to_owned(),
    }
}

const RATINGS: [&str; 4] = ["g", "pg", "pg-13", "r"];

impl Gifs {
    pub fn read_secrets(&mut self) -> Result<(), Invalid> {
        secret::fill(&mut self.key, &mut self.key_file, ("key", "key_file"))
    }

    pub fn validate(&self) -> Result<(), Invalid> {
        if !RATINGS.contains(&self.rating.as_str()) {
            return Err(Invalid::new("rating", format!("is none of {}", RATINGS.join(", "))));
        }
        match (&self.url, &self.key) {
            (Some(_), None) => Err(Invalid::new("url", "needs gifs.key too")),
            (None, Some(_)) => Err(Invalid::new("key", "needs gifs.url too")),
            (Some(_), Some(_)) if self.settings().is_none() => {
                Err(Invalid::new("url", "is not an address that begins with \"http://\" or \"https://\""))
            }
            _ => Ok(()),
        }
    }

    pub fn settings(&self) -> Option<GifSettings> {
        let url = self.url.as_ref()?.parse().ok().filter(GifSettings::is_address)?;
        Some(GifSettings { url, key: self.key.as_ref()?.reveal().to_owned(), rating: self.rating.clone() })
    }
}
