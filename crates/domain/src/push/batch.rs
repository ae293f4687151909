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
            !candidate.appended.event.withheld
                && pdu.sender != member.user_id
                && (joined || (invited && pdu.pos == member.pos))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aside_store::events::Event;
    use ruma::{RoomId, RoomVersionId, user_id};

    use super::*;
    use crate::{RoomNum, UserNum};

    fn event(kind: &str, state_key: Option<&str>, content: &Value) -> Appended {
        let event = Event {
            pos: 9,
            event_id: "$event".into(),
            sender: "@alice:localhost".into(),
            kind: kind.into(),
            state_key: state_key.map(str::to_owned),
            origin_server_ts: 1,
            content: content.to_string(),
            pdu: "{}".into(),
            device_id: None,
            txn: None,
            redacted_by: None,
            related: false,
            withheld: false,
        };
        let room_id = RoomId::parse("!room:localhost").unwrap();
        Appended { pdu: Arc::new(Pdu::from_stored(&event, &room_id).unwrap()), event: Arc::new(event) }
    }

    fn room_of(people: i64) -> Room {
        let room_id = RoomId::parse("!room:localhost").unwrap();
        let mut room = Room::empty(RoomNum(1), room_id, RoomVersionId::V11).unwrap();
        let create = event("m.room.create", Some(""), &json!({ "room_version": "11" }));
        room.apply(create.pdu, None);
        for (number, name) in (1..=people).zip(["alice", "bob", "carol"]) {
            let member =
                event("m.room.member", Some(&format!("@{name}:localhost")), &json!({ "membership": "join" }));
            room.apply(member.pdu, Some(UserNum(number)));
        }
        room
    }

    /// Events of every kind that the default rules know, and some that only look like them.
    fn events() -> Vec<Appended> {
        let text = |more: Value| {
            let mut content = json!({ "msgtype": "m.text", "body": "hello bob" });
            content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            event("m.room.message", None, &content)
        };
        let member = |membership: &str, whom: &str| {
            event("m.room.member", Some(whom), &json!({ "membership": membership }))
        };
        vec![
            text(json!({})),
            text(json!({ "msgtype": "m.notice" })),
            text(json!({ "body": "what is an m.notice?" })),
            text(json!({ "body": "and what are m.mentions?" })),
            text(json!({ "m.mentions": {} })),
            text(json!({ "m.mentions": { "user_ids": ["@bob:localhost"] } })),
            text(json!({ "m.mentions": { "user_ids": ["@carol:localhost"] } })),
            text(json!({ "m.mentions": { "room": true } })),
            text(json!({ "m.relates_to": { "rel_type": "m.replace", "event_id": "$other" } })),
            text(json!({ "m.relates_to": { "rel_type": "m.thread", "event_id": "$other" } })),
            event("m.room.encrypted", None, &json!({ "ciphertext": "x" })),
            event("m.room.encrypted", None, &json!({ "m.relates_to": { "rel_type": "m.replace" } })),
            event("m.sticker", None, &json!({ "body": "a cat" })),
            event("m.reaction", None, &json!({ "m.relates_to": { "rel_type": "m.annotation", "key": "+" } })),
            event("m.call.invite", None, &json!({ "call_id": "1" })),
            event("m.call.hangup", None, &json!({ "call_id": "1" })),
            event("org.example", None, &json!({ "membership": "invite", "msgtype": "m.notice" })),
            event("m.room.topic", Some(""), &json!({ "topic": "news" })),
            event("m.room.tombstone", Some(""), &json!({ "body": "moved" })),
            event("m.room.tombstone", Some("other"), &json!({ "body": "moved" })),
            event("m.room.server_acl", Some(""), &json!({ "allow": ["*"] })),
            member("invite", "@bob:localhost"),
            member("invite", "@carol:localhost"),
            member("join", "@bob:localhost"),
            member("leave", "@carol:localhost"),
        ]
    }

    #[tokio::test]
    async fn the_short_way_says_the_same_as_the_rules() {
        let bob =
            Member { user_id: user_id!("@bob:localhost").to_owned(), membership: "join".into(), pos: 3 };
        let rules = Rules::parse(bob.user_id.clone(), None);
        let ruleset = rules.ruleset();
        let mut short = 0;
        for people in [2, 3] {
            let (room, events) = (room_of(people), events());
            let batch = Batch::new(&room, &events);
            for candidate in batch.candidates_for(&bob) {
                short += usize::from(candidate.plain != Plain::Unclear);
                let expected = batch.by_rules(&ruleset, candidate, &bob).await;
                let found = batch.by_default(&rules, candidate, &bob).await;
                assert_eq!(found, expected, "{} {}", candidate.pdu().kind, candidate.pdu().content);
            }
        }
        assert!(short > 25, "the short way is taken for most of them: {short}");
    }

    #[tokio::test]
    async fn a_deep_or_long_content_is_judged_in_good_time() {
        let bob =
            Member { user_id: user_id!("@bob:localhost").to_owned(), membership: "join".into(), pos: 3 };
        let room = room_of(2);
        let mut ruleset = Ruleset::server_default(&bob.user_id);
        for pattern in ["x", "a*b*c*d*e"] {
            let rule = json!({
                "rule_id": pattern, "pattern": pattern, "actions": ["notify"], "default": false, "enabled": true,
            });
            ruleset.content.insert(serde_json::from_value(rule).unwrap());
        }
        let deep = format!("{}1{}", "[".repeat(126), "]".repeat(126));
        let deep =
            event("m.room.message", None, &serde_json::from_str(&format!("{{\"a\":{deep}}}")).unwrap());
        let long = json!({ "msgtype": "m.text", "body": "xx a ".repeat(12_000) });
        let events = [deep, event("m.room.message", None, &long)];
        let batch = Batch::new(&room, &events);
        let mut judged = Vec::new();
        for candidate in batch.candidates_for(&bob) {
            judged.push(batch.by_rules(&ruleset, candidate, &bob).await.is_some());
        }
        assert_eq!(judged, [false, true], "what can't be looked at notifies nobody");
    }
}
