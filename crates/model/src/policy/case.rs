//! Test cases that stand in a profile's file: what is given, and the verdict that its author expects.

use serde::Deserialize;

use super::words::Folder;
use super::{Action, Inputs, Profile, Rule, decide};

/// One `[[case]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// What is known; whatever isn't said is as [`Inputs::default`] has it.
    #[serde(default)]
    pub given: Inputs,
    /// What should happen.
    pub then: Action,
    #[serde(default)]
    pub folder: Option<Folder>,
    /// Rules that must be among the reasons, in this order. The last one must be the one that decided.
    #[serde(default)]
    pub reasons: Vec<Rule>,
}

impl Case {
    /// Tries the case on a profile.
    ///
    /// # Errors
    /// One sentence that says what came out instead.
    pub fn check(&self, profile: &Profile) -> Result<(), String> {
        let verdict = decide(profile, &self.given);
        let rules: Vec<&str> = verdict.rules().map(Rule::as_str).collect();
        let got = || format!("got {} ({}) by {}", verdict.action, verdict.folder, rules.join(", "));
        if verdict.action != self.then {
            return Err(format!("expected {}, {}", self.then, got()));
        }
        if let Some(folder) = self.folder
            && folder != verdict.folder
        {
            return Err(format!("expected the folder {folder}, {}", got()));
        }
        let mut rest = verdict.rules();
        for rule in &self.reasons {
            if !rest.any(|other| other == *rule) {
                return Err(format!("expected the reason {rule}, {}", got()));
            }
        }
        let deciding = matches!(self.then, Action::Refuse | Action::DropSilently);
        if deciding && !self.reasons.is_empty() && rest.next().is_some() {
            return Err(format!("expected {} to decide, {}", self.reasons[self.reasons.len() - 1], got()));
        }
        Ok(())
    }
}
