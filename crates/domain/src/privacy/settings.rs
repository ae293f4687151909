//! What can be chosen, and what somebody chose.

use aside_model::policy::{Choice, Profile};

macro_rules! settings {
    ($($(#[doc = $doc:literal])* $setting:ident = $name:literal,)*) => {
        /// Something that people decide for themselves.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Setting {
            $($(#[doc = $doc])* $setting,)*
        }

        impl Setting {
            pub const ALL: &'static [Setting] = &[$(Setting::$setting),*];

            /// Its name in the API and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Setting::$setting => $name),* }
            }
        }
    };
}

settings! {
    /// Who may write to them.
    WhoMayMessage = "who_may_message",
    /// Who may call them.
    WhoMayCall = "who_may_call",
    /// Who may add them to groups.
    WhoMayAddToGroups = "who_may_add_to_groups",
    /// Whether they use direct messages at all.
    DirectMessages = "direct_messages",
    /// Whether others see how far they have read.
    ReadReceipts = "read_receipts",
    /// Whether others see them typing.
    Typing = "typing",
    /// Who sees whether they are there.
    ActiveStatus = "active_status",
    /// Whether they seem to be away, whoever looks.
    AppearOffline = "appear_offline",
    /// Who sees more of their profile than name and picture.
    ProfileDetails = "profile_details",
    /// Who finds them by searching for their name.
    Findable = "findable",
}

impl Setting {
    pub fn parse(name: &str) -> Option<Setting> {
        Setting::ALL.iter().copied().find(|setting| setting.as_str() == name)
    }

    /// The words that may be chosen under a policy; none where it leaves no choice.
    pub(super) fn words(self, rules: &Profile) -> Vec<&'static str> {
        let switch = |is_theirs: bool| if is_theirs { vec![ON, OFF] } else { Vec::new() };
        let audience = || Audience::ALL.map(Audience::as_str).to_vec();
        match self {
            Setting::WhoMayMessage => rules.start.user_setting.iter().map(|choice| choice.as_str()).collect(),
            Setting::WhoMayCall | Setting::WhoMayAddToGroups => CALLERS.map(Choice::as_str).to_vec(),
            Setting::DirectMessages => switch(true),
            Setting::ReadReceipts => switch(rules.receipts.user_switch),
            Setting::Typing => switch(rules.typing.user_switch),
            Setting::AppearOffline => switch(rules.presence.user_switch),
            Setting::ActiveStatus if rules.presence.user_switch => audience(),
            Setting::ActiveStatus => Vec::new(),
            Setting::ProfileDetails | Setting::Findable => audience(),
        }
    }
}

pub(super) const ON: &str = "on";
pub(super) const OFF: &str = "off";

/// Who may be let call and add: choices that say nothing of folders.
const CALLERS: [Choice; 6] = [
    Choice::Everyone,
    Choice::PeopleYouFollow,
    Choice::MutualFriends,
    Choice::Friends,
    Choice::Contacts,
    Choice::NoOne,
];

/// To whom somebody shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everyone,
    /// Those whom they follow, or have among their contacts or connections.
    Contacts,
    NoOne,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Everyone, Audience::Contacts, Audience::NoOne];

    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::Contacts => "contacts",
            Audience::NoOne => "no_one",
        }
    }

    fn parse(word: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.as_str() == word)
    }
}

/// What somebody has chosen; `None` where they haven't, and the policy's default holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrivacySettings {
    pub who_may_message: Option<Choice>,
    pub who_may_call: Option<Choice>,
    pub who_may_add_to_groups: Option<Choice>,
    pub direct_messages: Option<bool>,
    pub read_receipts: Option<bool>,
    pub typing: Option<bool>,
    pub active_status: Option<Audience>,
    pub appear_offline: Option<bool>,
    pub profile_details: Option<Audience>,
    pub findable: Option<Audience>,
    /// When they last looked through all of this, in milliseconds since 1970.
    pub reviewed_ms: Option<i64>,
}

/// The row beside the settings that says when they were looked through.
pub(super) const REVIEWED: &str = "reviewed_ts";

impl PrivacySettings {
    /// Whether they have switched their direct messages off.
    pub fn dms_off(&self) -> bool {
        self.direct_messages == Some(false)
    }

    /// Whether they have switched their direct messages on, where the policy asks for that.
    pub fn opted_in(&self) -> bool {
        self.direct_messages == Some(true)
    }

    /// What can't be read, because a later version wrote it, counts as not chosen.
    pub(super) fn of_stored(rows: &[(String, String)]) -> PrivacySettings {
        let mut chosen = PrivacySettings::default();
        for (name, word) in rows {
            if name == REVIEWED {
                chosen.reviewed_ms = word.parse().ok();
            }
            let choice = || Choice::ALL.iter().copied().find(|choice| choice.as_str() == word);
            let switch =
                || [(ON, true), (OFF, false)].into_iter().find(|(known, _)| known == word).map(|(_, on)| on);
            match Setting::parse(name) {
                Some(Setting::WhoMayMessage) => chosen.who_may_message = choice(),
                Some(Setting::WhoMayCall) => chosen.who_may_call = choice(),
                Some(Setting::WhoMayAddToGroups) => chosen.who_may_add_to_groups = choice(),
                Some(Setting::DirectMessages) => chosen.direct_messages = switch(),
                Some(Setting::ReadReceipts) => chosen.read_receipts = switch(),
                Some(Setting::Typing) => chosen.typing = switch(),
                Some(Setting::ActiveStatus) => chosen.active_status = Audience::parse(word),
                Some(Setting::AppearOffline) => chosen.appear_offline = switch(),
                Some(Setting::ProfileDetails) => chosen.profile_details = Audience::parse(word),
                Some(Setting::Findable) => chosen.findable = Audience::parse(word),
                None => {}
            }
        }
        chosen
    }

    /// What was chosen for a setting, as its word.
    pub(super) fn word(&self, setting: Setting) -> Option<&'static str> {
        let switch = |on: Option<bool>| on.map(|on| if on { ON } else { OFF });
        match setting {
            Setting::WhoMayMessage => self.who_may_message.map(Choice::as_str),
            Setting::WhoMayCall => self.who_may_call.map(Choice::as_str),
            Setting::WhoMayAddToGroups => self.who_may_add_to_groups.map(Choice::as_str),
            Setting::DirectMessages => switch(self.direct_messages),
            Setting::ReadReceipts => switch(self.read_receipts),
            Setting::Typing => switch(self.typing),
            Setting::ActiveStatus => self.active_status.map(Audience::as_str),
            Setting::AppearOffline => switch(self.appear_offline),
            Setting::ProfileDetails => self.profile_details.map(Audience::as_str),
            Setting::Findable => self.findable.map(Audience::as_str),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_may_be_chosen_is_read_back() {
        let rules = Profile::default();
        for setting in Setting::ALL {
            assert_eq!(Setting::parse(setting.as_str()), Some(*setting));
            let words = setting.words(&rules);
            assert!(!words.is_empty(), "{setting:?} leaves no choice");
            for word in words {
                let rows = [(setting.as_str().to_owned(), word.to_owned())];
                assert_eq!(PrivacySettings::of_stored(&rows).word(*setting), Some(word), "{setting:?}");
            }
        }
    }

    #[test]
    fn unknown_words_count_as_not_chosen() {
        let row = |name: &str, word: &str| (name.to_owned(), word.to_owned());
        let rows =
            [row("typing", "sometimes"), row("active_status", ""), row("later", "on"), row(REVIEWED, "x")];
        assert_eq!(PrivacySettings::of_stored(&rows), PrivacySettings::default());
    }
}
