//! What goes along with a report for moderators to see.

use aside_store::Side;
use aside_store::events::{self, Direction, Event};
use ruma::{EventId, OwnedEventId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rooms::{Room, VisibleRoom};
use crate::{Error, Homeserver, Result};

/// Messages before the reported one that go along at most, whatever the policy profile says.
const BEFORE_MAX: i64 = 50;
/// Messages that a reporter's client may disclose.
const DISCLOSED_MAX: usize = 20;
const DISCLOSED_BYTES_MAX: usize = 65_536;

/// A message that the reporter's client read in an encrypted conversation. The server can't check it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disclosed {
    pub event_id: OwnedEventId,
    /// Who the client says has sent it.
    pub sender: Option<String>,
    /// The decrypted content.
    pub content: Value,
}

/// An event as the server has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EventAsStored {
    pub(super) event_id: String,
    pub(super) sender: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) origin_server_ts: i64,
    pub(super) content: Value,
    /// Whether it is the one that was reported.
    pub(super) reported: bool,
}

/// Everything that goes along with a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Evidence {
    room_id: Option<String>,
    encrypted: bool,
    members: usize,
    pub(super) events: Vec<EventAsStored>,
    /// "Disclosed by the reporter, not verified."
    disclosed: Vec<Disclosed>,
}

impl Evidence {
    pub(super) fn of(room: Option<&Room>, events: Vec<EventAsStored>, disclosed: Vec<Disclosed>) -> Self {
        Evidence {
            room_id: room.map(|room| room.room_id.to_string()),
            encrypted: room.is_some_and(Room::is_encrypted),
            members: room.map_or(0, |room| room.state.joined().count()),
            events,
            disclosed,
        }
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

pub(super) fn check_disclosed(disclosed: &[Disclosed]) -> Result<()> {
    let bytes: usize = disclosed.iter().map(|one| one.content.to_string().len()).sum();
    if disclosed.len() > DISCLOSED_MAX || bytes > DISCLOSED_BYTES_MAX {
        return Err(Error::TooLarge(format!(
            "at most {DISCLOSED_MAX} disclosed messages of {DISCLOSED_BYTES_MAX} bytes together"
        )));
    }
    if disclosed.iter().any(|one| one.sender.as_ref().is_some_and(|sender| sender.len() > 255)) {
        return Err(Error::invalid("disclosed", "a sender is longer than 255 bytes"));
    }
    Ok(())
}

/// The reported event, what was said just before it, and what the reporter chose, as far as they may see it.
pub(super) async fn events(
    hs: &Homeserver,
    visible: &VisibleRoom,
    event_id: &EventId,
    chosen: &[OwnedEventId],
    before: i64,
) -> Result<Vec<EventAsStored>> {
    let before = before.clamp(0, BEFORE_MAX);
    let (num, wanted, viewer) = (visible.room.num, event_id.to_string(), visible.viewer.clone());
    let mut others: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    others.retain(|other| *other != wanted);
    let found = hs.store.read(Side::Room(num), async move |tx| {
        let Some(reported) = events::find(tx, num, &wanted).await? else { return Ok(None) };
        let mut reader = viewer.open(tx, reported.pos).await?;
        if !reader.may_read(tx, &reported).await? {
            return Ok(None);
        }
        let from = (reported.pos - before).max(1);
        let mut found = events::range(tx, num, from, reported.pos - 1, Direction::Forwards, before).await?;
        for other in &others {
            found.extend(events::find(tx, num, other).await?);
        }
        found.push(reported);
        found.sort_by_key(|event| event.pos);
        found.dedup_by_key(|event| event.pos);
        let mut readable = Vec::with_capacity(found.len());
        for event in found {
            if reader.may_read(tx, &event).await? {
                readable.push(stored(&event, event.event_id == wanted));
            }
        }
        Ok(Some(readable))
    });
    found.await?.ok_or(Error::NotFound("event"))
}

/// What the reporter chose of a conversation, as far as they may see it.
pub(super) async fn chosen(
    hs: &Homeserver,
    visible: &VisibleRoom,
    chosen: &[OwnedEventId],
) -> Result<Vec<EventAsStored>> {
    let (num, viewer) = (visible.room.num, visible.viewer.clone());
    let wanted: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    let found = hs.store.read(Side::Room(num), async move |tx| {
        let mut reader = viewer.open(tx, 1).await?;
        let mut found = Vec::with_capacity(wanted.len());
        for event_id in &wanted {
            let Some(event) = events::find(tx, num, event_id).await? else { continue };
            if reader.may_read(tx, &event).await? {
                found.push(stored(&event, false));
            }
        }
        Ok(found)
    });
    Ok(found.await?)
}

fn stored(event: &Event, reported: bool) -> EventAsStored {
    EventAsStored {
        event_id: event.event_id.clone(),
        sender: event.sender.clone(),
        kind: event.kind.clone(),
        origin_server_ts: event.origin_server_ts,
        content: serde_json::from_str(&event.content).unwrap_or_default(),
        reported,
    }
}
