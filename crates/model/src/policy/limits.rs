//! A message in a conversation that is there, and changes of it: how many, how long, which kinds, until when.

use super::decide::{Judge, seen};
use super::profile::allows_one_more;
use super::verdict::{Rule, Value};
use super::words::{Consent, Folder, Kind, Links};

impl Judge<'_> {
    pub(super) fn message(&mut self) -> Folder {
        let refused = self
            .too_many_a_day()
            .or_else(|| self.too_long())
            .or_else(|| self.too_large())
            .or_else(|| self.too_many_items())
            .or_else(|| self.leads_away())
            .or_else(|| self.offers_to_leave())
            .or_else(|| self.too_late())
            .or_else(|| self.unanswered());
        if let Some(folder) = refused {
            return folder;
        }
        let seen = vec![("consent", Value::Word(self.inputs.consent.as_str()))];
        if self.inputs.consent == Consent::Accepted {
            self.say(Rule::Accepted, seen, "The recipient has accepted this sender.");
            return Folder::Inbox;
        }
        self.say(Rule::StrangerFolder, seen, "The recipient has not accepted this sender yet.");
        self.before_acceptance().unwrap_or(self.rules.stranger.folder)
    }

    /// What holds a stranger back until they are accepted.
    fn before_acceptance(&mut self) -> Option<Folder> {
        let (stranger, limits) = (&self.rules.stranger, &self.rules.limits);
        let kind = self.inputs.kind;
        let seen = vec![("kind", Value::Word(kind.as_str()))];
        // What is encrypted may be a text, and the rest is for the recipient's client to hide.
        let allowed = stranger.allow.contains(&kind)
            || (kind == Kind::Encrypted && stranger.allow.contains(&Kind::Text));
        if !allowed {
            let text = format!("Before you are accepted you can't send this kind of message ({kind}).");
            self.say(Rule::Allow, seen, text);
            return Some(Folder::Reject);
        }
        self.say(Rule::Allow, seen, "This kind of message is allowed before acceptance.");
        let seen = seen!(self: sent);
        if !allows_one_more(stranger.max_messages, self.inputs.sent) {
            let text = format!("Before you are accepted you can send {} message(s).", stranger.max_messages);
            return Some(self.refuse(Rule::MaxMessages, stranger.max_messages, seen, text));
        }
        self.say(Rule::MaxMessages, seen, "Another message is allowed before acceptance.");
        if self.inputs.paused {
            let text = "You have sent the same text to many people. Wait a while.";
            return Some(self.refuse(
                Rule::SameTextPause,
                limits.same_text_pause_s,
                seen!(self: paused),
                text,
            ));
        }
        if !allows_one_more(limits.same_text_recipients, self.inputs.same_text) {
            let text = "You have sent this text to many people you don't know.";
            let limit = limits.same_text_recipients;
            return Some(self.refuse(Rule::SameText, limit, seen!(self: same_text), text));
        }
        None
    }

    fn too_many_a_day(&mut self) -> Option<Folder> {
        let limit = self.rules.limits.messages_per_day;
        if allows_one_more(limit, self.inputs.messages_24h) {
            return None;
        }
        let text = format!("You can send {limit} messages in a day.");
        Some(self.refuse(Rule::MessagesPerDay, limit, seen!(self: messages_24h), text))
    }

    fn too_long(&mut self) -> Option<Folder> {
        let text = &self.rules.text;
        if text.max < 0 || self.inputs.length <= text.max {
            return None;
        }
        let sentence = format!("A message has at most {} {}.", text.max, text.unit);
        Some(self.refuse(Rule::TextMax, text.max, seen!(self: length), sentence))
    }

    fn too_large(&mut self) -> Option<Folder> {
        let limit = self.rules.max_bytes(self.inputs.kind)?;
        if self.inputs.size_bytes <= limit {
            return None;
        }
        let mut seen = seen!(self: size_bytes);
        seen.push(("kind", Value::Word(self.inputs.kind.as_str())));
        let text = format!("A file of this kind has at most {limit} bytes.");
        Some(self.refuse(Rule::MediaBytes, limit, seen, text))
    }

    fn too_many_items(&mut self) -> Option<Folder> {
        let limit = self.rules.media.items_per_message;
        if limit < 0 || self.inputs.items <= limit {
            return None;
        }
        let text = format!("A message has at most {limit} pictures or videos.");
        Some(self.refuse(Rule::MediaItems, limit, seen!(self: items), text))
    }

    fn leads_away(&mut self) -> Option<Folder> {
        if self.rules.content.links == Links::Any || !self.inputs.foreign_link {
            return None;
        }
        let text = "Only links to places of this platform can be sent here.";
        self.say(Rule::ForeignLink, seen!(self: foreign_link), text);
        Some(Folder::Reject)
    }

    fn offers_to_leave(&mut self) -> Option<Folder> {
        if !self.rules.content.block_off_platform || !self.inputs.offers_to_leave {
            return None;
        }
        let text = "Offers to go on or to pay outside of this platform can't be sent here.";
        self.say(Rule::OffPlatform, seen!(self: offers_to_leave), text);
        Some(Folder::Reject)
    }

    /// A conversation that nobody answered in time is closed, for both.
    fn too_late(&mut self) -> Option<Folder> {
        let deadline = self.rules.start.reply_deadline_s;
        if deadline == 0 || self.inputs.since_asked_s <= deadline {
            return None;
        }
        let text = "This conversation is closed: nobody answered in time.";
        Some(self.refuse(Rule::ReplyDeadline, deadline, seen!(self: since_asked_s), text))
    }

    fn unanswered(&mut self) -> Option<Folder> {
        let limit = self.rules.stranger.unanswered_cap;
        if allows_one_more(limit, self.inputs.unanswered) {
            return None;
        }
        let text = format!("You can send {limit} message(s) until you are answered.");
        Some(self.refuse(Rule::UnansweredCap, limit, seen!(self: unanswered), text))
    }

    pub(super) fn edit(&mut self) -> Folder {
        let edit = &self.rules.edit;
        let seen = seen!(self: since_sent_s);
        if edit.window_s >= 0 && (edit.window_s == 0 || self.inputs.since_sent_s > edit.window_s) {
            let text = match edit.window_s {
                0 => "Messages can't be edited.".to_owned(),
                window => format!("A message can be edited for {window} seconds."),
            };
            return self.refuse(Rule::EditWindow, edit.window_s, seen, text);
        }
        self.say(Rule::EditWindow, seen, "The message may still be edited.");
        let seen = seen!(self: edits);
        if !allows_one_more(edit.max_count, self.inputs.edits) {
            let text = format!("A message can be edited {} times.", edit.max_count);
            return self.refuse(Rule::EditCount, edit.max_count, seen, text);
        }
        self.say(Rule::EditCount, seen, "The message may be edited again.");
        Folder::Inbox
    }

    pub(super) fn unsend(&mut self) -> Folder {
        let window = self.rules.unsend.window_s;
        let seen = seen!(self: since_sent_s);
        if window >= 0 && (window == 0 || self.inputs.since_sent_s > window) {
            let text = match window {
                0 => "Messages can't be taken back.".to_owned(),
                window => format!("A message can be taken back for {window} seconds."),
            };
            return self.refuse(Rule::UnsendWindow, window, seen, text);
        }
        self.say(Rule::UnsendWindow, seen, "The message may still be taken back.");
        Folder::Inbox
    }
}
