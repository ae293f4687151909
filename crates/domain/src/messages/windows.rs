//! How long messages may be changed and taken back.

use crate::{Homeserver, MessageRules};

/// The rules of the server's profile, or those that stand above it in the settings. Times are in seconds; -1 is for ever, 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windows {
    pub(super) edit_window_s: i64,
    pub(super) edit_max_count: i64,
    pub(super) keep_edit_history: bool,
    pub(super) unsend_window_s: i64,
}

impl Windows {
    pub(super) fn of(hs: &Homeserver) -> Windows {
        let rules = &hs.settings.message_rules;
        if *rules == MessageRules::default() {
            let profile = hs.policy();
            return Windows {
                edit_window_s: profile.edit.window_s,
                edit_max_count: profile.edit.max_count,
                keep_edit_history: profile.edit.keep_history,
                unsend_window_s: profile.unsend.window_s,
            };
        }
        Windows {
            edit_window_s: rules.edit_window_s,
            edit_max_count: rules.edit_max_count,
            keep_edit_history: rules.keep_edit_history,
            unsend_window_s: rules.unsend_window_s,
        }
    }

    /// Whether an edit needs no look at what it edits.
    pub(super) fn edits_are_free(&self) -> bool {
        self.edit_window_s < 0 && self.edit_max_count < 0 && self.keep_edit_history
    }

    /// Whether a message of this age (ms) that was edited so often may be edited; the reason where not.
    pub(super) fn may_edit(&self, age_ms: i64, edits: usize) -> Result<(), String> {
        if self.edit_window_s == 0 || self.edit_max_count == 0 {
            return Err("Messages can't be edited here.".into());
        }
        if self.edit_window_s > 0 && age_ms > self.edit_window_s.saturating_mul(1000) {
            return Err(format!(
                "Messages can be edited for {} after they were sent.",
                describe(self.edit_window_s)
            ));
        }
        if self.edit_max_count > 0 && i64::try_from(edits).unwrap_or(i64::MAX) >= self.edit_max_count {
            return Err(format!("A message can be edited {} times.", self.edit_max_count));
        }
        Ok(())
    }

    /// Whether a message of this age (ms) may be taken back by who sent it; the reason where not.
    pub(super) fn may_unsend(&self, age_ms: i64) -> Result<(), String> {
        match self.unsend_window_s {
            0 => Err("Messages can't be taken back here.".into()),
            window_s if window_s > 0 && age_ms > window_s.saturating_mul(1000) => {
                Err(format!("Messages can be taken back for {} after they were sent.", describe(window_s)))
            }
            _ => Ok(()),
        }
    }
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
    fn the_table_of_windows_holds() {
        let windows = |edit_window_s, edit_max_count, unsend_window_s| Windows {
            edit_window_s,
            edit_max_count,
            keep_edit_history: true,
            unsend_window_s,
        };
        for (rules, age_s, edits, may_edit, may_unsend) in [
            (windows(-1, -1, -1), 1_000_000, 1_000, true, true),
            (windows(900, -1, 900), 900, 0, true, true),
            (windows(900, -1, 900), 901, 0, false, false),
            (windows(0, -1, 0), 0, 0, false, false),
            (windows(-1, 0, -1), 0, 0, false, true),
            (windows(-1, 5, -1), 10, 4, true, true),
            (windows(-1, 5, -1), 10, 5, false, true),
        ] {
            assert_eq!(rules.may_edit(age_s * 1000, edits).is_ok(), may_edit, "{rules:?} {age_s} {edits}");
            assert_eq!(rules.may_unsend(age_s * 1000).is_ok(), may_unsend, "{rules:?} {age_s}");
        }
    }

    #[test]
    fn times_are_told_as_people_tell_them() {
        let told = [60, 900, 3_600, 172_800, 90, 1].map(describe);
        assert_eq!(told, ["1 minute", "15 minutes", "1 hour", "2 days", "90 seconds", "1 second"]);
    }
}
