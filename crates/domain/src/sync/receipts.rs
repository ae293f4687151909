//! Receipts in a sync: who has read how far.

use std::collections::BTreeMap;

use ruma::events::AnySyncEphemeralRoomEvent;
use ruma::serde::Raw;

use super::Window;
use crate::{Result, RoomNum};

/// One `m.receipt` event of each room with new receipts; where the device starts anew, of each room it is told about.
pub(super) async fn of_rooms(
    _window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Raw<AnySyncEphemeralRoomEvent>>> {
    Ok(BTreeMap::new())
}
