//! Who is, was or may come to be in a room.

use std::collections::BTreeMap;

use ruma::OwnedUserId;
use ruma::events::room::member::{MembershipState, RoomMemberEvent};
use ruma::serde::Raw;
use serde::Deserialize;

use super::{state, token};
use crate::accounts::Session;
use crate::rooms::{JoinedRoom, VisibleRoom};
use crate::{Homeserver, Result};

/// The member events of a room, as it is or as it was at the place that a token names. With both, those of `membership`
/// and those that are not of `not_membership` are wanted.
///
/// # Errors
/// [`crate::Error::Invalid`] where the token is not one of this server's.
pub async fn members(
    hs: &Homeserver,
    session: &Session,
    room: &VisibleRoom,
    at: Option<&str>,
    membership: Option<MembershipState>,
    not_membership: Option<MembershipState>,
) -> Result<Vec<Raw<RoomMemberEvent>>> {
    let at = token::optional_position(hs, session, &room.room, "at", at).await?;
    let pos = at.map_or(room.last_pos, |at| (at - 1).min(room.last_pos));
    let is_wanted = move |found: MembershipState| match (&membership, &not_membership) {
        (None, None) => true,
        (Some(wanted), None) => found == *wanted,
        (None, Some(unwanted)) => found != *unwanted,
        (Some(wanted), Some(unwanted)) => found == *wanted || found != *unwanted,
    };
    state::shown(hs, room, pos, move |kind, _, content| {
        kind == "m.room.member" && is_wanted(membership_of(content))
    })
    .await
}

fn membership_of(content: &str) -> MembershipState {
    #[derive(Deserialize)]
    struct Content {
        membership: MembershipState,
    }
    serde_json::from_str::<Content>(content).map_or(MembershipState::Leave, |content| content.membership)
}

/// How somebody in a room is shown there.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct JoinedMember {
    #[serde(rename = "displayname")]
    pub display_name: Option<String>,
    pub avatar_url: Option<String>,
}

/// Who is in the room now.
pub fn joined_members(room: &JoinedRoom) -> BTreeMap<OwnedUserId, JoinedMember> {
    let shown = |member: &crate::rooms::Member| {
        let event = room.state.get("m.room.member", member.user_id.as_str());
        event.and_then(|event| event.content_as::<JoinedMember>()).unwrap_or_default()
    };
    room.state.joined().map(|(_, member)| (member.user_id.clone(), shown(member))).collect()
}
