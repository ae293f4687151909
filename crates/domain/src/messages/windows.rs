//! How long messages may be changed and taken back: what the sender's profile says.

use std::sync::Arc;

use aside_model::policy::{Deed, Inputs, Profile, decide};

use crate::{Error, Homeserver, Result, media};

/// The profile that holds for whoever sent a message.
pub(super) async fn profile(hs: &Homeserver, sender: &str) -> Result<Arc<Profile>> {
    match media::owner(hs, sender).await? {
        Some(user) => hs.policy_for(user).await,
        None => Ok(hs.policy()),
    }
}

/// Whether a message of this age (ms) that was edited so often may be changed or taken back by who sent it.
///
/// # Errors
/// [`Error::Policy`].
pub(super) fn check(profile: &Profile, deed: Deed, age_ms: i64, edits: usize) -> Result<()> {
    let edits = i64::try_from(edits).unwrap_or(i64::MAX);
    let inputs = Inputs { deed, since_sent_s: age_ms / 1000, edits, ..Inputs::default() };
    let verdict = decide(profile, &inputs);
    if verdict.is_refused() { Err(Error::Policy(Box::new(verdict.for_sender()))) } else { Ok(()) }
}

/// Whether an edit needs no look at what it edits.
pub(super) fn edits_are_free(profile: &Profile) -> bool {
    profile.edit.window_s < 0 && profile.edit.max_count < 0 && profile.edit.keep_history
}

/// A time in the largest unit that is whole.
pub(crate) fn describe(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (size, name) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, "second"));
    let count = seconds / size;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_tell_them() {
        let told = [60, 900, 3_600, 172_800, 90, 1].map(describe);
        assert_eq!(told, ["1 minute", "15 minutes", "1 hour", "2 days", "90 seconds", "1 second"]);
    }
}
