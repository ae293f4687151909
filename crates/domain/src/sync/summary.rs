//! What a client needs to name a room without knowing its members.

use ruma::api::client::sync::sync_events::v3::RoomSummary;
use ruma::{OwnedUserId, UInt};

use crate::UserNum;
use crate::rooms::Room;

/// The specification's number of people that name a room.
const HEROES_MAX: usize = 5;

pub(super) fn of(room: &Room, user: UserNum) -> RoomSummary {
    let count = |membership| UInt::try_from(room.state.count(membership)).ok();
    let mut summary = RoomSummary::new();
    summary.heroes = heroes(room, user);
    summary.joined_member_count = count("join");
    summary.invited_member_count = count("invite");
    summary
}

/// The first people in the room besides the user; where nobody is left, the first who were.
pub(super) fn heroes(room: &Room, user: UserNum) -> Vec<OwnedUserId> {
    let first = |wanted: [&str; 2]| {
        let mut members: Vec<_> = room
            .state
            .members()
            .iter()
            .filter(|(num, member)| **num != user && wanted.contains(&member.membership.as_str()))
            .map(|(_, member)| (member.pos, &member.user_id))
            .collect();
        members.sort_unstable();
        members.into_iter().take(HEROES_MAX).map(|(_, user_id)| user_id.clone()).collect::<Vec<_>>()
    };
    let present = first(["join", "invite"]);
    if present.is_empty() { first(["leave", "ban"]) } else { present }
}
