//! A policy profile: its sections together, the twin for teenagers, and what others ask it.

use serde::{Deserialize, Serialize};

use super::keys::Key;
use super::sections::*;
use super::words::{E2ee, Kind, Scope, UnknownAge};

/// Age, and what other rules hold for teenagers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Age {
    /// The least age, in years, of those who write and of those who are written to. 0 is none.
    pub min: u8,
    /// What holds for people whose age isn't known.
    pub unknown: UnknownAge,
    /// The age, in years, up to which somebody is a teenager. 0: nobody is.
    pub teen_max: u8,
    /// The keys that differ where the recipient is a teenager: a profile within the profile, such as `[age.teen.start]`.
    #[serde(skip_serializing)]
    pub teen: Teen,
}

impl Default for Age {
    fn default() -> Self {
        Age { min: 0, unknown: UnknownAge::Allow, teen_max: 0, teen: Teen::default() }
    }
}

impl Age {
    const KEYS: &'static [Key] = &[
        Key {
            section: "age",
            name: "min",
            doc: &[
                " The least age, in years, of those who write and of those who are written to. 0 is none.",
            ],
        },
        Key { section: "age", name: "unknown", doc: &[" What holds for people whose age isn't known."] },
        Key {
            section: "age",
            name: "teen_max",
            doc: &[" The age, in years, up to which somebody is a teenager. 0: nobody is."],
        },
    ];
}

macro_rules! profile {
    ($($(#[doc = $doc:literal])* $field:ident: $section:ident, $partial:ident;)*) => {
        /// A platform's rules.
        #[derive(Debug, Clone, PartialEq, Default, Serialize)]
        pub struct Profile {
            pub profile: About,
            $(pub $field: $section,)*
            pub age: Age,
            /// The rules for teenage recipients, where there are others.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub teen: Option<Box<Profile>>,
        }

        /// The keys that differ for teenagers.
        #[derive(Debug, Clone, PartialEq, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Teen { $(pub $field: Option<$partial>,)* }

        /// A file with a profile.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct File {
            pub profile: About,
            $(pub $field: $section,)*
            pub age: Age,
            pub case: Vec<super::case::Case>,
        }

        impl File {
            pub(super) fn into_profile(self) -> Profile {
                let File { profile, $($field,)* age, case: _ } = self;
                let mut profile = Profile { profile, $($field,)* age, teen: None };
                if profile.age.teen != Teen::default() {
                    profile.teen = Some(Box::new(profile.for_teens()));
                }
                profile
            }
        }

        impl Profile {
            fn for_teens(&self) -> Profile {
                let teen = &self.age.teen;
                let mut rules = self.clone();
                $(if let Some(over) = &teen.$field { rules.$field = self.$field.with(over); })*
                rules
            }

            /// Every key that a profile has, with its meaning.
            pub fn keys() -> Vec<Key> {
                let sections = [About::KEYS, $($section::KEYS,)* Age::KEYS];
                sections.concat()
            }
        }
    };
}

profile! {
    start: Start, StartOverride;
    stranger: Stranger, StrangerOverride;
    decline: Decline, DeclineOverride;
    group: Group, GroupOverride;
    text: Text, TextOverride;
    edit: Edit, EditOverride;
    unsend: Unsend, UnsendOverride;
    ephemeral: Ephemeral, EphemeralOverride;
    receipts: Receipts, ReceiptsOverride;
    presence: Presence, PresenceOverride;
    typing: Typing, TypingOverride;
    e2ee: Encryption, EncryptionOverride;
    business: Business, BusinessOverride;
    media: Media, MediaOverride;
    content: Content, ContentOverride;
    limits: Limits, LimitsOverride;
    report: Report, ReportOverride;
    trust: Trust, TrustOverride;
}

/// Whether a limit lets one more through, after so many.
pub fn allows_one_more(limit: i64, before: i64) -> bool {
    limit < 0 || before < limit
}

impl Profile {
    /// The largest file of a kind, in bytes; `None` where it is not limited.
    pub fn max_bytes(&self, kind: Kind) -> Option<i64> {
        let limit = match kind {
            Kind::Image | Kind::Gif | Kind::Sticker => self.media.image_bytes,
            Kind::Video => self.media.video_bytes,
            Kind::Voice => self.media.audio_bytes,
            Kind::File => self.media.file_bytes,
            _ => -1,
        };
        (limit >= 0).then_some(limit)
    }

    /// The rules for a recipient of this age, and whether they are those for teenagers.
    pub fn for_age(&self, age: Option<u8>) -> (&Profile, bool) {
        let is_teen = match age {
            Some(age) => age <= self.age.teen_max,
            None => self.age.unknown == UnknownAge::Teen,
        };
        match &self.teen {
            Some(teen) if is_teen => (teen, true),
            _ => (self, false),
        }
    }

    /// Whether and how a new conversation is encrypted.
    pub fn encryption(&self, scope: Scope) -> E2ee {
        if self.e2ee.scope.contains(&scope) { self.e2ee.default } else { E2ee::OptIn }
    }
}
