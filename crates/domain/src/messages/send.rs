//! Sending: what a person, a bot or a page says in a room.

use std::sync::Arc;

use ruma::events::{StateEventType, TimelineEventType};
use ruma::{EventId, OwnedEventId};
use serde_json::value::RawValue;

use super::append::{Sender, append};
use crate::accounts::Session;
use crate::ephemeral::{presence, typing};
use crate::rooms::{self, Draft, JoinedRoom};
use crate::{Error, Homeserver, Limited, Result, policy, reports, requests, safety, security, timers};

/// Sends a message event; the same `txn_id` from the same device sends once and answers the same event id again.
///
/// # Errors
/// As [`append`]; [`Error::LimitExceeded`].
pub async fn send(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    kind: TimelineEventType,
    txn_id: &str,
    content: Box<RawValue>,
) -> Result<OwnedEventId> {
    let event_id = say(hs, session, room, kind, txn_id, content).await?;
    typing::stop(hs, room, session.user);
    presence::active(hs, session);
    Ok(event_id)
}

/// As [`send`], where the sender need not be there: nobody sees them stop typing or come online.
///
/// # Errors
/// As [`send`].
pub(crate) async fn say(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    kind: TimelineEventType,
    txn_id: &str,
    content: Box<RawValue>,
) -> Result<OwnedEventId> {
    hs.limit(Limited::Send, session.user_id.as_str())?;
    if kind == TimelineEventType::RoomRedaction {
        let (target, reason) = redaction(&content)?;
        return super::redact(hs, session, room, &target, txn_id, reason.as_deref()).await;
    }
    reports::check_may_act(hs, session).await?;
    safety::check_forward(hs, session, content.get()).await?;
    let name = kind.to_string();
    policy::check_message(hs, session, room, &name, content.get()).await?;
    policy::note_text(hs, session, room, &name, content.get()).await?;
    let asks = room.requests.values().any(|row| row.sender == session.user);
    let said = asks.then(|| policy::text_of(&name, &content));
    let txn = format!("send/{kind}\u{1f}{txn_id}");
    let sender = Sender::with_txn(&session.user_id, session.device_id.as_str(), txn);
    let event_id = append(hs, room.num, sender, Draft::message(kind, content)).await?;
    if let Some(text) = said {
        requests::news(hs, room, &session.user_id, Some(&text)).await?;
    }
    Ok(event_id)
}

/// Sets a piece of state.
///
/// # Errors
/// As [`append`]; [`Error::LimitExceeded`]; [`Error::BadAlias`] where the room is given a name that isn't its alias;
/// [`Error::Forbidden`] where its messages are to disappear after a time that the profile doesn't offer.
pub async fn send_state(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    kind: StateEventType,
    state_key: &str,
    content: Box<RawValue>,
) -> Result<OwnedEventId> {
    hs.limit(Limited::Send, session.user_id.as_str())?;
    reports::check_may_act(hs, session).await?;
    if kind.to_string() == security::EVENT {
        return Err(Error::KeptByServer(security::EVENT));
    }
    if kind == StateEventType::RoomCreate {
        return Err(Error::forbidden("A room is created once."));
    }
    if kind == StateEventType::RoomEncryption {
        policy::check_encryption(hs, session, room).await?;
    }
    if kind == StateEventType::RoomCanonicalAlias && state_key.is_empty() {
        rooms::aliases::check_canonical(hs, room, &content).await?;
    }
    timers::check_setting(hs, &kind.to_string(), &content)?;
    append(hs, room.num, Sender::without_txn(&session.user_id), Draft::state(kind, state_key, content)).await
}

/// The transaction id of a stored request, for the device that made it.
pub(crate) fn txn_id(txn: &str) -> Option<&str> {
    txn.split_once('\u{1f}').map(|(_, txn_id)| txn_id)
}

/// A redaction sent as an ordinary event names its target in the content.
fn redaction(content: &RawValue) -> Result<(OwnedEventId, Option<String>)> {
    #[derive(serde::Deserialize)]
    struct Content {
        redacts: String,
        reason: Option<String>,
    }
    let content: Content = serde_json::from_str(content.get())
        .map_err(|_| Error::BadJson("a redaction's content names the event in `redacts`".into()))?;
    let target =
        EventId::parse(&content.redacts).map_err(|error| Error::invalid("redacts", error.to_string()))?;
    Ok((target, content.reason))
}
