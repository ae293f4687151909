//! One sentence about what is wrong with the configuration: where, which key, which value, and why.

use std::fmt;
use std::io;

use figment::Figment;
use figment::error::Kind;

use super::section::Invalid;

/// Keys whose values are not repeated, not even to say that they are wrong.
const HIDDEN: [&str; 2] = ["database.url", "media.s3_secret_key"];

#[derive(Debug, PartialEq)]
pub struct Problem(String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    pub fn unreadable(origin: &str, error: &io::Error) -> Self {
        Self(format!("{origin} cannot be read: {error}."))
    }

    pub fn syntax(origin: &str, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        Self(format!("{origin}, line {line}: {}.", error.message().replace('\n', ", ")))
    }

    /// A source whose keys or types do not fit.
    pub fn misfit(origin: &str, source: &Figment, error: &figment::Error) -> Self {
        let path = error.path.join(".");
        let shown = shown(&path, source);
        Self(match &error.kind {
            Kind::UnknownField(name, known) => unknown_key(origin, error, name, known),
            Kind::UnknownVariant(_, known) => {
                format!("{origin}: {shown} is not one of {}.", known.join(", "))
            }
            Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
                format!("{origin}: {shown} is not {}.", plain(expected))
            }
            Kind::Message(reason) => format!("{origin}: {shown} is refused: {reason}."),
            other => format!("{origin}: {shown} is refused: {other}."),
        })
    }

    /// A value that has the right type and still cannot be used.
    pub fn invalid(section: &str, merged: &Figment, invalid: &Invalid) -> Self {
        let path = format!("{section}.{}", invalid.key);
        let origin = merged.find_metadata(&path).map_or("the defaults", |metadata| &metadata.name);
        Self(format!("{origin}: {} {}.", shown(&path, merged), invalid.reason))
    }
}

/// `server.listen = "8008"`, or only the key where the value is secret.
fn shown(path: &str, source: &Figment) -> String {
    let value = source.find_value(path).ok().and_then(|value| toml::Value::try_from(value).ok());
    match value {
        Some(value) if !HIDDEN.contains(&path) => format!("{path} = {value}"),
        _ => path.to_owned(),
    }
}

fn unknown_key(origin: &str, error: &figment::Error, name: &str, known: &[&str]) -> String {
    // Whether the path already ends with the unknown name depends on how deep the library was when it found
    // it.
    let section = error.path.first().filter(|first| first.as_str() != name);
    match section {
        Some(section) => format!(
            "{origin}: {section}.{name} is not a configuration key; [{section}] has {}.",
            known.join(", ")
        ),
        None => format!(
            "{origin}: [{name}] is not a section of the configuration; there are {}.",
            known.join(", ")
        ),
    }
}

/// Names of types in the words of whoever writes the file.
fn plain(expected: &str) -> &str {
    match expected {
        "u16" | "u32" | "u64" | "usize" => "a whole number",
        "path string" => "a path",
        other if other.starts_with("struct ") => "a section",
        other => other,
    }
}
