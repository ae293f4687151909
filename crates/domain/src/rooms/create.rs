//! Making a room: its first events, in one transaction.

use std::sync::Arc;

use aside_model::policy::{E2ee, Scope};
use aside_store::requests::Waiting;
use aside_store::{Side, names, requests, rooms as room_store};
use ruma::api::client::room::create_room::v3::RoomPreset;
use ruma::events::{StateEventType, TimelineEventType};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, RoomVersionId};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{Draft, Room, content, direct, membership};
use crate::accounts::{self, Session};
use crate::messages::{Appended, Write, deliver_soon, settled};
use crate::policy::{self, Change, Occasion};
use crate::{Error, Homeserver, Limited, Result, RoomNum, UserNum, reports, safety};

/// How many people may be invited while a room is made.
const INVITES_MAX: usize = 1_000;

/// Rooms that one person may make in the same millisecond; past it, they are told to come again.
const SAME_MOMENT_MAX: i64 = 100;

/// A room's first events, each with the person whom a member event is about.
type Written = Vec<(Appended, Option<UserNum>)>;

/// What somebody asks of a new room (specification, `POST /createRoom`).
#[derive(Debug, Clone, Default)]
pub struct NewRoom {
    pub preset: Option<RoomPreset>,
    pub is_public: bool,
    pub version: Option<RoomVersionId>,
    pub creation_content: Map<String, Value>,
    pub power_levels: Map<String, Value>,
    /// Type, state key and content.
    pub initial_state: Vec<(String, String, Box<RawValue>)>,
    pub name: Option<String>,
    pub topic: Option<String>,
    pub alias: Option<ruma::OwnedRoomAliasId>,
    pub invite: Vec<OwnedUserId>,
    pub is_direct: bool,
}

/// Makes a room, or answers the pair's direct room where that is what was asked for.
///
/// # Errors
/// [`Error::UnsupportedRoomVersion`], [`Error::NotFound`] where somebody invited doesn't exist, [`Error::Invalid`], and
/// [`Error::InvalidRoomState`] where the room's own rules refuse how it is to begin.
pub async fn create(hs: &Arc<Homeserver>, session: &Session, wanted: NewRoom) -> Result<OwnedRoomId> {
    hs.limit(Limited::Room, session.user_id.as_str())?;
    reports::check_may_act(hs, session).await?;
    if wanted.invite.len() > INVITES_MAX {
        return Err(Error::invalid("invite", format!("at most {INVITES_MAX} people")));
    }
    let mut invited = Vec::with_capacity(wanted.invite.len());
    for user_id in &wanted.invite {
        if *user_id == session.user_id {
            return Err(Error::invalid("invite", "you can't invite yourself"));
        }
        let num = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
        reports::check_may_meet(hs, session, num).await?;
        safety::check_invite(hs, &session.user_id, num).await?;
        if !invited.iter().any(|(other, _)| *other == num) {
            invited.push((num, user_id.clone()));
        }
    }
    let wanted = encrypted(hs, session, wanted).await?;
    let num = hs.store.write(Side::Named, async |tx| names::next_room(tx).await).await?;
    if let Some((other, _)) = invited.first().filter(|_| direct::is_plain_request(hs, &wanted))
        && let Some(existing) = direct::claim(hs, session, *other, num, &wanted).await?
    {
        membership::ask_again(hs, session, &existing, *other).await?;
        return Ok(existing);
    }
    let direct = wanted.is_direct && invited.len() == 1;
    let occasion = Occasion { room: num, direct, members: 1 };
    let waiting = policy::admit(hs, session.user, &session.user_id, occasion, &invited).await?;
    make(hs, session, num, wanted, invited, waiting).await
}

async fn make(
    hs: &Arc<Homeserver>,
    session: &Session,
    num: RoomNum,
    wanted: NewRoom,
    invited: Vec<(UserNum, OwnedUserId)>,
    waiting: Vec<Waiting>,
) -> Result<OwnedRoomId> {
    let version = match &wanted.version {
        Some(version) => version.clone(),
        None => {
            RoomVersionId::try_from(hs.settings.default_room_version.as_str()).map_err(Error::internal)?
        }
    };
    if !super::is_supported(&version) {
        return Err(Error::UnsupportedRoomVersion(version.to_string()));
    }
    let (mut room, written) = begin(hs, session, num, version, &wanted, &invited).await?;
    room.note(&waiting.into_iter().map(Change::Put).collect::<Vec<_>>());
    if let Some(alias) = &wanted.alias {
        super::aliases::claim(hs, session, alias, num, &room.room_id).await?;
    }
    write(hs, &room, &written).await?;
    if wanted.is_public {
        super::directory::set_listed(hs, num, true).await?;
    }
    let room = Arc::new(room);
    hs.rooms.remember(Arc::clone(&room));
    let room_id = room.room_id.clone();
    hs.backlog.note(num);
    deliver_soon(hs, room, written.into_iter().map(|(appended, _)| appended));
    settled(hs, num).await;
    Ok(room_id)
}

/// Builds the room's first events and takes its id. From room version 12 on the id is made of the first event, so two rooms that
/// one person makes in the same millisecond would have the same: the later one then begins a millisecond later.
async fn begin(
    hs: &Homeserver,
    session: &Session,
    num: RoomNum,
    version: RoomVersionId,
    wanted: &NewRoom,
    invited: &[(UserNum, OwnedUserId)],
) -> Result<(Room, Written)> {
    let empty = Room::empty(num, RoomId::new_v1(&hs.server_name), version)?;
    let drafts = drafts(hs, session, &empty, wanted, invited).await?;
    let now_ms = hs.clock.now_ms();
    for later_ms in 0..SAME_MOMENT_MAX {
        let (room, written) = build_all(hs, session, empty.clone(), &drafts, now_ms + later_ms)?;
        let name = room.room_id.to_string();
        if hs.store.write(Side::Named, async move |tx| names::insert_room(tx, &name, num).await).await? {
            return Ok((room, written));
        }
    }
    Err(Error::LimitExceeded { retry_after_ms: 1_000 })
}

/// Builds the events one on the other.
fn build_all(
    hs: &Homeserver,
    session: &Session,
    mut room: Room,
    drafts: &[(Draft, Option<UserNum>)],
    now_ms: i64,
) -> Result<(Room, Written)> {
    let mut written = Vec::with_capacity(drafts.len());
    for (draft, member) in drafts {
        let built = super::build(hs, &room, &session.user_id, draft, now_ms);
        let (pdu, event) = built.map_err(|error| match error {
            Error::Forbidden(reason) => Error::InvalidRoomState(reason),
            error => error,
        })?;
        if pdu.kind == TimelineEventType::RoomCreate
            && room.rules.authorization.room_create_event_id_as_room_id
        {
            let opaque = pdu.event_id.as_str().trim_start_matches('$');
            room.room_id = RoomId::parse(format!("!{opaque}")).map_err(Error::internal)?;
        }
        let appended = Appended { pdu: Arc::new(pdu), event: Arc::new(event) };
        room.apply(Arc::clone(&appended.pdu), *member);
        written.push((appended, *member));
    }
    Ok((room, written))
}

async fn write(hs: &Homeserver, room: &Room, written: &[(Appended, Option<UserNum>)]) -> Result<()> {
    let (num, next_pos) = (room.num, room.next_pos);
    let (room_id, version) = (room.room_id.to_string(), room.version.to_string());
    let last_event_id = room.last_event_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let writes: Vec<Write> = written.iter().map(|(appended, member)| Write::new(appended, *member)).collect();
    let waiting = Arc::clone(&room.requests);
    hs.store
        .write(Side::Room(num), async move |tx| {
            room_store::insert(tx, num, &room_id, &version, next_pos, &last_event_id).await?;
            for write in &writes {
                write.run(tx, num).await?;
            }
            for row in waiting.values() {
                requests::put_waiting(tx, num, row).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Sees to it that the conversation begins encrypted where the policy says so, or isn't where it says so.
async fn encrypted(hs: &Homeserver, session: &Session, mut wanted: NewRoom) -> Result<NewRoom> {
    const ENCRYPTION: &str = "m.room.encryption";
    let direct = wanted.is_direct && wanted.invite.len() == 1;
    let rule = policy::encryption(hs, session, if direct { Scope::OneToOne } else { Scope::Group }).await?;
    let asked = wanted.initial_state.iter().any(|(kind, key, _)| kind == ENCRYPTION && key.is_empty());
    let is_open = wanted.is_public || wanted.preset == Some(RoomPreset::PublicChat);
    let is_space = wanted.creation_content.get("type").is_some_and(|kind| kind == "m.space");
    match rule {
        E2ee::Off if asked => return Err(policy::no_encryption()),
        E2ee::Always if !asked && !is_open && !is_space => {
            let algorithm = content(&json!({ "algorithm": "m.megolm.v1.aes-sha2" }))?;
            wanted.initial_state.push((ENCRYPTION.into(), String::new(), algorithm));
        }
        _ => {}
    }
    Ok(wanted)
}

/// The room's first events, in the specification's order.
async fn drafts(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    wanted: &NewRoom,
    invited: &[(UserNum, OwnedUserId)],
) -> Result<Vec<(Draft, Option<UserNum>)>> {
    let preset = wanted.preset.clone().unwrap_or(match wanted.is_public {
        true => RoomPreset::PublicChat,
        false => RoomPreset::PrivateChat,
    });
    let trusted = preset == RoomPreset::TrustedPrivateChat;
    let trustees: &[(UserNum, OwnedUserId)] = if trusted { invited } else { &[] };
    let mut drafts = Drafts(Vec::new());
    drafts.state("m.room.create", creation_content(session, room, wanted, trustees)?)?;
    let joined = membership::member_content(hs, session.user, "join", None, None).await?;
    drafts.member(session.user_id.as_str(), joined, session.user)?;
    drafts.state("m.room.power_levels", power_levels(session, room, wanted, trustees))?;
    if let Some(alias) = &wanted.alias {
        drafts.state("m.room.canonical_alias", json!({ "alias": alias }))?;
    }
    let (join_rule, guest_access) = match preset {
        RoomPreset::PublicChat => ("public", "forbidden"),
        _ => ("invite", "can_join"),
    };
    let defaults = [
        ("m.room.join_rules", json!({ "join_rule": join_rule })),
        ("m.room.history_visibility", json!({ "history_visibility": "shared" })),
        ("m.room.guest_access", json!({ "guest_access": guest_access })),
    ];
    let replaced =
        |kind: &str| wanted.initial_state.iter().any(|(other, key, _)| other == kind && key.is_empty());
    for (kind, content) in defaults.into_iter().filter(|(kind, _)| !replaced(kind)) {
        drafts.state(kind, content)?;
    }
    for (kind, state_key, content) in &wanted.initial_state {
        crate::timers::check_setting(hs, kind, content)?;
        if matches!(kind.as_str(), "m.room.create" | "m.room.member") {
            return Err(Error::invalid("initial_state", format!("{kind} can't be set this way")));
        }
        drafts.0.push((Draft::state(StateEventType::from(kind.as_str()), state_key, content.clone()), None));
    }
    if let Some(name) = &wanted.name {
        drafts.state("m.room.name", json!({ "name": name }))?;
    }
    if let Some(topic) = &wanted.topic {
        let rich = json!({ "m.text": [{ "body": topic, "mimetype": "text/plain" }] });
        drafts.state("m.room.topic", json!({ "topic": topic, "m.topic": rich }))?;
    }
    for (num, user_id) in invited {
        let direct = wanted.is_direct.then_some(true);
        let content = membership::member_content(hs, *num, "invite", None, direct).await?;
        drafts.member(user_id.as_str(), content, *num)?;
    }
    Ok(drafts.0)
}

struct Drafts(Vec<(Draft, Option<UserNum>)>);

impl Drafts {
    fn state(&mut self, kind: &str, value: Value) -> Result<()> {
        self.0.push((Draft::state(StateEventType::from(kind), "", content(&value)?), None));
        Ok(())
    }

    fn member(&mut self, user_id: &str, value: Value, num: UserNum) -> Result<()> {
        self.0.push((Draft::state(StateEventType::RoomMember, user_id, content(&value)?), Some(num)));
        Ok(())
    }
}

fn creation_content(
    session: &Session,
    room: &Room,
    wanted: &NewRoom,
    trustees: &[(UserNum, OwnedUserId)],
) -> Result<Value> {
    let mut content = wanted.creation_content.clone();
    let rules = &room.rules.authorization;
    content.insert("room_version".into(), json!(room.version));
    match rules.use_room_create_sender {
        true => content.remove("creator"),
        false => content.insert("creator".into(), json!(session.user_id)),
    };
    if rules.additional_room_creators && !trustees.is_empty() {
        let creators = content.entry("additional_creators").or_insert_with(|| json!([]));
        let creators = creators
            .as_array_mut()
            .ok_or_else(|| Error::invalid("creation_content", "additional_creators must be a list"))?;
        for (_, user_id) in trustees {
            if !creators.contains(&json!(user_id)) {
                creators.push(json!(user_id));
            }
        }
    }
    Ok(Value::Object(content))
}

fn power_levels(
    session: &Session,
    room: &Room,
    wanted: &NewRoom,
    trustees: &[(UserNum, OwnedUserId)],
) -> Value {
    // From room version 12 on, creators stand above all levels and must not be listed.
    let privileged = room.rules.authorization.explicitly_privilege_room_creators;
    let mut users = Map::new();
    if !privileged {
        users.insert(session.user_id.to_string(), json!(100));
        for (_, user_id) in trustees {
            users.insert(user_id.to_string(), json!(100));
        }
    }
    let mut levels = json!({
        "users": users,
        "users_default": 0,
        "events": {
            "m.room.name": 50,
            "m.room.avatar": 50,
            "m.room.canonical_alias": 50,
            "m.room.power_levels": 100,
            "m.room.history_visibility": 100,
            "m.room.encryption": 100,
            "m.room.server_acl": 100,
            "m.room.tombstone": if privileged { 150 } else { 100 },
        },
        "events_default": 0,
        "state_default": 50,
        "ban": 50,
        "kick": 50,
        "redact": 50,
        "invite": 0,
        "notifications": { "room": 50 },
    });
    if let Some(levels) = levels.as_object_mut() {
        levels.extend(wanted.power_levels.clone());
    }
    levels
}
