//! The words of a profile: what may stand on the right of its keys.

use serde::{Deserialize, Serialize};

/// Declares a word list: the enum, its text as profiles and answers spell it, and all of its words.
macro_rules! words {
    ($(#[doc = $about:literal])* pub enum $name:ident { $($(#[doc = $doc:literal])* $word:ident = $text:literal,)* }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[doc = $doc])* #[serde(rename = $text)] $word,)*
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$word),*];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$word => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(super) use words;

words! {
    /// Something that may hold between the one who writes and the one who is written to.
    pub enum Condition {
        /// Always.
        Anyone = "anyone",
        /// The sender has a badge of verification.
        Verified = "verified",
        /// The recipient follows the sender.
        FollowedByRecipient = "followed_by_recipient",
        /// The sender follows the recipient.
        FollowsRecipient = "follows_recipient",
        /// Each follows the other.
        MutualFollow = "mutual_follow",
        /// The recipient has the sender among their friends or contacts.
        Contact = "contact",
        /// A connection of a professional network, which both have agreed to.
        Connection = "connection",
        /// Both are members of one group or community.
        SameGroup = "same_group",
        /// Both belong to one organisation.
        SameOrg = "same_org",
        /// The recipient has liked the page that writes.
        LikedPage = "liked_page",
        /// The sender has liked the page or person that is written to.
        SenderLikedPage = "sender_liked_page",
        /// Both have said yes to each other.
        Matched = "matched",
        /// It is about a listing, an offer or an order of one of them.
        ListingOrOrder = "listing_or_order",
        /// The platform suggests them to each other.
        Suggested = "suggested",
        /// The recipient's profile is open to messages of everybody.
        OpenProfile = "open_profile",
        /// The recipient has written to the sender before, or has accepted them.
        RecipientWroteFirst = "recipient_wrote_first",
        /// The sender has paid for this message.
        PaidCredit = "paid_credit",
        /// Never.
        Nobody = "nobody",
    }
}

impl Condition {
    /// What a refusal says is needed.
    pub fn wish(self) -> &'static str {
        match self {
            Condition::Anyone => "anyone",
            Condition::Verified => "verified accounts",
            Condition::FollowedByRecipient => "people they follow",
            Condition::FollowsRecipient => "their followers",
            Condition::MutualFollow => "people who follow each other with them",
            Condition::Contact => "their contacts",
            Condition::Connection => "their connections",
            Condition::SameGroup => "members of a group they are in",
            Condition::SameOrg => "people of their organisation",
            Condition::LikedPage => "pages they have liked",
            Condition::SenderLikedPage => "people who have liked their page",
            Condition::Matched => "people they have matched with",
            Condition::ListingOrOrder => "people who write about a listing or an order",
            Condition::Suggested => "people who are suggested to them",
            Condition::OpenProfile => "anyone, where their profile is open",
            Condition::RecipientWroteFirst => "people they have written to first",
            Condition::PaidCredit => "people who use a paid credit",
            Condition::Nobody => "nobody",
        }
    }
}

/// The conditions that hold, as a small set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Condition>", into = "Vec<Condition>")]
pub struct Conditions(u32);

impl Conditions {
    pub const NONE: Conditions = Conditions(0);

    #[must_use]
    pub fn with(self, condition: Condition) -> Self {
        Conditions(self.0 | 1 << condition as u32)
    }

    #[must_use]
    pub fn without(self, condition: Condition) -> Self {
        Conditions(self.0 & !(1 << condition as u32))
    }

    /// Adds a condition where it holds.
    #[must_use]
    pub fn when(self, condition: Condition, holds: bool) -> Self {
        if holds { self.with(condition) } else { self }
    }

    pub fn holds(self, condition: Condition) -> bool {
        match condition {
            Condition::Anyone => true,
            Condition::Nobody => false,
            other => self.0 & 1 << other as u32 != 0,
        }
    }
}

impl From<Vec<Condition>> for Conditions {
    fn from(list: Vec<Condition>) -> Self {
        list.into_iter().fold(Conditions::NONE, Conditions::with)
    }
}

impl From<Conditions> for Vec<Condition> {
    fn from(set: Conditions) -> Self {
        Condition::ALL.iter().copied().filter(|condition| set.0 & 1 << *condition as u32 != 0).collect()
    }
}

words! {
    /// What somebody may choose for "who can write to me", "who can call me" and "who can add me to groups".
    pub enum Choice {
        Everyone = "everyone",
        Verified = "verified",
        PeopleYouFollow = "people_you_follow",
        Followers = "followers",
        MutualFriends = "mutual_friends",
        SuggestedFriends = "suggested_friends",
        Contacts = "contacts",
        Connections = "connections",
        Friends = "friends",
        SameGroup = "same_group",
        PeopleYouMessaged = "people_you_messaged",
        /// Strangers, too, reach the inbox.
        Chats = "chats",
        /// Strangers reach the requests.
        Requests = "requests",
        /// Strangers are turned away.
        DontReceive = "dont_receive",
        NoOne = "no_one",
    }
}

impl Choice {
    /// Whom the choice lets in: anyone of whom one of these holds.
    pub fn lets_in(self) -> &'static [Condition] {
        use Condition as C;
        match self {
            Choice::Everyone | Choice::Chats | Choice::Requests => &[C::Anyone],
            Choice::Verified => &[C::RecipientWroteFirst, C::FollowedByRecipient, C::Verified],
            Choice::PeopleYouFollow => &[C::RecipientWroteFirst, C::FollowedByRecipient],
            Choice::Followers => &[C::RecipientWroteFirst, C::FollowsRecipient],
            Choice::MutualFriends => &[C::RecipientWroteFirst, C::MutualFollow, C::Contact],
            Choice::SuggestedFriends => &[C::RecipientWroteFirst, C::MutualFollow, C::Contact, C::Suggested],
            Choice::Contacts => &[C::RecipientWroteFirst, C::Contact],
            Choice::Connections => &[C::RecipientWroteFirst, C::Connection],
            Choice::Friends | Choice::DontReceive => {
                &[C::RecipientWroteFirst, C::Contact, C::MutualFollow, C::Connection]
            }
            Choice::SameGroup => &[C::RecipientWroteFirst, C::Contact, C::SameGroup],
            Choice::PeopleYouMessaged => &[C::RecipientWroteFirst],
            Choice::NoOne => &[C::Nobody],
        }
    }
}

words! {
    /// Where a conversation that somebody else began is found, or that it is found nowhere.
    pub enum Folder {
        Inbox = "inbox",
        Requests = "requests",
        Hidden = "hidden",
        Spam = "spam",
        /// Refused, and the sender hears so.
        Reject = "reject",
        /// Nowhere, and the sender doesn't hear so.
        DropSilent = "drop_silent",
    }
}

words! {
    /// What a message is, as far as the server can see. A link is a kind of its own because strangers send so many.
    pub enum Kind {
        Text = "text",
        Link = "link",
        Image = "image",
        Gif = "gif",
        Video = "video",
        Voice = "voice",
        File = "file",
        Sticker = "sticker",
        Call = "call",
        Reaction = "reaction",
        Location = "location",
        Poll = "poll",
        /// Its content can be read on the devices of those in the conversation only.
        Encrypted = "encrypted",
        /// A kind of event that this server has no word for.
        Other = "other",
    }
}

impl Kind {
    pub fn is_media(self) -> bool {
        matches!(self, Kind::Image | Kind::Gif | Kind::Video | Kind::Voice | Kind::File)
    }
}

words! {
    /// How a link of a stranger is shown.
    pub enum LinkMode { PlainText = "plain_text", ClickWarn = "click_warn", Normal = "normal", Strip = "strip", }
}
words! {
    /// How a picture of a stranger is shown.
    pub enum MediaMode {
        Blocked = "blocked", BlurTap = "blur_tap", NoAutoload = "no_autoload", Normal = "normal",
    }
}
words! {
    /// Who may put somebody into a group.
    pub enum AddRequires {
        Anyone = "anyone",
        /// People who have to do with the one who is added; others are strangers.
        Contacts = "contacts",
        /// Nobody is in a group before they have said yes to it.
        Consent = "consent",
    }
}
words! {
    /// What becomes of a stranger's adding somebody to a group.
    pub enum StrangerAdd { Request = "request", Deny = "deny", }
}
words! {
    /// What a text's length is counted in.
    pub enum Unit {
        /// Unicode scalar values.
        Chars = "chars",
        /// UTF-16 code units, as JavaScript counts.
        Utf16 = "utf16",
        /// Bytes of UTF-8.
        Bytes = "bytes",
    }
}

impl Unit {
    pub fn count(self, text: &str) -> usize {
        match self {
            Unit::Chars => text.chars().count(),
            Unit::Utf16 => text.encode_utf16().count(),
            Unit::Bytes => text.len(),
        }
    }
}

words! {
    /// Whether conversations are encrypted end to end.
    pub enum E2ee {
        /// From their first event on, whether it was asked for or not.
        Always = "always",
        /// Where whoever makes the conversation asks for it.
        OptIn = "opt_in",
        /// Never.
        Off = "off",
    }
}
words! {
    /// Which conversations `e2ee.default` is about.
    pub enum Scope { OneToOne = "1to1", Group = "group", Calls = "calls", }
}
words! {
    /// What holds for people whose age is not known.
    pub enum UnknownAge { Allow = "allow", Teen = "teen", Refuse = "refuse", }
}
words! {
    /// When the time of a disappearing message begins.
    pub enum TimerStart { Sent = "sent", Read = "read", }
}
words! {
    /// What happens to contact data typed into a conversation.
    pub enum PiiMode { Off = "off", Warn = "warn", BlockUntilCommit = "block_until_commit", }
}
words! {
    /// Which links may stand in messages.
    pub enum Links { Any = "any", OnlyPlatformDomains = "only_platform_domains", }
}
words! {
    /// What the recipient has said to this sender so far (the consent state of the pair).
    pub enum Consent {
        NeverAsked = "never_asked",
        Requested = "requested",
        Accepted = "accepted",
        Declined = "declined",
        /// Accepted once, and taken back since.
        Withdrawn = "withdrawn",
    }
}
