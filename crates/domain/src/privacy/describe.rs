//! What somebody can choose, has chosen, and what holds.

use aside_model::policy::{Choice, Profile};

use super::settings::{OFF, ON};
use super::{Audience, PrivacySettings, Setting, rules, settings};
use crate::accounts::Session;
use crate::{Homeserver, Result};

/// How often people are asked to look through their settings.
const REVIEW_EVERY_MS: i64 = 180 * 24 * 60 * 60 * 1000;

/// One setting of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    pub setting: Setting,
    /// What they chose.
    pub chosen: Option<&'static str>,
    /// What holds; `None` where that is more than a word of the choices, as the policy has a list.
    pub effective: Option<&'static str>,
    /// What they can choose; nothing where the policy leaves no choice.
    pub choices: Vec<&'static str>,
    /// Whether whoever hides theirs doesn't see others'.
    pub reciprocal: bool,
}

/// All settings of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub settings: Vec<Described>,
    /// When they last looked through them, in milliseconds since 1970.
    pub reviewed_ms: Option<i64>,
    /// Whether it is time to look again.
    pub review_due: bool,
}

/// The settings of the session's user.
pub async fn overview(hs: &Homeserver, session: &Session) -> Result<Overview> {
    let (settings, rules) = (settings(hs, session.user).await?, rules(hs, session.user).await?);
    let due_ms = settings.reviewed_ms.map(|reviewed_ms| reviewed_ms.saturating_add(REVIEW_EVERY_MS));
    Ok(Overview {
        settings: Setting::ALL.iter().map(|setting| describe(*setting, &settings, &rules)).collect(),
        reviewed_ms: settings.reviewed_ms,
        review_due: due_ms.is_none_or(|due_ms| due_ms <= hs.clock.now_ms()),
    })
}

fn describe(setting: Setting, settings: &PrivacySettings, rules: &Profile) -> Described {
    let choices = setting.words(rules);
    let chosen = settings.word(setting);
    // What was chosen under another policy may not be there any more.
    let holds = chosen.filter(|chosen| choices.contains(chosen));
    Described {
        setting,
        chosen,
        effective: holds.or_else(|| default(setting, rules)),
        choices,
        reciprocal: match setting {
            Setting::ReadReceipts => rules.receipts.reciprocal,
            Setting::Typing => rules.typing.reciprocal,
            Setting::ActiveStatus | Setting::AppearOffline => rules.presence.reciprocal,
            _ => false,
        },
    }
}

/// What holds for those who have not chosen.
fn default(setting: Setting, rules: &Profile) -> Option<&'static str> {
    let switch = |on: bool| Some(if on { ON } else { OFF });
    match setting {
        Setting::WhoMayMessage => rules.start.default_setting.map(Choice::as_str),
        Setting::WhoMayCall | Setting::WhoMayAddToGroups => None,
        Setting::DirectMessages => switch(!rules.start.opt_in),
        Setting::ReadReceipts => switch(rules.receipts.default),
        Setting::Typing => switch(rules.typing.default),
        Setting::ActiveStatus if rules.presence.default => Some(Audience::Everyone.as_str()),
        Setting::ActiveStatus => Some(Audience::NoOne.as_str()),
        Setting::AppearOffline => Some(OFF),
        Setting::ProfileDetails | Setting::Findable => Some(Audience::Everyone.as_str()),
    }
}
