//! Room aliases and the public room directory.

use ruma::{OwnedRoomId, RoomAliasId, RoomId, RoomOrAliasId};

use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

/// Gives a room an alias.
///
/// # Errors
/// [`Error::Taken`] where another room has it.
pub(crate) async fn claim(_: &Homeserver, _: &Session, _: &RoomAliasId, _: &RoomId) -> Result<()> {
    Err(Error::Unsupported("room aliases"))
}

/// Lists a room in the public directory, or takes it out.
pub(crate) async fn publish(_: &Homeserver, _: &RoomId, _: bool) -> Result<()> {
    Err(Error::Unsupported("the public room directory"))
}

/// The room that an id or an alias names; `None` where the alias is nobody's.
///
/// # Errors
/// [`Error::Internal`].
pub async fn resolve(_: &Homeserver, room: &RoomOrAliasId) -> Result<Option<OwnedRoomId>> {
    Ok(RoomId::parse(room.as_str()).ok())
}
