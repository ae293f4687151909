//! Beginning a conversation, adding somebody to a group, calling: who may, and where it lands.

use super::decide::{Judge, Seen, seen};
use super::profile::allows_one_more;
use super::verdict::{Rule, Value};
use super::words::{AddRequires, Choice, Condition, Consent, Folder, Kind, StrangerAdd};

impl<'a> Judge<'a> {
    pub(super) fn start(&mut self) -> Folder {
        let rules = self.rules;
        if self.is_teen {
            // What protects the young stands above what they chose.
            let (found, mut seen) = self.first(&rules.start.who);
            if found.is_none() {
                seen.push(("recipient_age", Value::from(self.inputs.recipient_age)));
                self.say(Rule::TeenWho, seen, "This person can be written to only by people they know.");
                return Folder::Reject;
            }
        }
        let (rule, list) = self.who();
        let (found, mut seen) = self.first(list);
        seen.push(self.setting("recipient_setting", self.inputs.recipient_setting));
        let Some(found) = found else {
            let wishes: Vec<&str> = list.iter().map(|condition| condition.wish()).collect();
            self.say(rule, seen, format!("This person can be written to by: {}.", wishes.join(", ")));
            return Folder::Reject;
        };
        self.say(rule, seen, format!("This person can be written to by {}.", found.wish()));
        if found == Condition::Matched
            && let Some(folder) = self.match_lapsed()
        {
            return folder;
        }
        if self.inputs.recipient_setting == Some(Choice::Chats) {
            let seen = vec![self.setting("recipient_setting", self.inputs.recipient_setting)];
            self.say(Rule::RecipientSetting, seen, "This person takes everyone's messages in the inbox.");
            return self.in_inbox();
        }
        match self.known() {
            true => self.in_inbox(),
            false => self.stranger(rules.stranger.folder, Rule::StrangerFolder),
        }
    }

    /// Who may begin: what the recipient chose, or what the profile says for those who have not chosen.
    fn who(&self) -> (Rule, &'a [Condition]) {
        let start = &self.rules.start;
        match (self.inputs.recipient_setting, start.default_setting) {
            (Some(choice), _) => (Rule::RecipientSetting, choice.lets_in()),
            (None, Some(choice)) => (Rule::DefaultSetting, choice.lets_in()),
            (None, None) => (Rule::StartWho, &start.who),
        }
    }

    fn setting(&self, name: &'static str, choice: Option<Choice>) -> (&'static str, Value) {
        (name, choice.map_or(Value::Nothing, |choice| Value::Word(choice.as_str())))
    }

    fn match_lapsed(&mut self) -> Option<Folder> {
        let deadline = self.rules.start.first_message_deadline_s;
        if deadline == 0 {
            return None;
        }
        let seen = seen!(self: since_match_s);
        if self.inputs.since_match_s <= deadline {
            self.say(Rule::FirstMessageDeadline, seen, "The match is still open.");
            return None;
        }
        let text = "The match has lapsed: nobody wrote in time.";
        Some(self.refuse(Rule::FirstMessageDeadline, deadline, seen, text))
    }

    /// Whether the recipient knows the sender, by the profile's word for it.
    fn known(&mut self) -> bool {
        let (found, seen) = self.first(&self.rules.start.known);
        let text = match found {
            Some(_) => "The recipient knows the sender.",
            None => "The recipient doesn't know the sender.",
        };
        self.say(Rule::StartKnown, seen, text);
        found.is_some()
    }

    /// The inbox, unless the recipient would rather not see this sender there.
    fn in_inbox(&mut self) -> Folder {
        self.say(Rule::Restricted, seen!(self: restricted), "The recipient sees this sender's messages.");
        if self.inputs.restricted { Folder::Hidden } else { Folder::Inbox }
    }

    /// What a stranger has to pass, and where they wait then.
    fn stranger(&mut self, folder: Folder, rule: Rule) -> Folder {
        if matches!(folder, Folder::Reject | Folder::DropSilent) {
            self.say(rule, Seen::new(), "This person takes no messages of strangers.");
            return folder;
        }
        if self.inputs.consent == Consent::Accepted {
            let seen = vec![("consent", Value::Word(self.inputs.consent.as_str()))];
            self.say(Rule::Accepted, seen, "The recipient has accepted this sender before.");
            return self.in_inbox();
        }
        let stopped = self.too_early().or_else(|| self.stopped()).or_else(|| self.out_of_threads());
        if let Some(folder) = stopped {
            return folder;
        }
        self.say(
            rule,
            vec![("consent", Value::Word(self.inputs.consent.as_str()))],
            "A stranger's message waits.",
        );
        self.filtered(folder)
    }

    /// A declined sender may try again only after a while; unless they were told, they don't hear that either.
    fn too_early(&mut self) -> Option<Folder> {
        let limit = self.rules.decline.retry_after_s;
        if self.inputs.consent != Consent::Declined {
            return None;
        }
        let mut seen = seen!(self: since_declined_s);
        seen.push(("consent", Value::Word(self.inputs.consent.as_str())));
        if limit >= 0 && self.inputs.since_declined_s >= limit {
            self.say(Rule::RetryAfter, seen, "A declined request may be repeated now.");
            return None;
        }
        let text = "This person has declined your request.";
        let told = self.refuse(Rule::RetryAfter, limit, seen, text);
        Some(if self.rules.decline.notify_sender { told } else { Folder::DropSilent })
    }

    /// What the sender lost by how they behaved.
    fn stopped(&mut self) -> Option<Folder> {
        let (stranger, limits) = (&self.rules.stranger, &self.rules.limits);
        if self.inputs.paused {
            let text = "You have sent the same text to many people. Wait a while.";
            return Some(self.refuse(
                Rule::SameTextPause,
                limits.same_text_pause_s,
                seen!(self: paused),
                text,
            ));
        }
        if stranger.blocks_stop >= 0 && self.inputs.blocks_24h >= stranger.blocks_stop {
            let text = "Too many people have stopped messages from you today.";
            return Some(self.refuse(Rule::BlocksStop, stranger.blocks_stop, seen!(self: blocks_24h), text));
        }
        if stranger.max_messages == 0 {
            let text = "Strangers can't write to this person.";
            return Some(self.refuse(Rule::MaxMessages, 0, Seen::new(), text));
        }
        None
    }

    /// How many strangers somebody may write to grows with those who answered them, with nothing else.
    fn out_of_threads(&mut self) -> Option<Folder> {
        let stranger = &self.rules.stranger;
        let trusted = self.inputs.earned >= stranger.trusted_after;
        let limit = if trusted { stranger.daily_new_threads_trusted } else { stranger.daily_new_threads };
        let seen = seen!(self: new_threads_24h, earned);
        if allows_one_more(limit, self.inputs.new_threads_24h) {
            self.say(
                Rule::DailyNewThreads,
                seen,
                "There is room for another conversation with a stranger today.",
            );
            return None;
        }
        let text = format!("You may begin {limit} conversations with people you don't know in a day.");
        Some(self.refuse(Rule::DailyNewThreads, limit, seen, text))
    }

    /// Requests that look bad wait apart from the others.
    fn filtered(&mut self, folder: Folder) -> Folder {
        let report = &self.rules.report;
        let reported = report.spam_after >= 0 && self.inputs.reports >= report.spam_after;
        self.say(Rule::ReportsToSpam, seen!(self: reports), "Reports by others were counted.");
        if reported {
            return Folder::Spam;
        }
        self.say(Rule::Spam, seen!(self: spam), "The message was rated.");
        if self.inputs.spam {
            return Folder::Spam;
        }
        self.say(Rule::HiddenFolder, seen!(self: restricted, words_match), "Word lists were asked.");
        if self.inputs.restricted || self.inputs.words_match {
            return self.rules.stranger.hidden_folder;
        }
        folder
    }

    pub(super) fn add_to_group(&mut self) -> Folder {
        let group = &self.rules.group;
        if let Some(choice) = self.inputs.recipient_add_setting {
            let (found, mut seen) = self.first(choice.lets_in());
            seen.push(self.setting("recipient_add_setting", Some(choice)));
            if found.is_none() {
                self.say(Rule::AddSetting, seen, "This person has chosen who may add them to groups.");
                return match choice {
                    Choice::NoOne => Folder::Reject,
                    _ => self.full().unwrap_or_else(|| self.stranger_adds()),
                };
            }
            self.say(Rule::AddSetting, seen, "This person lets you add them to groups.");
        } else {
            let seen = vec![self.setting("recipient_add_setting", None)];
            self.say(Rule::AddSetting, seen, "This person has not chosen who may add them to groups.");
        }
        if let Some(folder) = self.full() {
            return folder;
        }
        match group.add_requires {
            AddRequires::Anyone => {
                self.say(Rule::AddRequires, Seen::new(), "Anyone may add people to groups.");
                self.in_inbox()
            }
            AddRequires::Consent => {
                self.say(Rule::AddRequires, Seen::new(), "People are asked before they are in a group.");
                Folder::Requests
            }
            AddRequires::Contacts => match self.known() {
                true => self.in_inbox(),
                false => self.stranger_adds(),
            },
        }
    }

    fn stranger_adds(&mut self) -> Folder {
        match self.rules.group.stranger_add {
            StrangerAdd::Request => self.stranger(Folder::Requests, Rule::StrangerAdd),
            StrangerAdd::Deny => self.stranger(Folder::Reject, Rule::StrangerAdd),
        }
    }

    pub(super) fn join_group(&mut self) -> Folder {
        self.full().unwrap_or(Folder::Inbox)
    }

    fn full(&mut self) -> Option<Folder> {
        let limit = self.rules.group.max_members;
        let seen = seen!(self: members);
        if allows_one_more(limit, self.inputs.members) {
            self.say(Rule::GroupMax, seen, "There is room in the group.");
            return None;
        }
        Some(self.refuse(Rule::GroupMax, limit, seen, format!("A group has at most {limit} people.")))
    }

    pub(super) fn call(&mut self) -> Folder {
        if let Some(choice) = self.inputs.recipient_call_setting {
            let (found, mut seen) = self.first(choice.lets_in());
            seen.push(self.setting("recipient_call_setting", Some(choice)));
            self.say(Rule::CallSetting, seen, "This person has chosen who may call them.");
            if found.is_none() {
                return Folder::Reject;
            }
        } else {
            let seen = vec![self.setting("recipient_call_setting", None)];
            self.say(Rule::CallSetting, seen, "This person has not chosen who may call them.");
        }
        let seen = vec![("consent", Value::Word(self.inputs.consent.as_str()))];
        if self.inputs.consent == Consent::Accepted {
            self.say(Rule::Accepted, seen, "The recipient has accepted this sender before.");
            return self.in_inbox();
        }
        if self.known() {
            return self.in_inbox();
        }
        self.say(Rule::Allow, seen, "A stranger's call.");
        match self.rules.stranger.allow.contains(&Kind::Call) {
            true => self.rules.stranger.folder,
            false => Folder::Reject,
        }
    }
}
