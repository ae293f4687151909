//! Where values come from: a file, an environment variable or a flag, each checked alone so that a mistake is
//! reported where it was made.

use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::section::{Key, SectionText};

/// The values of one source, with the name by which its owner knows it.
#[derive(Debug)]
pub struct Layer {
    origin: String,
    values: Dict,
    /// Variables and flags are texts, so "8008" may stand for a number there, but not in the file.
    is_text: bool,
}

impl Layer {
    pub fn defaults(sections: &[SectionText]) -> Self {
        let keys = |section: &SectionText| -> Dict {
            let given =
                |key: &Key| Some((key.name.to_owned(), Value::serialize(key.default.as_ref()?).ok()?));
            section.keys.iter().filter_map(given).collect()
        };
        let values = sections.iter().map(|section| (section.name.to_owned(), keys(section).into())).collect();
        Self { origin: "the default".to_owned(), values, is_text: false }
    }

    pub fn file(path: &Path) -> Result<Self, Problem> {
        let origin = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Problem::unreadable(&origin, &error))?;
        Self::toml(origin, &text)
    }

    pub fn toml(origin: String, text: &str) -> Result<Self, Problem> {
        let values = toml::from_str::<Dict>(text).map_err(|error| Problem::syntax(&origin, text, &error))?;
        Ok(Self { origin, values, is_text: false })
    }

    /// One value under a dotted path, such as `server.listen`.
    pub fn one(origin: impl Into<String>, path: &str, value: impl Into<Value>) -> Self {
        let nested =
            path.rsplit('.').fold(value.into(), |value, part| Dict::from([(part.to_owned(), value)]).into());
        Self { origin: origin.into(), values: nested.into_dict().unwrap_or_default(), is_text: true }
    }

    /// Whether every key of this source is known and has the right type.
    pub fn check<T: DeserializeOwned>(&self) -> Result<(), Problem> {
        let alone = Figment::from(self);
        let fits = if self.is_text { alone.extract_lossy::<T>() } else { alone.extract::<T>() };
        fits.map(drop).map_err(|error| Problem::misfit(&self.origin, &alone, &error))
    }

    /// The layers of those variables that are meant for the configuration.
    pub fn environment(
        variables: impl IntoIterator<Item = (String, String)>,
        sections: &[&str],
    ) -> Vec<Self> {
        variables
            .into_iter()
            .filter_map(|(name, value)| {
                let key = name.strip_prefix("ASIDE_")?.to_ascii_lowercase();
                is_meant(&key, sections)
                    .then(|| Self::one(name, &key.replace("__", "."), list_or_text(value)))
            })
            .collect()
    }
}

/// `[a, b]` is a list, as in the file; all else stays a text until its key's type is known.
fn list_or_text(value: String) -> Value {
    let list = value.starts_with('[').then(|| value.parse::<Value>().ok()).flatten();
    list.unwrap_or_else(|| value.into())
}

/// `ASIDE_SERVER_NAME` has one underscore too few. It is taken for a key, and so refused, rather than
/// ignored.
fn is_meant(key: &str, sections: &[&str]) -> bool {
    let begins_with = |section: &str| {
        key.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    key.contains("__") || sections.iter().any(|section| begins_with(section))
}

impl Provider for &Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}
