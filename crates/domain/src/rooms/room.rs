//! A room as its newest event left it, kept at hand while people talk in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aside_store::requests::Waiting;
use aside_store::{Side, names, requests, rooms};
use ruma::events::room::create::RoomCreateEventContent;
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::room_version_rules::RoomVersionRules;
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, RoomVersionId, UserId};
use serde_json::value::RawValue;

use super::Pdu;
use crate::cache::Cache;
use crate::events::history_visibility_of;
use crate::policy::Change;
use crate::{Error, Homeserver, Result, RoomNum, UserNum};

/// A room at one position. Cheap to clone: the state is shared.
#[derive(Debug, Clone)]
pub struct Room {
    pub num: RoomNum,
    pub room_id: OwnedRoomId,
    pub version: RoomVersionId,
    pub rules: Arc<RoomVersionRules>,
    /// The position that the next event will take. As it moves with every event, a cached room is current where this is.
    pub next_pos: i64,
    /// `None` before the create event.
    pub last_event_id: Option<OwnedEventId>,
    pub state: State,
    /// Whose answer the room waits for; empty in an established conversation.
    pub(crate) requests: Arc<BTreeMap<UserNum, Waiting>>,
}

/// The pieces of state of one type, by state key.
type Keyed = Arc<BTreeMap<String, Arc<Pdu>>>;

/// The current state of a room, and its members with their numbers.
#[derive(Debug, Clone, Default)]
pub struct State {
    events: Arc<BTreeMap<String, Keyed>>,
    members: Arc<BTreeMap<UserNum, Member>>,
}

/// One person's place in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user_id: ruma::OwnedUserId,
    /// `join`, `invite`, `knock`, `leave` or `ban`.
    pub membership: String,
    /// The position of the member event.
    pub pos: i64,
}

impl State {
    pub fn get(&self, kind: &str, state_key: &str) -> Option<&Arc<Pdu>> {
        self.events.get(kind)?.get(state_key)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Pdu>> {
        self.events.values().flat_map(|keys| keys.values())
    }

    /// Every piece of state of one type, with its state key.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&String, &Arc<Pdu>)> {
        self.events.get(kind).into_iter().flat_map(|keys| keys.iter())
    }

    pub fn members(&self) -> &BTreeMap<UserNum, Member> {
        &self.members
    }

    pub fn joined(&self) -> impl Iterator<Item = (UserNum, &Member)> {
        self.members
            .iter()
            .filter(|(_, member)| member.membership == "join")
            .map(|(num, member)| (*num, member))
    }

    pub fn count(&self, membership: &str) -> usize {
        self.members.values().filter(|member| member.membership == membership).count()
    }

    /// Sets a piece of state; `member` is the number of the person a member event is about.
    pub(crate) fn set(&mut self, pdu: Arc<Pdu>, member: Option<UserNum>) {
        let Some(state_key) = pdu.state_key.clone() else { return };
        if let (Some(num), Ok(user_id)) = (member, UserId::parse(&state_key)) {
            let entry = Member { user_id, membership: membership_of(&pdu), pos: pdu.pos };
            Arc::make_mut(&mut self.members).insert(num, entry);
        }
        let kind = Arc::make_mut(&mut self.events).entry(pdu.kind.to_string()).or_default();
        Arc::make_mut(kind).insert(state_key, pdu);
    }
}

/// The membership that a member event says, `leave` where it says none.
pub(crate) fn membership_of(pdu: &Pdu) -> String {
    membership_in(&pdu.content)
}

/// As [`membership_of`], of a content that is no event yet.
pub(crate) fn membership_in(content: &RawValue) -> String {
    #[derive(serde::Deserialize)]
    struct Content {
        membership: String,
    }
    serde_json::from_str::<Content>(content.get())
        .map_or_else(|_| "leave".to_owned(), |content| content.membership)
}

impl Room {
    /// A room without any event yet.
    pub(crate) fn empty(num: RoomNum, room_id: OwnedRoomId, version: RoomVersionId) -> Result<Room> {
        let rules = version.rules().ok_or_else(|| Error::UnsupportedRoomVersion(version.to_string()))?;
        Ok(Room {
            num,
            room_id,
            version,
            rules: Arc::new(rules),
            next_pos: 1,
            last_event_id: None,
            state: State::default(),
            requests: Arc::default(),
        })
    }

    /// The room after one more event.
    pub(crate) fn apply(&mut self, pdu: Arc<Pdu>, member: Option<UserNum>) {
        self.next_pos = pdu.pos + 1;
        self.last_event_id = Some(pdu.event_id.clone());
        if pdu.state_key.is_some() {
            self.state.set(pdu, member);
        }
    }

    /// The room after an event that is in its log but changes nothing.
    pub(crate) fn pass_over(&mut self, pdu: &Pdu) {
        self.next_pos = pdu.pos + 1;
        self.last_event_id = Some(pdu.event_id.clone());
    }

    /// The room after what an event changed of whose answer is waited for.
    pub(crate) fn note(&mut self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let requests = Arc::make_mut(&mut self.requests);
        for change in changes {
            match change {
                Change::Put(row) => drop(requests.insert(row.user, row.clone())),
                Change::Delete(user) => drop(requests.remove(user)),
            }
        }
    }

    /// Whether it is a list of rooms and not a place to talk.
    pub(crate) fn is_space(&self) -> bool {
        let create: Option<serde_json::Value> =
            self.state.get("m.room.create", "").and_then(|pdu| pdu.content_as());
        create.is_some_and(|content| content["type"] == "m.space")
    }

    pub fn member(&self, user: UserNum) -> Option<&Member> {
        self.state.members().get(&user)
    }

    pub fn is_joined(&self, user: UserNum) -> bool {
        self.member(user).is_some_and(|member| member.membership == "join")
    }

    pub fn create_content(&self) -> Option<RoomCreateEventContent> {
        self.state.get("m.room.create", "")?.content_as()
    }

    /// Whether anybody may read what is said in the room now.
    pub fn is_world_readable(&self) -> bool {
        self.state
            .get("m.room.history_visibility", "")
            .is_some_and(|pdu| history_visibility_of(pdu.content.get()) == HistoryVisibility::WorldReadable)
    }

    /// Whether the room has been encrypted by its members' clients since some event.
    pub fn is_encrypted(&self) -> bool {
        self.state.get("m.room.encryption", "").is_some()
    }
}

/// Rooms used lately. On a shared database each use first asks the room's head whether the copy is current.
pub struct Rooms {
    shared: bool,
    rooms: Cache<RoomNum, Arc<Room>>,
    /// Held by whoever puts a room there.
    turn: Mutex<()>,
    nums: Cache<OwnedRoomId, RoomNum>,
}

impl Rooms {
    /// How many state events may be kept, over all rooms; each takes about a kilobyte.
    const STATE_EVENTS_MAX: u64 = 40_000;

    pub(crate) fn new(shared: bool) -> Self {
        let rooms =
            Cache::weighed(Self::STATE_EVENTS_MAX, |_, room: &Arc<Room>| room.state.all().count() as u64);
        Rooms { shared, rooms, turn: Mutex::default(), nums: Cache::new(20_000) }
    }

    pub(crate) fn remember(&self, room: Arc<Room>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Who read it earlier may come later.
        if self.rooms.get(&room.num).is_none_or(|known| known.next_pos <= room.next_pos) {
            self.rooms.insert(room.num, room);
        }
    }

    pub(crate) fn forget(&self, num: RoomNum) {
        self.rooms.remove(&num);
    }
}

pub(crate) async fn find_room_num(hs: &Homeserver, room_id: &RoomId) -> Result<Option<RoomNum>> {
    if let Some(num) = hs.rooms.nums.get(room_id) {
        return Ok(Some(num));
    }
    let wanted = room_id.to_string();
    let found = hs.store.read(Side::Named, async move |tx| names::find_room(tx, &wanted).await).await?;
    if let Some(num) = found {
        hs.rooms.nums.insert(room_id.to_owned(), num);
    }
    Ok(found)
}

/// The room as it is now.
///
/// # Errors
/// [`Error::NotFound`] where it was never finished.
pub(crate) async fn load(hs: &Homeserver, num: RoomNum) -> Result<Arc<Room>> {
    if let Some(room) = hs.rooms.rooms.get(&num) {
        if !hs.rooms.shared {
            return Ok(room);
        }
        let head = hs.store.read(Side::Room(num), async move |tx| rooms::find_head(tx, num).await).await?;
        if head.is_some_and(|head| head.next_pos == room.next_pos) {
            return Ok(room);
        }
    }
    let room = Arc::new(read(hs, num).await?);
    hs.rooms.remember(Arc::clone(&room));
    Ok(room)
}

/// The room as it is at a position of its log, or later. Queues are written together with the log, and so may tell of an event
/// a moment before the copy at hand has it.
///
/// # Errors
/// As [`load`].
pub(crate) async fn load_upto(hs: &Homeserver, num: RoomNum, pos: i64) -> Result<Arc<Room>> {
    let room = load(hs, num).await?;
    if room.next_pos > pos {
        return Ok(room);
    }
    let room = Arc::new(read(hs, num).await?);
    hs.rooms.remember(Arc::clone(&room));
    Ok(room)
}

async fn read(hs: &Homeserver, num: RoomNum) -> Result<Room> {
    let (head, state, members, waiting) = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let head = rooms::find_head(tx, num).await?;
            let waiting = requests::list_waiting(tx, num).await?;
            Ok((head, rooms::list_state(tx, num).await?, rooms::list_members(tx, num).await?, waiting))
        })
        .await?;
    let head = head.ok_or(Error::NotFound("room"))?;
    let room_id = RoomId::parse(&head.room_id).map_err(Error::internal)?;
    let version = RoomVersionId::try_from(head.version.as_str()).map_err(Error::internal)?;
    let mut room = Room::empty(num, room_id, version)?;
    let nums: BTreeMap<&str, UserNum> =
        members.iter().map(|member| (member.user_id.as_str(), member.user)).collect();
    for event in &state {
        let pdu = Arc::new(Pdu::from_stored(event, &room.room_id)?);
        let member = (event.kind == "m.room.member")
            .then(|| event.state_key.as_deref().and_then(|key| nums.get(key)).copied())
            .flatten();
        room.state.set(pdu, member);
    }
    room.requests = Arc::new(waiting.into_iter().map(|row| (row.user, row)).collect());
    room.next_pos = head.next_pos;
    room.last_event_id = Some(EventId::parse(&head.last_event_id).map_err(Error::internal)?);
    Ok(room)
}
