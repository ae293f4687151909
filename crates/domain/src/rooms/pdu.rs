//! Events as the specification's PDUs: hashed, signed, named by their reference hash, and authorised by ruma's rules.

use std::collections::BTreeMap;

use aside_store::events::Event as StoredEvent;
use ruma::canonical_json::to_canonical_value;
use ruma::events::{StateEventType, TimelineEventType};
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Raw;
use ruma::signatures::{hash_and_sign_event, reference_hash};
use ruma::state_res::{
    Event, auth_types_for_event, check_state_dependent_auth_rules, check_state_independent_auth_rules,
};
use ruma::{
    CanonicalJsonObject, CanonicalJsonValue, EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId,
    OwnedUserId, RoomId, UInt, UserId,
};
use serde_json::value::{RawValue, to_raw_value};

use super::Room;
use crate::{Error, Homeserver, Result};

/// The specification's limit on a user id, an event type and a state key.
const NAME_BYTES_MAX: usize = 255;

/// An event that somebody wants to send.
#[derive(Debug, Clone)]
pub struct Draft {
    pub kind: TimelineEventType,
    pub state_key: Option<String>,
    /// A JSON object.
    pub content: Box<RawValue>,
    /// The event that a redaction is about.
    pub redacts: Option<OwnedEventId>,
}

impl Draft {
    pub fn state(kind: StateEventType, state_key: impl Into<String>, content: Box<RawValue>) -> Self {
        Draft { kind: kind.to_string().into(), state_key: Some(state_key.into()), content, redacts: None }
    }

    pub fn message(kind: TimelineEventType, content: Box<RawValue>) -> Self {
        Draft { kind, state_key: None, content, redacts: None }
    }
}

/// An event of a room, with what the authorization rules look at.
#[derive(Debug, Clone)]
pub struct Pdu {
    pub pos: i64,
    pub event_id: OwnedEventId,
    /// Missing from a create event in room version 12, whose id names the room.
    pub room_id: Option<OwnedRoomId>,
    pub sender: OwnedUserId,
    pub origin_server_ts: MilliSecondsSinceUnixEpoch,
    pub kind: TimelineEventType,
    pub state_key: Option<String>,
    pub content: Box<RawValue>,
    pub redacts: Option<OwnedEventId>,
    prev_events: Vec<OwnedEventId>,
    auth_events: Vec<OwnedEventId>,
}

impl Event for Pdu {
    type Id = OwnedEventId;

    fn event_id(&self) -> &OwnedEventId {
        &self.event_id
    }
    fn room_id(&self) -> Option<&RoomId> {
        self.room_id.as_deref()
    }
    fn sender(&self) -> &UserId {
        &self.sender
    }
    fn origin_server_ts(&self) -> MilliSecondsSinceUnixEpoch {
        self.origin_server_ts
    }
    fn event_type(&self) -> &TimelineEventType {
        &self.kind
    }
    fn content(&self) -> &RawValue {
        &self.content
    }
    fn state_key(&self) -> Option<&str> {
        self.state_key.as_deref()
    }
    fn prev_events(&self) -> Box<dyn DoubleEndedIterator<Item = &OwnedEventId> + '_> {
        Box::new(self.prev_events.iter())
    }
    fn auth_events(&self) -> Box<dyn DoubleEndedIterator<Item = &OwnedEventId> + '_> {
        Box::new(self.auth_events.iter())
    }
    fn redacts(&self) -> Option<&OwnedEventId> {
        self.redacts.as_ref()
    }
    fn rejected(&self) -> bool {
        false
    }
}

impl Pdu {
    /// A stored state event, as the authorization of later events needs it.
    pub(crate) fn from_stored(event: &StoredEvent, room_id: &RoomId) -> Result<Pdu> {
        Ok(Pdu {
            pos: event.pos,
            event_id: EventId::parse(&event.event_id).map_err(Error::internal)?,
            room_id: Some(room_id.to_owned()),
            sender: UserId::parse(&event.sender).map_err(Error::internal)?,
            origin_server_ts: timestamp(event.origin_server_ts),
            kind: event.kind.as_str().into(),
            state_key: event.state_key.clone(),
            content: RawValue::from_string(event.content.clone()).map_err(Error::internal)?,
            redacts: None,
            prev_events: Vec::new(),
            auth_events: Vec::new(),
        })
    }

    /// Reads the content as one of ruma's content types.
    pub fn content_as<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.content.get()).ok()
    }
}

fn timestamp(ms: i64) -> MilliSecondsSinceUnixEpoch {
    MilliSecondsSinceUnixEpoch(UInt::new_saturating(u64::try_from(ms).unwrap_or(0)))
}

/// Makes the room's next event of a draft: checks it by the room version's rules, hashes, signs and names it.
///
/// # Errors
/// [`Error::Forbidden`] where the rules don't allow it, [`Error::TooLarge`], [`Error::BadJson`].
pub(crate) fn build(
    hs: &Homeserver,
    room: &Room,
    sender: &UserId,
    draft: &Draft,
    now_ms: i64,
) -> Result<(Pdu, StoredEvent)> {
    check_sizes(sender, draft)?;
    let authorising = authorising_events(room, sender, draft)?;
    let auth_events: Vec<OwnedEventId> = authorising.iter().map(|pdu| pdu.event_id.clone()).collect();
    let is_create = draft.kind == TimelineEventType::RoomCreate;
    let names_room = is_create && !room.rules.event_format.require_room_create_room_id;
    let prev_events: Vec<OwnedEventId> = room.last_event_id.iter().cloned().collect();
    let mut object = object(room, sender, draft, now_ms, &prev_events, &auth_events, names_room)?;
    hash_and_sign_event(hs.server_name.as_str(), &hs.key, &mut object, &room.rules.redaction)
        .map_err(|error| Error::TooLarge(format!("the event can't be signed: {error}")))?;
    let event_id = format!("${}", reference_hash(&object, &room.rules).map_err(Error::internal)?);
    let pdu = Pdu {
        pos: room.next_pos,
        event_id: EventId::parse(&event_id).map_err(Error::internal)?,
        room_id: (!names_room).then(|| room.room_id.clone()),
        sender: sender.to_owned(),
        origin_server_ts: timestamp(now_ms),
        kind: draft.kind.clone(),
        state_key: draft.state_key.clone(),
        content: draft.content.clone(),
        redacts: draft.redacts.clone(),
        prev_events,
        auth_events,
    };
    authorise(room, &pdu, &authorising)?;
    let stored = stored(&pdu, object, now_ms)?;
    Ok((pdu, stored))
}

fn check_sizes(sender: &UserId, draft: &Draft) -> Result<()> {
    let kind = draft.kind.to_string();
    let state_key = draft.state_key.as_deref().unwrap_or_default();
    for (what, text) in [("sender", sender.as_str()), ("event type", &kind), ("state key", state_key)] {
        if text.len() > NAME_BYTES_MAX {
            return Err(Error::TooLarge(format!("the {what} is longer than {NAME_BYTES_MAX} bytes")));
        }
    }
    Ok(())
}

/// The state that says whether the event is allowed, by the room version's selection.
fn authorising_events<'a>(room: &'a Room, sender: &UserId, draft: &Draft) -> Result<Vec<&'a Pdu>> {
    let rules = &room.rules.authorization;
    let types = auth_types_for_event(&draft.kind, sender, draft.state_key.as_deref(), &draft.content, rules)
        .map_err(Error::BadJson)?;
    Ok(types.iter().filter_map(|(kind, key)| Some(&**room.state.get(&kind.to_string(), key)?)).collect())
}

fn object(
    room: &Room,
    sender: &UserId,
    draft: &Draft,
    now_ms: i64,
    prev_events: &[OwnedEventId],
    auth_events: &[OwnedEventId],
    names_room: bool,
) -> Result<CanonicalJsonObject> {
    let content: CanonicalJsonValue = serde_json::from_str(draft.content.get())
        .map_err(|error| Error::BadJson(format!("content: {error}")))?;
    let CanonicalJsonValue::Object(_) = content else {
        return Err(Error::BadJson("content must be an object".into()));
    };
    let text = |text: &str| CanonicalJsonValue::String(text.to_owned());
    let ids =
        |ids: &[OwnedEventId]| CanonicalJsonValue::Array(ids.iter().map(|id| text(id.as_str())).collect());
    let mut object = BTreeMap::from([
        ("type".to_owned(), text(&draft.kind.to_string())),
        ("sender".to_owned(), text(sender.as_str())),
        ("content".to_owned(), content),
        ("prev_events".to_owned(), ids(prev_events)),
        ("auth_events".to_owned(), ids(auth_events)),
        ("depth".to_owned(), to_canonical_value(room.next_pos).map_err(Error::internal)?),
        ("origin_server_ts".to_owned(), to_canonical_value(now_ms).map_err(Error::internal)?),
    ]);
    if !names_room {
        object.insert("room_id".into(), text(room.room_id.as_str()));
    }
    if let Some(state_key) = &draft.state_key {
        object.insert("state_key".into(), text(state_key));
    }
    if let Some(redacts) = draft.redacts.as_ref().filter(|_| !room.rules.redaction.content_field_redacts) {
        object.insert("redacts".into(), text(redacts.as_str()));
    }
    Ok(object)
}

fn authorise(room: &Room, pdu: &Pdu, authorising: &[&Pdu]) -> Result<()> {
    let rules = &room.rules.authorization;
    // From room version 12 on, the create event authorises without being listed.
    let create = room.state.get("m.room.create", "").map(|create| &**create);
    let by_id = |id: &EventId| authorising.iter().copied().chain(create).find(|pdu| pdu.event_id == id);
    // The rules that look at no state ask whether the right events were listed. They were chosen by the same rules a
    // moment ago, so only a create event, which lists none, has something to be asked.
    if pdu.kind == TimelineEventType::RoomCreate || cfg!(debug_assertions) {
        check_state_independent_auth_rules(rules, pdu, by_id).map_err(Error::Forbidden)?;
    }
    let by_key = |kind: &StateEventType, key: &str| room.state.get(&kind.to_string(), key).map(|pdu| &**pdu);
    check_state_dependent_auth_rules(rules, pdu, by_key).map_err(Error::Forbidden)
}

/// Splits the signed object into what has a column of its own and the rest.
fn stored(pdu: &Pdu, mut object: CanonicalJsonObject, now_ms: i64) -> Result<StoredEvent> {
    let content = object.remove("content").unwrap_or(CanonicalJsonValue::Null);
    for column in ["type", "sender", "state_key", "origin_server_ts", "room_id"] {
        object.remove(column);
    }
    Ok(StoredEvent {
        pos: pdu.pos,
        event_id: pdu.event_id.to_string(),
        sender: pdu.sender.to_string(),
        kind: pdu.kind.to_string(),
        state_key: pdu.state_key.clone(),
        origin_server_ts: now_ms,
        content: serde_json::to_string(&content).map_err(Error::internal)?,
        pdu: serde_json::to_string(&object).map_err(Error::internal)?,
        device_id: None,
        txn: None,
        redacted_by: None,
        related: false,
        withheld: false,
    })
}

/// Serialises a content type of ruma's.
pub(crate) fn content<T: serde::Serialize>(content: &T) -> Result<Box<RawValue>> {
    to_raw_value(content).map_err(Error::internal)
}

/// What a room version's rules leave of an event's content when it is redacted.
pub(crate) fn redacted_content(rules: &RoomVersionRules, event: &StoredEvent) -> Result<String> {
    let mut content: CanonicalJsonObject = serde_json::from_str(&event.content).map_err(Error::internal)?;
    ruma::canonical_json::redact_content_in_place(&mut content, &rules.redaction, &event.kind);
    serde_json::to_string(&content).map_err(Error::internal)
}

/// Checks that a raw content is an object, as every event's content must be.
///
/// # Errors
/// [`Error::BadJson`].
pub fn check_object<T>(raw: &Raw<T>) -> Result<Box<RawValue>> {
    if raw.json().get().trim_start().starts_with('{') {
        return Ok(raw.json().to_owned());
    }
    Err(Error::BadJson("content must be an object".into()))
}
