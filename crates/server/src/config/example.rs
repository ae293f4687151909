//! The example file is written from the sections themselves, so it cannot say what the program does not do.

use super::section::{Key, SectionText};

const HEAD: &str = "\
# The configuration of Aside. Every key is here with its default, so this file changes nothing as it stands;
# lines that begin with # and no space show keys that are unset by default.
#
# Each key can also be set by an environment variable, such as ASIDE_SERVER__LISTEN for listen in [server].
# Variables win over this file, and flags win over variables. Sizes are in bytes and times in milliseconds
# unless a key says otherwise.
";

pub fn file(sections: &[SectionText]) -> String {
    sections.iter().map(section).fold(HEAD.to_owned(), |text, section| text + "\n" + &section)
}

fn section(section: &SectionText) -> String {
    let keys: String = section.keys.iter().map(key).collect();
    format!("{}[{}]\n{keys}", comment(section.about), section.name)
}

fn key(key: &Key) -> String {
    let line = match (&key.default, &key.sample) {
        (Some(value), _) => format!("{} = {value}\n", key.name),
        (None, Some(sample)) => format!("#{} = {sample}\n", key.name),
        (None, None) => String::new(),
    };
    format!("\n{}{line}", comment(key.doc))
}

/// A doc comment keeps the space after its slashes, which is the one after the hash here.
fn comment(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("#{line}\n")).collect()
}
