//! The keys of a profile, section by section, with their meaning and what holds where a file doesn't set them.
//!
//! Numbers that limit something share one convention: `-1` is unlimited and `0` is not allowed, unless a key says otherwise.

use serde::{Deserialize, Serialize};

use super::keys::{Key, section};
use super::words::{
    AddRequires, Choice, Condition, E2ee, Folder, Kind, LinkMode, Links, MediaMode, PiiMode, Scope,
    StrangerAdd, TimerStart, Unit,
};

section! {
    /// What the profile is.
    pub struct About, AboutOverride = "profile" {
        /// The profile's name in answers and logs.
        pub id: String = String::new(),
        /// The month for which the rules are right, such as "2026-11".
        pub asof: String = String::new(),
        /// One sentence for whoever chooses a profile.
        pub about: String = String::new(),
    }
}

section! {
    /// Who may begin a conversation with somebody.
    pub struct Start, StartOverride = "start" {
        /// Who may begin; the first of these that holds is the reason. Where none holds, the sender is refused.
        pub who: Vec<Condition> = vec![Condition::RecipientWroteFirst, Condition::Anyone],
        /// Those of `who` that make the sender known to the recipient, so that the conversation goes to the inbox. All
        /// others are strangers, for whom `stranger.*` holds.
        pub known: Vec<Condition> = KNOWN.to_vec(),
        /// What the recipient may choose for "who can write to me". Their choice stands in the place of `who`.
        pub user_setting: Vec<Choice> = vec![Choice::Everyone, Choice::PeopleYouFollow, Choice::NoOne],
        /// The choice that holds for those who have not chosen. Without it, `who` holds for them.
        pub default_setting: Option<Choice> = None,
        /// Whether somebody takes part only once they have switched their direct messages on.
        pub opt_in: bool = false,
        /// Seconds after a match within which somebody must write first; later, the match has lapsed. 0 is no deadline.
        pub first_message_deadline_s: i64 = 0,
        /// Seconds after the first message within which the other one must answer; later, the conversation is closed.
        /// 0 is no deadline.
        pub reply_deadline_s: i64 = 0,
    }
}

/// What makes somebody known where a profile says nothing else.
const KNOWN: [Condition; 9] = [
    Condition::RecipientWroteFirst,
    Condition::FollowedByRecipient,
    Condition::MutualFollow,
    Condition::Contact,
    Condition::Connection,
    Condition::LikedPage,
    Condition::Matched,
    Condition::ListingOrOrder,
    Condition::PaidCredit,
];

section! {
    /// What a stranger may do until they are accepted.
    pub struct Stranger, StrangerOverride = "stranger" {
        /// Where a stranger's conversation waits.
        pub folder: Folder = Folder::Requests,
        /// Where it waits when a word list of the recipient or of the server matches.
        pub hidden_folder: Folder = Folder::Hidden,
        /// Messages before acceptance; 0 means that strangers can't write.
        pub max_messages: i64 = 1,
        /// The kinds of messages before acceptance. `encrypted` goes with `text`, because the server can't tell more.
        pub allow: Vec<Kind> = vec![Kind::Text, Kind::Link],
        /// How links show before acceptance.
        pub link_mode: LinkMode = LinkMode::PlainText,
        /// How pictures and files show before acceptance.
        pub media_mode: MediaMode = MediaMode::BlurTap,
        /// Whether the sender sees the recipient read or type before acceptance. Only `false` is supported: somebody who has
        /// not come into a conversation yet can't be seen in it.
        pub receipts_before_accept: bool = false,
        /// New conversations with strangers in 24 hours, of an account that has earned no trust yet.
        pub daily_new_threads: i64 = 10,
        /// As `daily_new_threads`, of an account that has earned trust.
        pub daily_new_threads_trusted: i64 = 30,
        /// People who must have answered or accepted an account until it counts as trusted. Its age doesn't count.
        pub trusted_after: i64 = 5,
        /// Blocks within 24 hours after which an account begins no conversation with a stranger. -1 never stops it.
        pub blocks_stop: i64 = 3,
        /// Messages to one person who has not answered yet, whether they have accepted or not.
        pub unanswered_cap: i64 = -1,
        /// Seconds after which a request nobody answered goes away. 0 keeps it.
        pub expire_s: i64 = 0,
    }
}

section! {
    /// What happens when a request is declined.
    pub struct Decline, DeclineOverride = "decline" {
        /// Whether the sender is told.
        pub notify_sender: bool = false,
        /// Seconds until the declined sender may ask again; -1 is never.
        pub retry_after_s: i64 = 2_592_000,
    }
}

section! {
    /// Conversations of more than two.
    pub struct Group, GroupOverride = "group" {
        /// People in a group, whoever is invited included.
        pub max_members: i64 = -1,
        /// Who may add somebody.
        pub add_requires: AddRequires = AddRequires::Contacts,
        /// What becomes of a stranger's adding somebody.
        pub stranger_add: StrangerAdd = StrangerAdd::Request,
    }
}

section! {
    /// How long a message's text may be. In an encrypted conversation only clients can count.
    pub struct Text, TextOverride = "text" {
        /// The longest text, in `unit`.
        pub max: i64 = 40_000,
        /// What is counted.
        pub unit: Unit = Unit::Chars,
    }
}

section! {
    /// Changing what was said.
    pub struct Edit, EditOverride = "edit" {
        /// Seconds after sending in which a message may be edited.
        pub window_s: i64 = -1,
        /// Edits of one message.
        pub max_count: i64 = -1,
        /// Whether the versions before an edit are kept.
        pub keep_history: bool = true,
    }
}

section! {
    /// Taking back what was said.
    pub struct Unsend, UnsendOverride = "unsend" {
        /// Seconds after sending in which a message may be taken back for everybody.
        pub window_s: i64 = -1,
        /// Whether those who administrate a group may take back others' messages.
        pub admin_delete: bool = true,
    }
}

section! {
    /// Messages that disappear.
    pub struct Ephemeral, EphemeralOverride = "ephemeral" {
        /// The times, in seconds, that a conversation may be set to. Empty: none.
        pub timers_s: Vec<i64> = vec![30, 300, 3600, 86_400, 604_800, 2_419_200],
        /// Whether other times are allowed, too.
        pub custom: bool = true,
        /// When the time begins for the sender's copy. The server has one copy for both sides, which goes by
        /// `start_recipient`.
        pub start_sender: TimerStart = TimerStart::Sent,
        /// When the time begins for the recipient's copy.
        pub start_recipient: TimerStart = TimerStart::Sent,
        /// Whether a picture may be sent to be seen once.
        pub view_once: bool = true,
    }
}

section! {
    /// Whether others see how far somebody has read.
    pub struct Receipts, ReceiptsOverride = "receipts" {
        /// What holds for those who have not chosen.
        pub default: bool = true,
        /// Whether people may choose.
        pub user_switch: bool = true,
        /// Whether those who hide theirs don't see others'.
        pub reciprocal: bool = false,
    }
}

section! {
    /// Whether others see who is there.
    pub struct Presence, PresenceOverride = "presence" {
        /// What holds for those who have not chosen.
        pub default: bool = true,
        /// Whether people may choose.
        pub user_switch: bool = true,
        /// Whether those who hide theirs don't see others'.
        pub reciprocal: bool = true,
    }
}

section! {
    /// Whether others see who is writing.
    pub struct Typing, TypingOverride = "typing" {
        /// What holds for those who have not chosen.
        pub default: bool = true,
        /// Whether people may choose.
        pub user_switch: bool = true,
        /// Whether those who hide theirs don't see others'.
        pub reciprocal: bool = false,
    }
}

section! {
    /// Encryption between the ends of a conversation.
    pub struct Encryption, EncryptionOverride = "e2ee" {
        /// Whether conversations are encrypted.
        pub default: E2ee = E2ee::OptIn,
        /// The conversations that `default` is about; for the others it is `opt_in`.
        pub scope: Vec<Scope> = vec![Scope::OneToOne, Scope::Group, Scope::Calls],
    }
}

section! {
    /// Business and page accounts. Nothing on this server answers as a page yet, so nothing looks at these keys.
    pub struct Business, BusinessOverride = "business" {
        /// Whether a person must have written first.
        pub person_first: bool = true,
        /// Seconds after a person's last message in which a business may answer.
        pub window_s: i64 = -1,
        /// As `window_s`, where the conversation began with an advertisement.
        pub window_ext_s: i64 = -1,
        /// As `window_s`, where a human answers.
        pub human_agent_s: i64 = -1,
        /// Seconds after a public comment in which it may be answered in private.
        pub private_reply_window_s: i64 = 604_800,
        /// Private answers to one comment.
        pub private_reply_max: i64 = 1,
        /// Messages of a business within one window.
        pub max_messages_per_window: i64 = -1,
        /// Whether marketing needs a person's consent.
        pub opt_in_required: bool = true,
        /// Whether a bot has to say that it is one.
        pub bot_disclosure: bool = true,
    }
}

section! {
    /// Files and pictures. In an encrypted conversation the server sees only the encrypted file's size.
    pub struct Media, MediaOverride = "media" {
        /// The largest picture, in bytes.
        pub image_bytes: i64 = -1,
        /// The largest video, in bytes.
        pub video_bytes: i64 = -1,
        /// The largest sound or voice message, in bytes.
        pub audio_bytes: i64 = -1,
        /// The largest file of another kind, in bytes.
        pub file_bytes: i64 = -1,
        /// Pictures or videos of one message: of a gallery (MSC4274), and of what the messenger sends together.
        pub items_per_message: i64 = -1,
    }
}

section! {
    /// Rules for content, which the recipient's client applies where the server can't read.
    pub struct Content, ContentOverride = "content" {
        /// E-mail addresses, telephone numbers and the like.
        pub pii_mode: PiiMode = PiiMode::Warn,
        /// Links.
        pub links: Links = Links::Any,
        /// The domains that `links = "only_platform_domains"` lets through.
        pub platform_domains: Vec<String> = Vec::new(),
        /// Whether offers to go on or to pay outside of the platform are refused, where the server can read them.
        pub block_off_platform: bool = false,
        /// Whether the messenger covers others' pictures until they are pressed. What a sender marks (MSC4193) is
        /// always covered.
        pub hide_sensitive_media: bool = false,
    }
}

section! {
    /// How often somebody may send, whoever the recipient.
    pub struct Limits, LimitsOverride = "limits" {
        /// Messages of one account in 24 hours.
        pub messages_per_day: i64 = -1,
        /// Strangers who may get the same text within `same_text_window_s`; one more stops the sender.
        pub same_text_recipients: i64 = 5,
        /// Seconds in which the same text counts.
        pub same_text_window_s: i64 = 1800,
        /// Seconds for which a stopped sender writes to no stranger.
        pub same_text_pause_s: i64 = 1800,
    }
}

section! {
    /// Reports.
    pub struct Report, ReportOverride = "report" {
        /// What somebody can say is wrong.
        pub reasons: Vec<String> = REASONS.iter().map(|&reason| reason.to_owned()).collect(),
        /// Messages before the reported one that go along.
        pub includes_last_n: i64 = 5,
        /// Whether reports prove what was said in encrypted conversations. Kept for that; until then they hold what the
        /// reporter discloses.
        pub franking: bool = false,
        /// Unrelated people whose reports within `spam_window_s` move a sender's pending requests to spam; -1 never.
        pub spam_after: i64 = 3,
        /// Seconds in which reports count together.
        pub spam_window_s: i64 = 86_400,
    }
}

const REASONS: [&str; 9] =
    ["spam", "scam", "harassment", "hate", "nudity", "misinformation", "impersonation", "self_harm", "other"];

section! {
    /// Signs of trust that the platform gives.
    pub struct Trust, TrustOverride = "trust" {
        /// The badges there are.
        pub badges: Vec<String> = vec!["verified".to_owned()],
    }
}
