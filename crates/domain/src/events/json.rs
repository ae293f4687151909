//! The client format of an event (specification, 8.3 Room event format), put together from its stored parts as text:
//! the content is copied as it is, never parsed and written again.

use std::fmt::Write;

use aside_store::events::Event;
use ruma::events::AnyStrippedStateEvent;
use ruma::serde::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rooms::Pdu;
use crate::{Error, Result};

/// The parts of an event that its client format shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) kind: &'a str,
    pub(super) sender: &'a str,
    pub(super) event_id: &'a str,
    pub(super) state_key: Option<&'a str>,
    pub(super) origin_server_ts: i64,
    /// A JSON object.
    pub(super) content: &'a str,
    /// The rest of the PDU, a JSON object; `None` where it isn't at hand, as with state.
    pub(super) pdu: Option<&'a str>,
    pub(super) redacted: bool,
}

impl<'a> From<&'a Event> for Parts<'a> {
    fn from(event: &'a Event) -> Self {
        Parts {
            kind: &event.kind,
            sender: &event.sender,
            event_id: &event.event_id,
            state_key: event.state_key.as_deref(),
            origin_server_ts: event.origin_server_ts,
            content: &event.content,
            pdu: Some(&event.pdu),
            redacted: event.redacted_by.is_some(),
        }
    }
}

/// What a client is told beside the event itself. JSON fragments are whole values.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsigned<'a> {
    pub(super) now_ms: i64,
    /// The user's membership when the event happened.
    pub(super) membership: Option<&'a str>,
    /// For the device that sent it.
    pub(super) transaction_id: Option<&'a str>,
    /// The redaction, in the client format.
    pub(super) redacted_because: Option<&'a str>,
    /// The content and the id of the event that this piece of state had before.
    pub(super) previous: Option<(&'a str, &'a str)>,
    /// Bundled aggregations, a JSON object.
    pub(super) relations: Option<&'a str>,
    /// What is wrong with the message's links, a JSON array.
    pub(super) links: Option<&'a str>,
    /// Whether contacts were taken out of the content.
    pub(super) masked: bool,
}

/// Writes an event in the client format; without `room_id` as it stands below its room in a sync.
pub(super) fn client_json(parts: &Parts<'_>, room_id: Option<&str>, unsigned: &Unsigned<'_>) -> String {
    let mut out = String::with_capacity(parts.content.len() + 400);
    let redacts = redacts(parts);
    out.push_str("{\"type\":");
    push_text(&mut out, parts.kind);
    out.push_str(",\"content\":");
    match redacts.as_ref().filter(|(_, in_content)| !in_content) {
        Some((target, _)) => push_with_redacts(&mut out, parts.content, target),
        None => out.push_str(parts.content),
    }
    push_member(&mut out, "sender", parts.sender);
    push_member(&mut out, "event_id", parts.event_id);
    let _ = write!(out, ",\"origin_server_ts\":{}", parts.origin_server_ts);
    if let Some(room_id) = room_id {
        push_member(&mut out, "room_id", room_id);
    }
    if let Some(state_key) = parts.state_key {
        push_member(&mut out, "state_key", state_key);
    }
    if let Some((target, _)) = &redacts {
        push_member(&mut out, "redacts", target);
    }
    push_unsigned(&mut out, parts.origin_server_ts, unsigned);
    out.push('}');
    out
}

fn push_unsigned(out: &mut String, origin_server_ts: i64, unsigned: &Unsigned<'_>) {
    let age = unsigned.now_ms.saturating_sub(origin_server_ts).max(0);
    let _ = write!(out, ",\"unsigned\":{{\"age\":{age}");
    if let Some(membership) = unsigned.membership {
        push_member(out, "membership", membership);
    }
    if let Some(transaction_id) = unsigned.transaction_id {
        push_member(out, "transaction_id", transaction_id);
    }
    if let Some(redaction) = unsigned.redacted_because {
        push_fragment(out, "redacted_because", redaction);
    }
    if let Some((content, event_id)) = unsigned.previous {
        push_fragment(out, "prev_content", content);
        push_member(out, "replaces_state", event_id);
    }
    if let Some(relations) = unsigned.relations {
        push_fragment(out, "m.relations", relations);
    }
    if let Some(links) = unsigned.links {
        push_fragment(out, "org.aside.links", links);
    }
    if unsigned.masked {
        push_fragment(out, "org.aside.masked", "true");
    }
    out.push('}');
}

/// The event that a redaction is about, and whether its content names it. Room versions before 11 name it outside the
/// content; clients are told in both places (specification, `m.room.redaction`).
fn redacts(parts: &Parts<'_>) -> Option<(String, bool)> {
    #[derive(Deserialize)]
    struct Names {
        redacts: Option<String>,
    }
    if parts.kind != "m.room.redaction" {
        return None;
    }
    let named = |json: &str| serde_json::from_str::<Names>(json).ok()?.redacts;
    match named(parts.content) {
        Some(target) => Some((target, true)),
        // A redacted redaction no longer names anything in those versions.
        None if parts.redacted => None,
        None => parts.pdu.and_then(named).map(|target| (target, false)),
    }
}

fn push_with_redacts(out: &mut String, content: &str, target: &str) {
    let rest = content.trim_start().strip_prefix('{').unwrap_or("}");
    out.push_str("{\"redacts\":");
    push_text(out, target);
    if !rest.trim_start().starts_with('}') {
        out.push(',');
    }
    out.push_str(rest);
}

fn push_member(out: &mut String, name: &str, text: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    push_text(out, text);
}

fn push_fragment(out: &mut String, name: &str, json: &str) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    out.push_str(json);
}

/// A JSON string; almost none needs escaping.
pub(super) fn push_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        // Writing a string can't fail.
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
        return;
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// A piece of state as people outside a room see it: type, state key, sender and content (specification, 8.4 Stripped state).
pub(crate) fn stripped_state_json(pdu: &Pdu) -> Result<Raw<AnyStrippedStateEvent>> {
    let mut out = String::with_capacity(pdu.content.get().len() + 160);
    out.push_str("{\"type\":");
    push_text(&mut out, &pdu.kind.to_string());
    push_member(&mut out, "state_key", pdu.state_key.as_deref().unwrap_or_default());
    push_member(&mut out, "sender", pdu.sender.as_str());
    push_fragment(&mut out, "content", pdu.content.get());
    out.push('}');
    RawValue::from_string(out).map(Raw::from_json).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn any_object() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::hash_map(any::<String>(), any_json(), 0..4)
            .prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            (kind, sender, event_id) in any::<(String, String, String)>(),
            (room_id, membership, txn) in any::<(String, String, String)>(),
            state_key in any::<Option<String>>(),
            (ts, now_ms) in (0..i64::MAX / 2, 0..i64::MAX / 2),
            (content, previous) in (any_object(), any_object()),
        ) {
            let (content, previous) = (Value::Object(content), Value::Object(previous));
            let (content_text, previous_text) = (content.to_string(), previous.to_string());
            let parts = Parts {
                kind: &kind, sender: &sender, event_id: &event_id, state_key: state_key.as_deref(),
                origin_server_ts: ts, content: &content_text, pdu: None, redacted: false,
            };
            let unsigned = Unsigned {
                now_ms,
                membership: Some(&membership),
                transaction_id: Some(&txn),
                redacted_because: Some(&previous_text),
                previous: Some((&previous_text, &event_id)),
                relations: Some(&previous_text),
                links: Some("[]"),
                masked: true,
            };
            let read: Value = serde_json::from_str(&client_json(&parts, Some(&room_id), &unsigned)).unwrap();
            let mut expected = json!({
                "type": kind, "sender": sender, "event_id": event_id, "room_id": room_id, "origin_server_ts": ts,
                "content": content,
                "unsigned": {
                    "age": (now_ms - ts).max(0), "membership": membership, "transaction_id": txn,
                    "redacted_because": previous, "prev_content": previous, "replaces_state": event_id,
                    "m.relations": previous, "org.aside.links": [], "org.aside.masked": true,
                },
            });
            if let Some(state_key) = &state_key {
                expected["state_key"] = json!(state_key);
            }
            prop_assert_eq!(read, expected);
        }
    }

    fn redaction(content: &str, pdu: &str, redacted: bool) -> Value {
        let parts = Parts {
            kind: "m.room.redaction",
            sender: "@alice:localhost",
            event_id: "$redaction",
            state_key: None,
            origin_server_ts: 1,
            content,
            pdu: Some(pdu),
            redacted,
        };
        serde_json::from_str(&client_json(&parts, None, &Unsigned::default())).unwrap()
    }

    #[test]
    fn a_redaction_names_its_target_in_both_places() {
        for (content, pdu) in
            [(r#"{"redacts":"$a","reason":"b"}"#, "{}"), (r#"{"reason":"b"}"#, r#"{"redacts":"$a"}"#)]
        {
            let event = redaction(content, pdu, false);
            assert_eq!(event["redacts"], "$a");
            assert_eq!(event["content"], json!({ "redacts": "$a", "reason": "b" }));
        }
        assert_eq!(redaction("{}", r#"{"redacts":"$a"}"#, false)["content"], json!({ "redacts": "$a" }));
    }

    #[test]
    fn a_redacted_redaction_of_an_old_room_names_nothing() {
        let event = redaction("{}", r#"{"redacts":"$a"}"#, true);
        assert_eq!((event.get("redacts"), &event["content"]), (None, &json!({})));
    }
}
