//! Filters of room events (specification, 8.2 Filtering).

use aside_store::events::Event;
use ruma::RoomId;
use ruma::api::client::filter::{RoomEventFilter, UrlFilter};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Which events somebody asks for. What `not_…` names is left out even where the other list names it too.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventFilter(pub(crate) RoomEventFilter);

impl EventFilter {
    /// Whether every event of a room passes.
    pub(crate) fn is_open(&self) -> bool {
        let filter = &self.0;
        filter.types.is_none()
            && filter.not_types.is_empty()
            && filter.senders.is_none()
            && filter.not_senders.is_empty()
            && filter.url_filter.is_none()
    }

    /// Whether events of this room are asked for at all.
    pub(crate) fn has_room(&self, room_id: &RoomId) -> bool {
        let filter = &self.0;
        filter.rooms.as_ref().is_none_or(|rooms| rooms.iter().any(|other| other == room_id))
            && !filter.not_rooms.iter().any(|other| other == room_id)
    }

    pub(crate) fn has(&self, event: &Event) -> bool {
        self.is_open() || self.has_parts(&event.kind, &event.sender, &event.content)
    }

    /// As [`EventFilter::has`], of an event's type, sender and content.
    pub(crate) fn has_parts(&self, kind: &str, sender: &str, content: &str) -> bool {
        let filter = &self.0;
        filter.types.as_ref().is_none_or(|types| types.iter().any(|pattern| matches(pattern, kind)))
            && !filter.not_types.iter().any(|pattern| matches(pattern, kind))
            && filter
                .senders
                .as_ref()
                .is_none_or(|senders| senders.iter().any(|other| other.as_str() == sender))
            && !filter.not_senders.iter().any(|other| other.as_str() == sender)
            && filter.url_filter.is_none_or(|wanted| (wanted == UrlFilter::EventsWithUrl) == has_url(content))
    }
}

/// Whether a type is what a pattern says, in which `*` stands for any number of characters.
fn matches(pattern: &str, kind: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == kind };
    let Some(mut left) = kind.strip_prefix(start) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(found) = left.find(part) else { return false };
        left = &left[found + part.len()..];
    }
    true
}

fn has_url(content: &str) -> bool {
    #[derive(Deserialize)]
    struct Content {
        url: Option<IgnoredAny>,
    }
    content.contains("\"url\"")
        && serde_json::from_str::<Content>(content).is_ok_and(|content| content.url.is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn passes(filter: serde_json::Value, kind: &str, sender: &str, content: &str) -> bool {
        EventFilter(serde_json::from_value(filter).unwrap()).has_parts(kind, sender, content)
    }

    #[test]
    fn the_table_of_cases_holds() {
        let (message, alice) = ("m.room.message", "@alice:localhost");
        let cases = [
            (json!({}), true),
            (json!({ "types": ["m.room.message"] }), true),
            (json!({ "types": ["m.room.member"] }), false),
            (json!({ "types": [] }), false),
            (json!({ "types": ["m.room.*"] }), true),
            (json!({ "types": ["*"] }), true),
            (json!({ "types": ["m.*.mess*"] }), true),
            (json!({ "types": ["m.*.x*"] }), false),
            (json!({ "types": ["*message"] }), true),
            (json!({ "types": ["m.room.message*"] }), true),
            (json!({ "not_types": ["m.room.*"] }), false),
            (json!({ "types": ["m.room.message"], "not_types": ["m.room.message"] }), false),
            (json!({ "senders": ["@alice:localhost"] }), true),
            (json!({ "senders": ["@bob:localhost"] }), false),
            (json!({ "not_senders": ["@alice:localhost"] }), false),
            (json!({ "contains_url": true }), false),
            (json!({ "contains_url": false }), true),
        ];
        for (filter, expected) in cases {
            assert_eq!(passes(filter.clone(), message, alice, r#"{"body":"hi"}"#), expected, "{filter}");
        }
    }

    #[test]
    fn only_a_url_of_the_content_itself_counts() {
        let with = |content| passes(json!({ "contains_url": true }), "m.room.message", "@a:b", content);
        assert!(with(r#"{"url":"mxc://a/b"}"#));
        assert!(!with(r#"{"info":{"url":"mxc://a/b"}}"#));
    }
}
