//! Moving a room to a newer room version (specification, 11.35 Room upgrades).

use std::sync::Arc;

use ruma::events::StateEventType;
use ruma::{Int, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId};
use serde_json::{Map, Value, json};

use super::{
    Draft, JoinedRoom, NewRoom, Room, access_joined_room, aliases, content, create, directory, load,
};
use crate::accounts::Session;
use crate::messages::{Sender, append};
use crate::{Error, Homeserver, Result};

/// State that a room takes along. Power levels go along too, changed to what the new version needs.
const TAKEN_ALONG: [&str; 9] = [
    "m.room.server_acl",
    "m.room.encryption",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.pinned_events",
];

/// Makes a room that takes the place of another one, and says so there. The members have to join it themselves.
///
/// # Errors
/// [`Error::UnsupportedRoomVersion`], [`Error::Forbidden`] where the user isn't in the room or may not close it.
pub async fn upgrade(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    version: RoomVersionId,
    additional_creators: Vec<OwnedUserId>,
) -> Result<OwnedRoomId> {
    let old = access_joined_room(hs, session, room_id).await?;
    if !super::is_supported(&version) {
        return Err(Error::UnsupportedRoomVersion(version.to_string()));
    }
    if !old.power_levels().user_can_send_state(&session.user_id, StateEventType::RoomTombstone) {
        return Err(Error::forbidden("Your power level is too low to replace the room."));
    }
    let wanted = replacement(&old, session, version, &additional_creators)?;
    let new_id = create(hs, session, wanted).await?;
    let new_num = super::find_room_num(hs, &new_id).await?.ok_or(Error::NotFound("room"))?;
    let new = load(hs, new_num).await?;
    bury(hs, session, &old, &new_id).await?;
    take_names(hs, session, &old, &new).await?;
    Ok(new_id)
}

/// What the new room begins with.
fn replacement(
    old: &Room,
    session: &Session,
    version: RoomVersionId,
    additional_creators: &[OwnedUserId],
) -> Result<NewRoom> {
    let rules = version.rules().ok_or_else(|| Error::UnsupportedRoomVersion(version.to_string()))?;
    let create = old.state.get("m.room.create", "");
    let mut creation_content: Map<String, Value> =
        create.and_then(|pdu| pdu.content_as()).unwrap_or_default();
    for field in ["creator", "room_version", "predecessor", "additional_creators"] {
        creation_content.remove(field);
    }
    let mut predecessor = json!({ "room_id": old.room_id });
    if !rules.authorization.room_create_event_id_as_room_id {
        predecessor["event_id"] = json!(old.last_event_id);
    }
    creation_content.insert("predecessor".into(), predecessor);
    if !additional_creators.is_empty() {
        if !rules.authorization.additional_room_creators {
            return Err(Error::invalid("additional_creators", "this room version has only one creator"));
        }
        creation_content.insert("additional_creators".into(), json!(additional_creators));
    }
    let taken = TAKEN_ALONG.iter().filter_map(|kind| {
        let pdu = old.state.get(kind, "")?;
        Some(((*kind).to_owned(), String::new(), pdu.content.clone()))
    });
    let privileged = rules.authorization.explicitly_privilege_room_creators;
    Ok(NewRoom {
        version: Some(version),
        power_levels: power_levels(old, session, privileged, additional_creators),
        initial_state: taken.collect(),
        creation_content,
        ..NewRoom::default()
    })
}

/// The old room's levels. Creators that stand above all levels must not be listed; elsewhere whoever makes the room has
/// to be able to set it up.
fn power_levels(
    old: &Room,
    session: &Session,
    privileged: bool,
    additional_creators: &[OwnedUserId],
) -> Map<String, Value> {
    let current = old.state.get("m.room.power_levels", "");
    let mut levels: Map<String, Value> = current.and_then(|pdu| pdu.content_as()).unwrap_or_default();
    let mut users = match levels.remove("users") {
        Some(Value::Object(users)) => users,
        _ => Map::new(),
    };
    if privileged {
        users.remove(session.user_id.as_str());
        additional_creators.iter().for_each(|creator| drop(users.remove(creator.as_str())));
    } else {
        for creator in old.creators() {
            users.entry(creator.to_string()).or_insert(json!(100));
        }
        let own = users.get(session.user_id.as_str()).and_then(Value::as_i64).unwrap_or(0);
        users.insert(session.user_id.to_string(), json!(own.max(100)));
    }
    levels.insert("users".into(), Value::Object(users));
    levels
}

/// Says in the old room where people should go, and makes it quiet where that may be done.
async fn bury(hs: &Arc<Homeserver>, session: &Session, old: &JoinedRoom, new_id: &RoomId) -> Result<()> {
    let sender = || Sender::without_txn(&session.user_id);
    let tombstone = json!({ "body": "This room has been replaced", "replacement_room": new_id });
    let draft = Draft::state(StateEventType::RoomTombstone, "", content(&tombstone)?);
    append(hs, old.num, sender(), draft).await?;
    let Some(mut levels) =
        old.state.get("m.room.power_levels", "").and_then(|pdu| pdu.content_as::<Map<String, Value>>())
    else {
        return Ok(());
    };
    let quiet = old.power_levels().users_default.saturating_add(Int::from(1_u8)).max(Int::from(50_u8));
    for field in ["events_default", "invite"] {
        let level = levels.get(field).and_then(Value::as_i64).unwrap_or(0);
        levels.insert(field.into(), json!(level.max(i64::from(quiet))));
    }
    let draft = Draft::state(StateEventType::RoomPowerLevels, "", content(&levels)?);
    match append(hs, old.num, sender(), draft).await {
        Err(Error::Forbidden(_)) => Ok(()),
        result => result.map(drop),
    }
}

/// Aliases and the place in the directory go to the new room.
async fn take_names(hs: &Arc<Homeserver>, session: &Session, old: &Room, new: &Room) -> Result<()> {
    aliases::move_all(hs, old.num, new.num, &new.room_id).await?;
    if let Some(canonical) = old.state.get("m.room.canonical_alias", "") {
        let sender = Sender::without_txn(&session.user_id);
        let draft = Draft::state(StateEventType::RoomCanonicalAlias, "", canonical.content.clone());
        append(hs, new.num, sender.clone(), draft).await?;
        let draft = Draft::state(StateEventType::RoomCanonicalAlias, "", content(&json!({}))?);
        match append(hs, old.num, sender, draft).await {
            Ok(_) | Err(Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if directory::is_listed_room(hs, old.num).await? {
        directory::set_listed(hs, new.num, true).await?;
        directory::set_listed(hs, old.num, false).await?;
    }
    Ok(())
}
