//! One sentence about what is wrong with the configuration: where, which key, which value, and why.

use std::fmt;
use std::io;

use figment::Figment;
use figment::error::Kind;

/// Keys whose values are not repeated, not even to say that they are wrong.
const HIDDEN: [&str; 6] = [
    "api.service_token",
    "database.url",
    "media.s3_secret_key",
    "seal.key_command",
    "turn.password",
    "turn.secret",
];

const ADDRESS: &str = "an IP address with a port, such as 127.0.0.1:8008";

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
            Kind::Message(reason) if reason == "invalid socket address syntax" => {
                format!("{origin}: {shown} is not {ADDRESS}.")
            }
            Kind::Message(reason) => format!("{origin}: {shown} is refused: {reason}."),
            other => format!("{origin}: {shown} is refused: {other}."),
        })
    }

    /// A value that has the right type and still cannot be used; `reason` goes on where key and value stand.
    pub fn invalid(path: &str, merged: &Figment, reason: &str) -> Self {
        let origin = merged.find_metadata(path).map_or("the default", |metadata| &metadata.name);
        Self(format!("{origin}: {} {reason}.", shown(path, merged)))
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
    let known = known.join(", ");
    // The path may end with the unknown name itself, so only a first part that differs is a section.
    match error.path.first().filter(|first| first.as_str() != name) {
        Some(section) => {
            format!("{origin}: {section}.{name} is not a configuration key; [{section}] has {known}.")
        }
        // Only the name of a variable can run a section and a key together.
        None if name.contains('_') => {
            format!(
                "{origin}: {name} is not a configuration key; a section and a key are joined by two underscores."
            )
        }
        None => format!("{origin}: [{name}] is not a section of the configuration; there are {known}."),
    }
}

/// Names of types in the words of whoever writes the file.
fn plain(expected: &str) -> &str {
    match expected {
        "u16" | "u32" | "u64" | "usize" => "a whole number",
        "path string" => "a path",
        "socket address" => ADDRESS,
        other if other.starts_with("struct ") => "a section",
        other => other,
    }
}
