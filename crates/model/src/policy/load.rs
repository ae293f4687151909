//! Reading a profile from TOML. Whatever is unknown or can't be is refused with file, line and key.

use std::fmt;

use super::case::Case;
use super::profile::{File, Profile};

/// What is wrong with a profile's file, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// From 1; 0 where no line is to blame.
    pub line: usize,
    /// Such as `stranger.folder`; empty where the file is no TOML.
    pub key: String,
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, ", {}", self.key)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Problem {}

/// A profile with the cases that its file promises.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub profile: Profile,
    pub cases: Vec<Case>,
}

/// Reads a profile; `file` is its name for what is said of it.
///
/// # Errors
/// [`Problem`] where a key is unknown, a value can't be, or the text is no TOML.
pub fn load(file: &str, text: &str) -> Result<Loaded, Problem> {
    let problem = |line, key: String, reason: String| Problem { file: file.to_owned(), line, key, reason };
    let reader = toml::de::Deserializer::parse(text)
        .map_err(|error| problem(line_at(text, error.span()), String::new(), one_line(error.message())))?;
    let mut read: File = serde_path_to_error::deserialize(reader).map_err(|error| {
        let key = error.path().to_string();
        let key = if key == "." { String::new() } else { key };
        let inner = error.into_inner();
        problem(line_at(text, inner.span()), key, one_line(inner.message()))
    })?;
    let cases = std::mem::take(&mut read.case);
    let profile = read.into_profile();
    check(&profile).map_err(|(key, reason)| problem(line_of(text, key), key.to_owned(), reason))?;
    Ok(Loaded { profile, cases })
}

/// What the types can't say.
fn check(profile: &Profile) -> Result<(), (&'static str, String)> {
    if profile.profile.id.is_empty() {
        return Err(("profile.id", "the profile needs a name".into()));
    }
    let start = &profile.start;
    if start.who.is_empty() {
        return Err(("start.who", "is empty; where nobody may begin, write [\"nobody\"]".into()));
    }
    if let Some(choice) = start.default_setting
        && !start.user_setting.contains(&choice)
    {
        return Err(("start.default_setting", format!("{choice} is not among start.user_setting")));
    }
    if profile.stranger.receipts_before_accept {
        let reason = "true is not supported: nobody is seen in a conversation before they have come in";
        return Err(("stranger.receipts_before_accept", reason.into()));
    }
    if profile.age.teen_max > 0 && profile.age.teen_max < profile.age.min {
        return Err(("age.teen_max", "is less than age.min, so nobody would be a teenager".into()));
    }
    for (key, value) in limits(profile) {
        if value < -1 {
            return Err((key, format!("{value} is less than -1, which means unlimited")));
        }
    }
    for (key, value) in spans(profile) {
        if value < 0 {
            return Err((key, format!("{value} seconds are less than none")));
        }
    }
    Ok(())
}

fn limits(profile: &Profile) -> [(&'static str, i64); 15] {
    let Profile { stranger, decline, group, text, edit, unsend, limits, report, media, .. } = profile;
    [
        ("stranger.max_messages", stranger.max_messages),
        ("stranger.daily_new_threads", stranger.daily_new_threads),
        ("stranger.daily_new_threads_trusted", stranger.daily_new_threads_trusted),
        ("stranger.unanswered_cap", stranger.unanswered_cap),
        ("stranger.blocks_stop", stranger.blocks_stop),
        ("decline.retry_after_s", decline.retry_after_s),
        ("group.max_members", group.max_members),
        ("text.max", text.max),
        ("edit.window_s", edit.window_s),
        ("edit.max_count", edit.max_count),
        ("unsend.window_s", unsend.window_s),
        ("limits.messages_per_day", limits.messages_per_day),
        ("limits.same_text_recipients", limits.same_text_recipients),
        ("report.spam_after", report.spam_after),
        ("media.items_per_message", media.items_per_message),
    ]
}

fn spans(profile: &Profile) -> [(&'static str, i64); 7] {
    let Profile { start, stranger, limits, report, .. } = profile;
    [
        ("start.first_message_deadline_s", start.first_message_deadline_s),
        ("start.reply_deadline_s", start.reply_deadline_s),
        ("stranger.trusted_after", stranger.trusted_after),
        ("stranger.expire_s", stranger.expire_s),
        ("limits.same_text_window_s", limits.same_text_window_s),
        ("limits.same_text_pause_s", limits.same_text_pause_s),
        ("report.spam_window_s", report.spam_window_s),
    ]
}

fn one_line(message: &str) -> String {
    message.trim().replace('\n', ", ")
}

fn line_at(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// The line that sets a key such as `start.who`, or that of its section; 0 where the file has neither.
fn line_of(text: &str, key: &str) -> usize {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let (mut inside, mut found) = (section.is_empty(), 0);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if let Some(header) = line.strip_prefix('[') {
            inside = header.split(']').next().is_some_and(|header| header.trim() == section);
            if inside && found == 0 {
                found = number + 1;
            }
        } else if inside && line.split('=').next().is_some_and(|before| before.trim() == name) {
            return number + 1;
        }
    }
    found
}
