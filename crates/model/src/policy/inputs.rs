//! What a decision looks at. Nothing else may change it: no clock, no database, no text of a message.

use serde::{Deserialize, Serialize};

use super::words::{Choice, Conditions, Consent, Kind, words};

words! {
    /// What somebody wants to do.
    pub enum Deed {
        /// Begin a conversation with somebody.
        Start = "start",
        /// Send one more message in a conversation that is there.
        Message = "message",
        /// Call somebody.
        Call = "call",
        /// Put somebody into a group.
        AddToGroup = "add_to_group",
        /// Come into a group.
        JoinGroup = "join_group",
        /// Change what was said.
        Edit = "edit",
        /// Take back what was said.
        Unsend = "unsend",
    }
}

/// Everything that a verdict may depend on. Whatever isn't known is left at what [`Inputs::default`] says, which is in nobody's
/// favour. It holds no text and no names, so it can be kept to try another profile on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inputs {
    pub deed: Deed,
    /// What holds between the two.
    pub relation: Conditions,
    pub blocked_by_recipient: bool,
    pub blocked_by_sender: bool,
    /// The recipient reads this sender's messages, but not in the inbox.
    pub restricted: bool,
    /// What the recipient has said to this sender so far.
    pub consent: Consent,
    /// Seconds since the recipient declined this sender.
    pub since_declined_s: i64,
    /// Seconds since the two matched.
    pub since_match_s: i64,
    pub sender_age: Option<u8>,
    pub recipient_age: Option<u8>,
    /// Seconds since the sender's account was made. It is shown to people and judged by no rule.
    pub sender_account_age_s: i64,
    /// Whether they have switched their direct messages on.
    pub sender_opted_in: bool,
    pub recipient_opted_in: bool,
    pub recipient_dms_off: bool,
    /// Who may write to the recipient, where they have chosen.
    pub recipient_setting: Option<Choice>,
    /// Who may add the recipient to groups, where they have chosen.
    pub recipient_add_setting: Option<Choice>,
    /// Who may call the recipient, where they have chosen.
    pub recipient_call_setting: Option<Choice>,
    /// What the message is.
    pub kind: Kind,
    /// The length of the message's text in the profile's unit; 0 where there is none to be read.
    pub length: i64,
    /// The size of the message's file, in bytes.
    pub size_bytes: i64,
    /// Whether a link of the message leads to a place that isn't among `content.platform_domains`.
    pub foreign_link: bool,
    /// Whether the message offers to go on outside of the platform.
    pub offers_to_leave: bool,
    /// Pictures and videos in the message.
    pub items: i64,
    /// Messages that this sender has sent in the request so far.
    pub sent: i64,
    /// Messages of this sender in the conversation since the recipient last answered.
    pub unanswered: i64,
    /// Seconds since the sender began the conversation, while the recipient has not answered.
    pub since_asked_s: i64,
    /// Conversations with strangers that the sender began within 24 hours.
    pub new_threads_24h: i64,
    /// People who answered or accepted the sender, since the account belongs to who has it now.
    pub earned: i64,
    /// People who blocked the sender within 24 hours.
    pub blocks_24h: i64,
    /// Unrelated people who reported the sender within `report.spam_window_s`.
    pub reports: i64,
    /// Strangers who got the same text from the sender within `limits.same_text_window_s`.
    pub same_text: i64,
    /// Messages of the sender within 24 hours.
    pub messages_24h: i64,
    /// Whether the sender was stopped for sending the same text to many.
    pub paused: bool,
    /// Whether a word list of the recipient or of the server matches.
    pub words_match: bool,
    /// Whether the message was rated as spam.
    pub spam: bool,
    /// People in the group: those inside and those invited, or only those inside where somebody joins.
    pub members: i64,
    /// Seconds since the message was sent that is to be changed or taken back.
    pub since_sent_s: i64,
    /// How often the message was changed before.
    pub edits: i64,
}

impl Default for Inputs {
    fn default() -> Self {
        Inputs {
            deed: Deed::Start,
            relation: Conditions::NONE,
            blocked_by_recipient: false,
            blocked_by_sender: false,
            restricted: false,
            consent: Consent::NeverAsked,
            since_declined_s: 0,
            since_match_s: 0,
            sender_age: None,
            recipient_age: None,
            sender_account_age_s: 0,
            sender_opted_in: false,
            recipient_opted_in: false,
            recipient_dms_off: false,
            recipient_setting: None,
            recipient_add_setting: None,
            recipient_call_setting: None,
            kind: Kind::Text,
            length: 0,
            size_bytes: 0,
            foreign_link: false,
            offers_to_leave: false,
            items: 0,
            sent: 0,
            unanswered: 0,
            since_asked_s: 0,
            new_threads_24h: 0,
            earned: 0,
            blocks_24h: 0,
            reports: 0,
            same_text: 0,
            messages_24h: 0,
            paused: false,
            words_match: false,
            spam: false,
            members: 0,
            since_sent_s: 0,
            edits: 0,
        }
    }
}
