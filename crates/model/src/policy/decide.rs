//! The one place where it is decided who may write to whom, and where it lands.
//!
//! Rules stand in one order: a block, then law and the protection of teenagers, then what the recipient chose, then the
//! profile, and last what the relation of the two makes better. A rule that decides ends the matter; none that stands below
//! can change it. Each reason names every input that its rule looked at, so that a verdict can be explained, and so that a test can
//! hold that nothing else has a say.

use super::profile::Profile;
use super::verdict::{Reason, Rule, Value, Verdict};
use super::words::{Condition, Folder, UnknownAge};
use super::{Deed, Inputs};

/// Decides by a profile and what is known. Pure: the same inputs give the same verdict.
pub fn decide(profile: &Profile, inputs: &Inputs) -> Verdict {
    let (rules, is_teen) = profile.for_age(inputs.recipient_age);
    let mut judge = Judge { rules, is_teen, inputs, reasons: Vec::with_capacity(4) };
    let folder = judge.judge();
    let mut reasons = judge.reasons;
    if profile.teen.is_some()
        && let Some(last) = reasons.last_mut()
        && !matches!(last.rule, Rule::BlockByRecipient | Rule::BlockBySender)
        && last.inputs.iter().all(|(name, _)| *name != "recipient_age")
    {
        // Whichever rule it was, another one of the same name holds for teenagers.
        last.inputs.push(("recipient_age", Value::from(inputs.recipient_age)));
    }
    Verdict::new(folder, reasons)
}

/// The verdict on asking for encryption where the profile has none.
pub fn refused_encryption() -> Verdict {
    let text = "Conversations are not encrypted end to end here.".to_owned();
    let reason = Reason { rule: Rule::Encryption, inputs: Vec::new(), limit: None, text };
    Verdict::new(Folder::Reject, vec![reason])
}

pub(super) struct Judge<'a> {
    /// The profile, or its rules for teenagers.
    pub(super) rules: &'a Profile,
    pub(super) is_teen: bool,
    pub(super) inputs: &'a Inputs,
    reasons: Vec<Reason>,
}

pub(super) type Seen = Vec<(&'static str, Value)>;

/// The names of inputs with their values.
macro_rules! seen {
    ($judge:ident: $($input:ident),*) => {
        vec![$((stringify!($input), crate::policy::Value::from($judge.inputs.$input))),*]
    };
}
pub(super) use seen;

impl<'a> Judge<'a> {
    fn judge(&mut self) -> Folder {
        if let Some(folder) = self.block() {
            return folder;
        }
        match self.inputs.deed {
            Deed::Edit => self.edit(),
            Deed::Unsend => self.unsend(),
            Deed::JoinGroup => self.join_group(),
            Deed::Message => self.message(),
            Deed::Start => self.law().or_else(|| self.dms_off()).unwrap_or_else(|| self.start()),
            Deed::AddToGroup => self.law().or_else(|| self.dms_off()).unwrap_or_else(|| self.add_to_group()),
            Deed::Call => self.law().or_else(|| self.dms_off()).unwrap_or_else(|| self.call()),
        }
    }

    pub(super) fn say(&mut self, rule: Rule, inputs: Seen, text: impl Into<String>) {
        self.reasons.push(Reason { rule, inputs, limit: None, text: text.into() });
    }

    /// Refuses because of a number that the profile sets.
    pub(super) fn refuse(&mut self, rule: Rule, limit: i64, inputs: Seen, text: impl Into<String>) -> Folder {
        self.reasons.push(Reason { rule, inputs, limit: Some(limit), text: text.into() });
        Folder::Reject
    }

    /// A block stands above everything, and the one who is blocked doesn't hear of it.
    fn block(&mut self) -> Option<Folder> {
        if self.inputs.blocked_by_recipient {
            self.say(
                Rule::BlockByRecipient,
                seen!(self: blocked_by_recipient),
                "The recipient has blocked the sender.",
            );
            return Some(Folder::DropSilent);
        }
        if self.inputs.blocked_by_sender {
            self.say(Rule::BlockBySender, seen!(self: blocked_by_sender), "You have blocked this person.");
            return Some(Folder::Reject);
        }
        None
    }

    /// What law and the protection of the young ask for.
    fn law(&mut self) -> Option<Folder> {
        let Inputs { sender_age, recipient_age, .. } = *self.inputs;
        let min = self.rules.age.min;
        if min > 0 {
            let too_young = |age: Option<u8>| age.is_some_and(|age| age < min);
            if too_young(sender_age) {
                let text = format!("You must be {min} or older to send direct messages.");
                return Some(self.refuse(Rule::AgeMin, i64::from(min), seen!(self: sender_age), text));
            }
            if too_young(recipient_age) {
                let text = "This person can't receive direct messages.";
                return Some(self.refuse(Rule::AgeMin, i64::from(min), seen!(self: recipient_age), text));
            }
            if self.rules.age.unknown == UnknownAge::Refuse
                && (sender_age.is_none() || recipient_age.is_none())
            {
                let text = format!("Direct messages are for people known to be {min} or older.");
                let seen = seen!(self: sender_age, recipient_age);
                return Some(self.refuse(Rule::AgeUnknown, i64::from(min), seen, text));
            }
        }
        if self.rules.start.opt_in {
            if !self.inputs.sender_opted_in {
                let text = "Switch your direct messages on first.";
                self.say(Rule::OptIn, seen!(self: sender_opted_in), text);
                return Some(Folder::Reject);
            }
            if !self.inputs.recipient_opted_in {
                let text = "This person has not switched direct messages on.";
                self.say(Rule::OptIn, seen!(self: recipient_opted_in), text);
                return Some(Folder::Reject);
            }
        }
        None
    }

    fn dms_off(&mut self) -> Option<Folder> {
        self.inputs.recipient_dms_off.then(|| {
            let text = "This person doesn't take direct messages.";
            self.say(Rule::DmsOff, seen!(self: recipient_dms_off), text);
            Folder::Reject
        })
    }

    /// Looks for the first condition that holds, and says which were looked at.
    pub(super) fn first(&self, list: &[Condition]) -> (Option<Condition>, Seen) {
        let mut seen = Vec::with_capacity(list.len() + 1);
        for condition in list.iter().copied() {
            let holds = self.inputs.relation.holds(condition);
            if !matches!(condition, Condition::Anyone | Condition::Nobody) {
                seen.push((condition.as_str(), Value::Bool(holds)));
            }
            if holds {
                return (Some(condition), seen);
            }
        }
        (None, seen)
    }
}
