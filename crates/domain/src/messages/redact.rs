//! Redaction: emptying an event of its content.

use std::sync::Arc;

use aside_model::policy::Deed;
use aside_store::{Side, events, relations};
use ruma::events::TimelineEventType;
use ruma::{EventId, OwnedEventId, UserId};
use serde_json::{Map, Value, json};

use super::append::{Sender, append};
use super::change::Change;
use super::windows;
use crate::accounts::Session;
use crate::rooms::{self, Draft, JoinedRoom, Room};
use crate::{Error, Homeserver, Result, media};

/// How long a redaction may take before its media are looked at, where nobody came back to say that it was done.
const MEDIA_PATIENCE_MS: i64 = 60_000;
/// A conversation with more people has moderators.
const PAIR: usize = 2;

/// Redacts an event on behalf of the session's user; the same `txn_id` from the same device redacts once.
///
/// # Errors
/// [`Error::Forbidden`] where the event is another's and the user's power level is too low; [`Error::Policy`] where it is too late
/// to take it back.
pub async fn redact(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    event_id: &EventId,
    txn_id: &str,
    reason: Option<&str>,
) -> Result<OwnedEventId> {
    let content =
        reason.map(|reason| Map::from_iter([("reason".to_owned(), json!(reason))])).unwrap_or_default();
    let draft = draft(room, event_id, content)?;
    let txn = format!("redact/{event_id}\u{1f}{txn_id}");
    let sender = Sender::with_txn(&session.user_id, session.device_id.as_str(), txn);
    let shown = media_of(hs, room, event_id).await?;
    if let Some((pos, owner, media)) = &shown {
        let at_ms = hs.clock.now_ms() + MEDIA_PATIENCE_MS;
        media::release_later(hs, room.num, *pos, *owner, media, at_ms).await?;
    }
    let redaction = append(hs, room.num, sender, draft).await?;
    if let Some((pos, owner, media)) = &shown {
        media::release_later(hs, room.num, *pos, *owner, media, hs.clock.now_ms()).await?;
    }
    Ok(redaction)
}

/// A redaction of an event, with more in its content.
pub(crate) fn draft(room: &Room, event_id: &EventId, mut content: Map<String, Value>) -> Result<Draft> {
    if room.rules.redaction.content_field_redacts {
        content.insert("redacts".into(), json!(event_id));
    }
    Ok(Draft {
        kind: TimelineEventType::RoomRedaction,
        state_key: None,
        content: rooms::content(&content)?,
        redacts: Some(event_id.to_owned()),
    })
}

/// Redacts somebody's own event for them, because moderators decided so; the same event once.
pub(crate) async fn redact_as(
    hs: &Arc<Homeserver>,
    room: &Room,
    author: &UserId,
    event_id: &EventId,
    reason: &str,
) -> Result<OwnedEventId> {
    let content = Map::from_iter([("reason".to_owned(), json!(reason))]);
    let sender = Sender::server_for(author, format!("moderation/{event_id}"));
    append(hs, room.num, sender, draft(room, event_id, content)?).await
}

/// What a redaction does.
pub(super) struct Emptied {
    pub(super) changes: Vec<Change>,
    /// Whether the sender redacts an event of their own.
    pub(super) is_own: bool,
}

/// The media that an event shows, with its position and who sent it; `None` where there are none.
async fn media_of(
    hs: &Homeserver,
    room: &Room,
    event_id: &EventId,
) -> Result<Option<(i64, crate::UserNum, Vec<String>)>> {
    let (num, wanted) = (room.num, event_id.to_string());
    let found = hs.store.read(Side::Room(num), async move |tx| events::find(tx, num, &wanted).await).await?;
    let Some(event) = found.filter(|event| event.state_key.is_none()) else { return Ok(None) };
    let media = media::ids_in(hs, &event.content);
    if media.is_empty() {
        return Ok(None);
    }
    Ok(media::owner(hs, &event.sender).await?.map(|owner| (event.pos, owner, media)))
}

/// Checks that the sender may redact the event and answers what it does: to the event, and to the edits of it.
///
/// The authorization rules let a redaction into the log where the sender may send events of its type; whether it takes
/// effect is decided here: by the event's own sender while the profile lets them, or by the power level to redact. What the
/// server deletes, because its time has come, it may.
pub(super) async fn check(
    hs: &Homeserver,
    room: &Room,
    sender: &Sender,
    target: &EventId,
    now_ms: i64,
) -> Result<Emptied> {
    let (num, wanted) = (room.num, target.to_string());
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(event) = events::find(tx, num, &wanted).await? else { return Ok(None) };
            let edits = match event.related {
                true => relations::list_edits(tx, num, &wanted, &event.sender).await?,
                false => Vec::new(),
            };
            Ok(Some((event, edits)))
        })
        .await?;
    let (event, edits) = found.ok_or(Error::NotFound("event"))?;
    if event.kind == "m.room.create" {
        return Err(Error::forbidden("The create event can't be redacted."));
    }
    let may_redact = |sender: &UserId| room.power_levels().user_can_redact_event_of_other(sender);
    if event.sender != sender.user_id.as_str() {
        if !may_redact(&sender.user_id) {
            return Err(Error::forbidden("Your power level is too low to redact others' events."));
        }
        if !sender.by_server && event.state_key.is_none() && !hs.policy().unsend.admin_delete {
            return Err(Error::forbidden("Nobody can take back others' messages here."));
        }
    } else if !sender.by_server && event.state_key.is_none() {
        let is_moderated = room.state.count("join") + room.state.count("invite") > PAIR;
        if !(is_moderated && may_redact(&sender.user_id)) {
            let profile = windows::profile(hs, &event.sender).await?;
            windows::check(&profile, Deed::Unsend, now_ms - event.origin_server_ts, 0)?;
        }
    }
    let emptied = std::iter::once(&event).chain(&edits);
    let changes = emptied.map(|event| Change::empty(&hs.tokens, room, event)).collect::<Result<_>>()?;
    Ok(Emptied { changes, is_own: event.sender == sender.user_id.as_str() })
}
