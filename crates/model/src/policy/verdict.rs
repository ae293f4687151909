//! What was decided, and why.

use serde::{Serialize, Serializer};

use super::words::{Folder, words};

words! {
    /// What happens.
    pub enum Action {
        /// It goes to the inbox.
        Deliver = "deliver",
        /// It waits until the recipient accepts it.
        Request = "request",
        /// It waits where the recipient finds it only if they look there.
        Hide = "hide",
        /// The sender hears that it can't be.
        Refuse = "refuse",
        /// It goes nowhere, and looks to the sender as if it had gone.
        DropSilently = "drop_silently",
    }
}

words! {
    /// A rule that had a say: a key of the profile, or something that stands above profiles.
    pub enum Rule {
        BlockByRecipient = "block.by_recipient",
        BlockBySender = "block.by_sender",
        AgeMin = "age.min",
        AgeUnknown = "age.unknown",
        TeenWho = "age.teen.start.who",
        OptIn = "start.opt_in",
        DmsOff = "recipient.dms_off",
        RecipientSetting = "recipient.setting",
        AddSetting = "recipient.add_setting",
        CallSetting = "recipient.call_setting",
        Restricted = "recipient.restricted",
        DefaultSetting = "start.default_setting",
        StartWho = "start.who",
        StartKnown = "start.known",
        FirstMessageDeadline = "start.first_message_deadline_s",
        ReplyDeadline = "start.reply_deadline_s",
        StrangerFolder = "stranger.folder",
        HiddenFolder = "stranger.hidden_folder",
        MaxMessages = "stranger.max_messages",
        Allow = "stranger.allow",
        DailyNewThreads = "stranger.daily_new_threads",
        BlocksStop = "stranger.blocks_stop",
        UnansweredCap = "stranger.unanswered_cap",
        RetryAfter = "decline.retry_after_s",
        Spam = "content.spam",
        ReportsToSpam = "report.spam_after",
        SameText = "limits.same_text_recipients",
        SameTextPause = "limits.same_text_pause_s",
        MessagesPerDay = "limits.messages_per_day",
        GroupMax = "group.max_members",
        AddRequires = "group.add_requires",
        StrangerAdd = "group.stranger_add",
        TextMax = "text.max",
        MediaBytes = "media.bytes",
        MediaItems = "media.items_per_message",
        ForeignLink = "content.links",
        OffPlatform = "content.block_off_platform",
        EditWindow = "edit.window_s",
        EditCount = "edit.max_count",
        UnsendWindow = "unsend.window_s",
        /// The relationship upgrade: what was accepted once is not asked again.
        Accepted = "relation.accepted",
        Encryption = "e2ee.default",
    }
}

/// An input as a reason shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Number(i64),
    Word(&'static str),
    /// Not known, or not chosen.
    Nothing,
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Number(value)
    }
}

impl From<Option<u8>> for Value {
    fn from(value: Option<u8>) -> Self {
        value.map_or(Value::Nothing, |value| Value::Number(i64::from(value)))
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Value::Word(value)
    }
}

/// One link of the chain that led to a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub rule: Rule,
    /// The inputs that the rule looked at, by their names in [`super::Inputs`] (a relation's by its own name).
    pub inputs: Vec<(&'static str, Value)>,
    /// What the profile says there, where that is a number.
    pub limit: Option<i64>,
    /// One sentence for the sender.
    pub text: String,
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            rule: Rule,
            text: &'a str,
            inputs: std::collections::BTreeMap<&'static str, Value>,
            #[serde(skip_serializing_if = "Option::is_none")]
            limit: Option<i64>,
        }
        let inputs = self.inputs.iter().copied().collect();
        Shown { rule: self.rule, text: &self.text, inputs, limit: self.limit }.serialize(serializer)
    }
}

/// Inputs that are the recipient's own affair, or would teach a sender how to get past the filters.
const PRIVATE: [&str; 5] = ["blocked_by_recipient", "restricted", "words_match", "spam", "reports"];

/// What was decided. The last reason is the one that decided; those before it were passed on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub action: Action,
    pub folder: Folder,
    pub reasons: Vec<Reason>,
}

impl Verdict {
    pub(super) fn new(folder: Folder, reasons: Vec<Reason>) -> Self {
        let action = match folder {
            Folder::Inbox => Action::Deliver,
            Folder::Requests => Action::Request,
            Folder::Hidden | Folder::Spam => Action::Hide,
            Folder::Reject => Action::Refuse,
            Folder::DropSilent => Action::DropSilently,
        };
        Verdict { action, folder, reasons }
    }

    pub fn is_refused(&self) -> bool {
        self.action == Action::Refuse
    }

    /// Whether it waits for the recipient's answer.
    pub fn is_request(&self) -> bool {
        matches!(self.action, Action::Request | Action::Hide)
    }

    /// Whether the sender is held to what strangers may do, wherever the conversation is found.
    pub fn is_of_stranger(&self) -> bool {
        self.rules().any(|rule| matches!(rule, Rule::StrangerFolder | Rule::StrangerAdd))
    }

    /// The verdict as its sender may see it: nothing of the recipient's age, settings and word lists.
    #[must_use]
    pub fn for_sender(mut self) -> Verdict {
        for reason in &mut self.reasons {
            let of_recipient = |name: &str| reason.inputs.iter().any(|(input, _)| *input == name);
            let hides_age =
                reason.rule == Rule::AgeMin && of_recipient("recipient_age") && !of_recipient("sender_age");
            if hides_age
                || matches!(reason.rule, Rule::TeenWho | Rule::RecipientSetting | Rule::DefaultSetting)
            {
                reason.rule = Rule::StartWho;
                reason.limit = None;
            }
            reason.inputs.retain(|(name, _)| !name.starts_with("recipient_") && !PRIVATE.contains(name));
        }
        self.reasons.retain(|reason| !matches!(reason.rule, Rule::Restricted | Rule::HiddenFolder));
        self
    }

    /// The sentence of the rule that decided.
    pub fn text(&self) -> &str {
        self.reasons.last().map_or("", |reason| &reason.text)
    }

    pub fn rules(&self) -> impl Iterator<Item = Rule> + '_ {
        self.reasons.iter().map(|reason| reason.rule)
    }
}
