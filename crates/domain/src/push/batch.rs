//! New events of a room on their way to its members: what push rules look at, worked out once for all members and only
//! where somebody's rules ask for it.

use std::sync::OnceLock;

use ruma::UInt;
use ruma::events::TimelineEventType;
use ruma::push::{
    Action, AnyPushRuleRef, EventMatchConditionData, FlattenedJson, PushCondition,
    PushConditionPowerLevelsCtx, PushConditionRoomCtx, Ruleset, Tweak,
};
use ruma::serde::Raw;
use serde_json::{Value, json};

use super::rulebook::Rules;
use super::words;
use crate::messages::{Appended, relation_of};
use crate::rooms::{Member, Pdu, Room};

/// Push rules look at this much of a text, in bytes, so that no rule and no text together can take long.
const TEXT_BYTES_MAX: usize = 4096;

/// What a rule says should be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) highlight: bool,
    pub(super) sound: Option<String>,
}

/// New events of one room.
pub(crate) struct Batch<'a> {
    room: &'a Room,
    candidates: Vec<Candidate<'a>>,
    joined: OnceLock<usize>,
    power_levels: OnceLock<PushConditionPowerLevelsCtx>,
}

/// One new event.
pub(super) struct Candidate<'a> {
    appended: &'a Appended,
    /// The root's event id where the event is in a thread.
    pub(super) thread_id: Option<String>,
    plain: Plain,
    /// `None` where the event is nested too deep to be looked at.
    flattened: OnceLock<Option<FlattenedJson>>,
}

/// What the server's default rules say of an event without looking closely; nearly all events are of these kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plain {
    /// It notifies nobody.
    Nobody,
    /// It is an invite, which notifies whom it is about.
    Invited,
    /// It is an ordinary message.
    Message,
    /// It is a call.
    Call,
    /// It may mention somebody, be an edit or a notice: the rules themselves have to say.
    Unclear,
}

impl Candidate<'_> {
    pub(super) fn pdu(&self) -> &Pdu {
        &self.appended.pdu
    }

    fn flattened(&self) -> Option<&FlattenedJson> {
        let flatten = || {
            let pdu = self.pdu();
            let content: Value = serde_json::from_str(&self.appended.event.content).ok()?;
            let mut event = json!({ "type": pdu.kind, "sender": pdu.sender, "content": shortened(content) });
            if let Some(state_key) = &pdu.state_key {
                event["state_key"] = json!(state_key);
            }
            // What can't be read back can't be flattened either.
            let raw = Raw::<Value>::from_json(serde_json::value::to_raw_value(&event).ok()?);
            raw.deserialize().ok()?;
            Some(FlattenedJson::from_raw(&raw))
        };
        self.flattened.get_or_init(flatten).as_ref()
    }
}

/// A content with its long texts cut off.
fn shortened(value: Value) -> Value {
    match value {
        Value::String(mut text) if text.len() > TEXT_BYTES_MAX => {
            text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
            Value::String(text)
        }
        Value::Array(values) => Value::Array(values.into_iter().map(shortened).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, shortened(value))).collect())
        }
        other => other,
    }
}

fn plain(appended: &Appended) -> Plain {
    let (kind, content) = (&appended.pdu.kind, &appended.event.content);
    // Mentions, edits and notices are told by these words; where they stand elsewhere, looking closer does no harm.
    if ["m.mentions", "m.replace", "m.notice"].iter().any(|word| content.contains(word)) {
        return Plain::Unclear;
    }
    match kind {
        TimelineEventType::RoomMember if content.contains("\"membership\":\"invite\"") => Plain::Invited,
        TimelineEventType::RoomMessage | TimelineEventType::RoomEncrypted => Plain::Message,
        TimelineEventType::CallInvite => Plain::Call,
        TimelineEventType::RoomTombstone => Plain::Unclear,
        _ => Plain::Nobody,
    }
}

impl<'a> Batch<'a> {
    pub(crate) fn new(room: &'a Room, events: &'a [Appended]) -> Self {
        let candidate = |appended: &'a Appended| Candidate {
            appended,
            thread_id: relation_of(&appended.event)
                .filter(|relation| relation.rel_type == "m.thread")
                .map(|relation| relation.parent_id),
            plain: plain(appended),
            flattened: OnceLock::new(),
        };
        let candidates = events.iter().map(candidate).collect();
        Batch { room, candidates, joined: OnceLock::new(), power_levels: OnceLock::new() }
    }

    /// The events that a member may be notified of: others' events where they are in the room, and their own invite.
    pub(super) fn candidates_for(&self, member: &Member) -> impl Iterator<Item = &Candidate<'a>> {
        let joined = member.membership == "join";
        let invited = member.membership == "invite";
        self.candidates.iter().filter(move |candidate| {
            let pdu = candidate.pdu();
            pdu.sender != member.user_id && (joined || (invited && pdu.pos == member.pos))
        })
    }

    /// What the server's default rules say of an event to a member.
    pub(super) async fn by_default(
        &self,
        rules: &Rules,
        candidate: &Candidate<'a>,
        member: &Member,
    ) -> Option<Verdict> {
        let is_about_member = || candidate.pdu().state_key.as_deref() == Some(member.user_id.as_str());
        let sound = match candidate.plain {
            Plain::Unclear => return self.by_rules(&rules.ruleset(), candidate, member).await,
            Plain::Invited if is_about_member() => Some("default"),
            Plain::Call => Some("ring"),
            Plain::Message => (self.joined() == 2).then_some("default"),
            Plain::Nobody | Plain::Invited => return None,
        };
        Some(Verdict { highlight: false, sound: sound.map(str::to_owned) })
    }

    /// What a member's own rules say of an event: the first rule that applies, if it notifies.
    pub(super) async fn by_rules(
        &self,
        rules: &Ruleset,
        candidate: &Candidate<'a>,
        member: &Member,
    ) -> Option<Verdict> {
        let event = candidate.flattened()?;
        let display_name = self.display_name(member);
        let context = PushConditionRoomCtx::new(
            self.room.room_id.clone(),
            UInt::try_from(self.joined()).unwrap_or(UInt::MAX),
            member.user_id.clone(),
            display_name.unwrap_or_default(),
        )
        .with_power_levels(self.power_levels().clone());
        for rule in rules {
            if applies(rule, event, &context).await {
                return verdict(rule.actions());
            }
        }
        None
    }

    fn joined(&self) -> usize {
        *self.joined.get_or_init(|| self.room.state.joined().count())
    }

    fn power_levels(&self) -> &PushConditionPowerLevelsCtx {
        self.power_levels.get_or_init(|| self.room.power_levels().into())
    }

    fn display_name(&self, member: &Member) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Content {
            displayname: Option<String>,
        }
        let event = self.room.state.get("m.room.member", member.user_id.as_str())?;
        event.content_as::<Content>()?.displayname
    }
}

async fn applies(rule: AnyPushRuleRef<'_>, event: &FlattenedJson, context: &PushConditionRoomCtx) -> bool {
    if !rule.enabled() {
        return false;
    }
    let conditions = match rule {
        AnyPushRuleRef::Override(rule) => &rule.conditions,
        AnyPushRuleRef::Underride(rule) => &rule.conditions,
        AnyPushRuleRef::Content(rule) => return body_has(&rule.pattern, event, context).await,
        other => return other.applies(event, context).await,
    };
    for condition in conditions {
        if !holds(condition, event, context).await {
            return false;
        }
    }
    true
}

async fn holds(condition: &PushCondition, event: &FlattenedJson, context: &PushConditionRoomCtx) -> bool {
    match condition {
        PushCondition::EventMatch(data) if data.key == "content.body" => {
            body_has(&data.pattern, event, context).await
        }
        // The condition is older than mentions, and clients still make rules with it.
        #[expect(deprecated, reason = "the specification still has it")]
        PushCondition::ContainsDisplayName => {
            !context.user_display_name.is_empty()
                && body_has(&context.user_display_name, event, context).await
        }
        condition => condition.applies(event, context).await,
    }
}

/// Whether a message's body has a pattern as a word.
async fn body_has(pattern: &str, event: &FlattenedJson, context: &PushConditionRoomCtx) -> bool {
    let Some(body) = event.get_str("content.body") else { return false };
    if pattern.contains(['*', '?']) {
        let data = EventMatchConditionData::new("content.body".to_owned(), pattern.to_owned());
        return PushCondition::EventMatch(data).applies(event, context).await;
    }
    words::has_word(body, pattern)
}

fn verdict(actions: &[Action]) -> Option<Verdict> {
    if !actions.iter().any(Action::should_notify) {
        return None;
    }
    let sound = actions.iter().find_map(|action| match action {
        Action::SetTweak(Tweak::Sound(sound)) => Some(sound.as_str().to_owned()),
        _ => None,
    });
    Some(Verdict { highlight: actions.iter().any(Action::is_highlight), sound })
}
