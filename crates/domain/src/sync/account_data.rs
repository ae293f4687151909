//! Account data in a sync: the user's settings, global and of rooms.

use std::collections::BTreeMap;

use ruma::events::{AnyGlobalAccountDataEvent, AnyRoomAccountDataEvent};
use ruma::serde::Raw;

use super::Window;
use crate::{Result, RoomNum};

pub(super) async fn global(_window: &Window<'_>) -> Result<Vec<Raw<AnyGlobalAccountDataEvent>>> {
    Ok(Vec::new())
}

/// The settings that changed, of each room that has any.
pub(super) async fn of_rooms(
    _window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Vec<Raw<AnyRoomAccountDataEvent>>>> {
    Ok(BTreeMap::new())
}
