//! What of an event is text that people look for.

use aside_store::events::Event;
use aside_store::search::Word;
use serde_json::Value;

use super::words::{self, Tokens};
use crate::RoomNum;

/// The keys of a content that are searched, by their number in the index.
pub(super) const FIELDS: [&str; 3] = ["body", "name", "topic"];

/// The text of an event: field and words. Encrypted events have none; an edit has what it makes of the message.
pub(super) fn of_event(event: &Event) -> Vec<(usize, String)> {
    if event.kind == "m.room.encrypted" || event.redacted_by.is_some() {
        return Vec::new();
    }
    if !FIELDS.iter().any(|field| event.content.contains(field)) {
        return Vec::new();
    }
    let Ok(content) = serde_json::from_str::<Value>(&event.content) else { return Vec::new() };
    let content = content.get("m.new_content").filter(|new| new.is_object()).unwrap_or(&content);
    let text = |number: usize| Some((number, content.get(FIELDS[number])?.as_str()?.to_owned()));
    match (event.kind.as_str(), event.state_key.is_some()) {
        ("m.room.name", true) => text(1).into_iter().collect(),
        ("m.room.topic", true) => text(2).into_iter().collect(),
        (_, true) => Vec::new(),
        (_, false) => text(0).into_iter().collect(),
    }
}

/// The rows that an event has in the index.
pub(crate) fn words_of(tokens: &Tokens, room: RoomNum, event: &Event) -> Vec<Word> {
    let mut rows = Vec::new();
    for (number, text) in of_event(event) {
        for word in words::of_text(&text) {
            rows.push(Word { word: tokens.token(room, &word), field: number as i64 });
        }
    }
    rows
}
