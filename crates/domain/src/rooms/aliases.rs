//! Room aliases (specification, 11.12 Room aliases).

use std::sync::Arc;

use aside_store::aliases::Alias;
use aside_store::{Side, aliases};
use ruma::events::StateEventType;
use ruma::{OwnedRoomAliasId, OwnedRoomId, RoomAliasId, RoomId, RoomOrAliasId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Draft, Room, access_joined_room, content, find_room_num, load};
use crate::accounts::Session;
use crate::messages::{Sender, append};
use crate::{Error, Homeserver, Limited, Result, RoomNum};

/// Gives a room an alias.
///
/// # Errors
/// [`Error::Taken`] where some room has it already, [`Error::Invalid`] where it is not of this server.
pub(crate) async fn claim(
    hs: &Homeserver,
    session: &Session,
    alias: &RoomAliasId,
    room: RoomNum,
    room_id: &RoomId,
) -> Result<()> {
    if alias.server_name() != hs.server_name {
        return Err(Error::invalid("room_alias", "an alias ends with this server's name"));
    }
    let alias = Alias {
        alias: alias.to_string(),
        room,
        room_id: room_id.to_string(),
        creator: session.user_id.to_string(),
    };
    let is_free = hs.store.write(Side::Named, async move |tx| aliases::insert(tx, &alias).await).await?;
    if is_free { Ok(()) } else { Err(Error::Taken { what: "room alias" }) }
}

/// Gives a room an alias on behalf of somebody in it.
///
/// # Errors
/// [`Error::Conflict`] where some room has it already, [`Error::Invalid`] where it is not of this server, [`Error::Forbidden`] where
/// the user isn't in the room.
pub async fn create(hs: &Homeserver, session: &Session, alias: &RoomAliasId, room_id: &RoomId) -> Result<()> {
    hs.limit(Limited::Room, session.user_id.as_str())?;
    let room = access_joined_room(hs, session, room_id).await?;
    match claim(hs, session, alias, room.num, room_id).await {
        Err(Error::Taken { .. }) => Err(Error::Conflict(format!("{alias} names a room already."))),
        result => result,
    }
}

async fn find(hs: &Homeserver, alias: &RoomAliasId) -> Result<Alias> {
    let name = alias.to_string();
    let found = hs.store.read(Side::Named, async move |tx| aliases::find(tx, &name).await).await?;
    found.ok_or(Error::NotFound("room alias"))
}

/// The room that an alias names.
///
/// # Errors
/// [`Error::NotFound`] where it names none.
pub async fn find_room(hs: &Homeserver, alias: &RoomAliasId) -> Result<OwnedRoomId> {
    RoomId::parse(find(hs, alias).await?.room_id).map_err(Error::internal)
}

/// The room that an id or an alias names; an id names itself, whether there is such a room or not.
///
/// # Errors
/// [`Error::NotFound`] where it is an alias that names no room.
pub async fn resolve(hs: &Homeserver, room: &RoomOrAliasId) -> Result<OwnedRoomId> {
    match RoomAliasId::parse(room.as_str()) {
        Ok(alias) => find_room(hs, &alias).await,
        Err(_) => RoomId::parse(room.as_str()).map_err(|error| Error::invalid("room", error.to_string())),
    }
}

/// Takes an alias away: whoever gave it may, and whoever may say what the room is called.
///
/// # Errors
/// [`Error::NotFound`] where it names no room, [`Error::Forbidden`].
pub async fn delete(hs: &Arc<Homeserver>, session: &Session, alias: &RoomAliasId) -> Result<()> {
    let found = find(hs, alias).await?;
    let room = load(hs, found.room).await?;
    let names_room = room.is_joined(session.user)
        && room.power_levels().user_can_send_state(&session.user_id, StateEventType::RoomCanonicalAlias);
    if found.creator != session.user_id.as_str() && !names_room {
        return Err(Error::forbidden("Only who gave an alias, or who may name the room, may take it away."));
    }
    hs.store.write(Side::Named, async move |tx| aliases::delete(tx, &found).await).await?;
    if names_room {
        forget_canonical(hs, session, &room, alias).await?;
    }
    Ok(())
}

/// Takes an alias out of the room's own list of its names.
async fn forget_canonical(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &Room,
    alias: &RoomAliasId,
) -> Result<()> {
    let current = room.state.get("m.room.canonical_alias", "");
    let Some(mut names) = current.and_then(|pdu| pdu.content_as::<serde_json::Map<_, _>>()) else {
        return Ok(());
    };
    let before = names.clone();
    let is_it = |value: &serde_json::Value| value.as_str() == Some(alias.as_str());
    if names.get("alias").is_some_and(is_it) {
        names.remove("alias");
    }
    if let Some(others) = names.get_mut("alt_aliases").and_then(|others| others.as_array_mut()) {
        others.retain(|other| !is_it(other));
    }
    if names == before {
        return Ok(());
    }
    let draft = Draft::state(StateEventType::RoomCanonicalAlias, "", content(&names)?);
    append(hs, room.num, Sender::without_txn(&session.user_id), draft).await.map(drop)
}

/// The aliases of a room, for those in it, or for everybody where the world may read it.
///
/// # Errors
/// [`Error::Forbidden`] to others, and where there is no such room.
pub async fn list(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<Vec<OwnedRoomAliasId>> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    if !room.is_joined(session.user) && !room.is_world_readable() {
        return Err(Error::not_in_room());
    }
    list_all(hs, num).await
}

pub(super) async fn list_all(hs: &Homeserver, num: RoomNum) -> Result<Vec<OwnedRoomAliasId>> {
    let found = hs.store.read(Side::Named, async move |tx| aliases::list(tx, num).await).await?;
    Ok(found.into_iter().filter_map(|alias| RoomAliasId::parse(alias).ok()).collect())
}

/// Gives another room all aliases of one.
pub(super) async fn move_all(hs: &Homeserver, from: RoomNum, to: RoomNum, to_id: &RoomId) -> Result<()> {
    let to_id = to_id.to_string();
    let moved = hs.store.write(Side::Named, async move |tx| {
        for name in aliases::list(tx, from).await? {
            if let Some(alias) = aliases::find(tx, &name).await? {
                aliases::set_room(tx, &alias, to, &to_id).await?;
            }
        }
        Ok(())
    });
    Ok(moved.await?)
}

#[derive(Default, Deserialize)]
struct Canonical {
    alias: Option<String>,
    #[serde(default)]
    alt_aliases: Vec<String>,
}

impl Canonical {
    fn names(self) -> impl Iterator<Item = String> {
        self.alias.into_iter().chain(self.alt_aliases)
    }
}

/// Checks the names that a room is given by an `m.room.canonical_alias` event: those that are new must be its aliases.
///
/// # Errors
/// [`Error::BadAlias`] where one isn't, [`Error::Invalid`] where one isn't an alias at all.
pub(crate) async fn check_canonical(hs: &Homeserver, room: &Room, wanted: &RawValue) -> Result<()> {
    let wanted: Canonical =
        serde_json::from_str(wanted.get()).map_err(|error| Error::invalid("content", error.to_string()))?;
    let current = room.state.get("m.room.canonical_alias", "");
    let current = current.and_then(|pdu| pdu.content_as::<Canonical>()).unwrap_or_default();
    let current: Vec<String> = current.names().collect();
    for name in wanted.names().filter(|name| !current.contains(name)) {
        let alias = RoomAliasId::parse(&name).map_err(|error| Error::invalid("alias", error.to_string()))?;
        match find(hs, &alias).await {
            Ok(found) if found.room == room.num => {}
            Ok(_) | Err(Error::NotFound(_)) => {
                return Err(Error::BadAlias(format!("{alias} is not an alias of this room.")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
