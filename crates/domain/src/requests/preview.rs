//! What a request says, before it is answered. Nobody is told that it was looked at.

use aside_model::policy::{Kind, LinkMode, MediaMode, look};
use aside_store::Side;
use aside_store::events::{self, Direction, Event};
use ruma::RoomId;
use serde_json::{Value, json};

use super::answer::find;
use super::list::{self, Listed};
use crate::accounts::Session;
use crate::rooms::Room;
use crate::{Homeserver, Result, rooms};

/// Messages of a preview.
const MESSAGES_MAX: i64 = 100;
/// Events that are looked at to find them.
const LOOKED_AT_MAX: i64 = 500;
/// Characters of a snippet.
const SNIPPET_CHARS: usize = 140;

/// A request with what its sender says.
#[derive(Debug, Clone)]
pub struct Preview {
    pub request: Listed,
    /// Events in the client format, oldest first. Where the profile blocks media, the addresses of files are left out.
    pub messages: Vec<Value>,
    /// How links are to be shown.
    pub links: LinkMode,
    /// How pictures and files are to be shown.
    pub media: MediaMode,
}

/// What a request says.
///
/// # Errors
/// [`crate::Error::NotFound`] where there is no such request.
pub async fn preview(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<Preview> {
    let (num, request) = find(hs, session, room_id).await?;
    let room = rooms::load(hs, num).await?;
    let profile = hs.policy_for(session.user).await?;
    let (links, media) = match request.stranger {
        true => (profile.stranger.link_mode, profile.stranger.media_mode),
        false => (LinkMode::Normal, MediaMode::Normal),
    };
    // What is said in a group is for those who are in it.
    let said = if request.direct { said(hs, &room, &request.sender_id).await? } else { Vec::new() };
    let messages = said.iter().rev().map(|event| shown(event, room_id, media)).collect();
    Ok(Preview { request: list::describe(hs, session, request).await?, messages, links, media })
}

/// What the sender said, newest first.
async fn said(hs: &Homeserver, room: &Room, sender: &str) -> Result<Vec<Event>> {
    let (num, newest) = (room.num, room.next_pos - 1);
    let events = hs
        .store
        .read(Side::Room(num), async move |tx| {
            events::range(tx, num, 1, newest, Direction::Backwards, LOOKED_AT_MAX).await
        })
        .await?;
    let is_said = |event: &Event| {
        event.sender == sender
            && event.state_key.is_none()
            && event.redacted_by.is_none()
            && event.kind != "m.room.redaction"
    };
    Ok(events.into_iter().filter(is_said).take(MESSAGES_MAX as usize).collect())
}

fn shown(event: &Event, room_id: &RoomId, media: MediaMode) -> Value {
    let mut content: Value = serde_json::from_str(&event.content).unwrap_or_else(|_| json!({}));
    let kind = look(&event.kind, &event.content, aside_model::policy::Unit::Chars).kind;
    let is_media = kind.is_media() || kind == Kind::Sticker;
    if is_media && media == MediaMode::Blocked {
        remove_addresses(&mut content);
    }
    json!({
        "type": event.kind,
        "sender": event.sender,
        "event_id": event.event_id,
        "room_id": room_id,
        "origin_server_ts": event.origin_server_ts,
        "content": content,
    })
}

/// Takes out where a file and its thumbnail are.
fn remove_addresses(content: &mut Value) {
    let Some(fields) = content.as_object_mut() else { return };
    for field in ["url", "file", "m.new_content", "formatted_body"] {
        fields.remove(field);
    }
    if let Some(info) = fields.get_mut("info").and_then(Value::as_object_mut) {
        info.remove("thumbnail_url");
        info.remove("thumbnail_file");
    }
}

/// What a sender has said in words, the newest first.
pub(super) async fn texts(hs: &Homeserver, room: &Room, sender: &str) -> Result<Vec<String>> {
    let said = said(hs, room, sender).await?.into_iter();
    let texts = said.map(|event| look(&event.kind, &event.content, aside_model::policy::Unit::Chars).text);
    Ok(texts.filter(|text| !text.trim().is_empty()).collect())
}

/// A text, cut short.
pub(super) fn snippet(text: &str) -> String {
    text.chars().take(SNIPPET_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocked_picture_has_no_address() {
        let mut content = json!({
            "body": "cat.png", "url": "mxc://localhost/a",
            "info": { "size": 7, "thumbnail_url": "mxc://localhost/b", "thumbnail_file": {} },
        });
        remove_addresses(&mut content);
        assert_eq!(content, json!({ "body": "cat.png", "info": { "size": 7 } }));
    }
}
