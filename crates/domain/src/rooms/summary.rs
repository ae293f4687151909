//! What a room is, in short, to somebody who thinks of joining it (specification, 11.13 and MSC3266).

use ruma::events::room::guest_access::{GuestAccess, RoomGuestAccessEventContent};
use ruma::events::room::join_rules::JoinRule;
use ruma::events::room::member::MembershipState;
use ruma::room::{JoinRuleSummary, RoomSummary};
use ruma::{RoomId, UInt};
use serde_json::Value;

use super::membership::{is_allowed_by_rooms, join_rule};
use super::{Room, find_room_num, load};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

/// A room in short, and the membership of whoever asks, where they have any.
///
/// # Errors
/// [`Error::NotFound`] where there is no such room, or the user could neither join nor read it.
pub async fn summary(
    hs: &Homeserver,
    session: Option<&Session>,
    room_id: &RoomId,
) -> Result<(RoomSummary, Option<MembershipState>)> {
    let unknown = Error::NotFound("room");
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(unknown) };
    let room = load(hs, num).await?;
    if !may_know(hs, session, &room).await? {
        return Err(unknown);
    }
    let member = session.and_then(|session| room.member(session.user));
    Ok((of(&room), member.map(|member| member.membership.as_str().into())))
}

/// Whether somebody may know that there is this room: they have to do with it, could come in, or the world may read it.
pub(super) async fn may_know(hs: &Homeserver, session: Option<&Session>, room: &Room) -> Result<bool> {
    if room.is_world_readable() {
        return Ok(true);
    }
    let membership = session.and_then(|session| room.member(session.user));
    match (membership.map(|member| member.membership.as_str()), join_rule(room)) {
        (Some("join" | "invite" | "knock"), _) => Ok(true),
        (Some("ban"), _) => Ok(false),
        (_, Some(JoinRule::Public | JoinRule::Knock | JoinRule::KnockRestricted(_))) => Ok(true),
        (_, Some(JoinRule::Restricted(_))) => match session {
            Some(session) => is_allowed_by_rooms(hs, session, room).await,
            None => Ok(false),
        },
        _ => Ok(false),
    }
}

pub(super) fn of(room: &Room) -> RoomSummary {
    let rule = join_rule(room).map_or(JoinRuleSummary::Invite, JoinRuleSummary::from);
    let guests: Option<RoomGuestAccessEventContent> =
        room.state.get("m.room.guest_access", "").and_then(|pdu| pdu.content_as());
    let guest_can_join = guests.is_some_and(|content| content.guest_access == GuestAccess::CanJoin);
    let joined = UInt::try_from(room.state.count("join")).unwrap_or_default();
    let mut summary =
        RoomSummary::new(room.room_id.clone(), rule, guest_can_join, joined, room.is_world_readable());
    let text = |kind, field| {
        let content: Value = room.state.get(kind, "")?.content_as()?;
        Some(content.get(field)?.as_str()?.to_owned()).filter(|text| !text.is_empty())
    };
    summary.canonical_alias = text("m.room.canonical_alias", "alias").and_then(|alias| alias.try_into().ok());
    summary.name = text("m.room.name", "name");
    summary.topic = text("m.room.topic", "topic");
    summary.avatar_url = text("m.room.avatar", "url").map(Into::into);
    summary.room_type = text("m.room.create", "type").map(Into::into);
    summary.encryption = text("m.room.encryption", "algorithm").map(Into::into);
    summary.room_version = Some(room.version.clone());
    summary
}
