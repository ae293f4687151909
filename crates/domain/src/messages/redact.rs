//! Redaction: emptying an event of its content.

use std::sync::Arc;

use aside_store::{Side, events};
use ruma::events::TimelineEventType;
use ruma::{EventId, OwnedEventId, UserId};
use serde_json::json;

use super::append::{Sender, append};
use crate::accounts::Session;
use crate::rooms::{self, Draft, JoinedRoom, Room};
use crate::{Error, Homeserver, Result};

/// Redacts an event on behalf of the session's user; the same `txn_id` from the same device redacts once.
///
/// # Errors
/// [`Error::Forbidden`] where the event is another's and the user's power level is too low.
pub async fn redact(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    event_id: &EventId,
    txn_id: &str,
    reason: Option<&str>,
) -> Result<OwnedEventId> {
    let mut content = serde_json::Map::new();
    if let Some(reason) = reason {
        content.insert("reason".into(), json!(reason));
    }
    if room.rules.redaction.content_field_redacts {
        content.insert("redacts".into(), json!(event_id));
    }
    let draft = Draft {
        kind: TimelineEventType::RoomRedaction,
        state_key: None,
        content: rooms::content(&content)?,
        redacts: Some(event_id.to_owned()),
    };
    let txn = format!("redact/{event_id}\u{1f}{txn_id}");
    let sender = Sender { user_id: session.user_id.clone(), txn: Some((session.device_id.to_string(), txn)) };
    append(hs, room.num, sender, draft).await
}

/// Checks that the sender may redact the event and answers what will be left of its content.
///
/// The authorization rules let a redaction into the log where the sender may send events of its type; whether it takes
/// effect is decided here: by the event's own sender, or by the power level to redact.
pub(super) async fn check(hs: &Homeserver, room: &Room, sender: &UserId, target: &EventId) -> Result<String> {
    let (num, wanted) = (room.num, target.to_string());
    let found = hs.store.read(Side::Room(num), async move |tx| events::find(tx, num, &wanted).await).await?;
    let event = found.ok_or(Error::NotFound("event"))?;
    if event.kind == "m.room.create" {
        return Err(Error::forbidden("The create event can't be redacted."));
    }
    if event.sender != sender.as_str() && !room.power_levels().user_can_redact_event_of_other(sender) {
        return Err(Error::forbidden("Your power level is too low to redact others' events."));
    }
    rooms::redacted_content(&room.rules, &event)
}
