//! Power levels of a room.

use ruma::events::room::power_levels::{RoomPowerLevels, RoomPowerLevelsEventContent, RoomPowerLevelsSource};
use ruma::{OwnedUserId, UserId};

use super::Room;

impl Room {
    /// The room's creators: the sender of the create event, and from room version 12 on whom its content names.
    pub fn creators(&self) -> Vec<OwnedUserId> {
        let Some(create) = self.state.get("m.room.create", "") else { return Vec::new() };
        let rules = &self.rules.authorization;
        let mut creators = vec![create.sender.clone()];
        if rules.additional_room_creators {
            creators
                .extend(self.create_content().map(|content| content.additional_creators).unwrap_or_default());
        }
        creators
    }

    pub fn is_creator(&self, user_id: &UserId) -> bool {
        self.creators().iter().any(|creator| creator == user_id)
    }

    pub fn power_levels(&self) -> RoomPowerLevels {
        let content: Option<RoomPowerLevelsEventContent> =
            self.state.get("m.room.power_levels", "").and_then(|pdu| pdu.content_as());
        let source = content.map_or(RoomPowerLevelsSource::None, RoomPowerLevelsSource::Original);
        RoomPowerLevels::new(source, &self.rules.authorization, self.creators())
    }
}
