//! Typing and presence in a sync: what passes by without being stored.

use std::collections::BTreeMap;

use ruma::events::AnySyncEphemeralRoomEvent;
use ruma::events::presence::PresenceEvent;
use ruma::serde::Raw;

use super::Window;
use crate::{Homeserver, Result, RoomNum, UserNum};

/// The present, in the order of what passes by: milliseconds since 1970, rising.
pub(super) fn serial(hs: &Homeserver) -> i64 {
    hs.clock.now_ms()
}

/// Whether anything passed by that concerns the user.
pub(super) fn has_news(_hs: &Homeserver, _user: UserNum, _since: i64) -> bool {
    false
}

pub(super) async fn presence(_window: &Window<'_>) -> Result<Vec<Raw<PresenceEvent>>> {
    Ok(Vec::new())
}

/// Who types, of each room where that changed.
pub(super) async fn typing_of_rooms(
    _window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Raw<AnySyncEphemeralRoomEvent>>> {
    Ok(BTreeMap::new())
}
