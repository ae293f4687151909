//! How people come into rooms and leave them.

use std::sync::Arc;

use aside_model::policy::{Action, Deed};
use aside_store::{Side, queue};
use ruma::events::StateEventType;
use ruma::events::room::join_rules::{AllowRule, JoinRule, RoomJoinRulesEventContent};
use ruma::{OwnedRoomId, RoomId, UserId};
use serde_json::{Map, Value, json};

use super::{Draft, JoinedRoom, Room, access_joined_room, content, find_room_num, load};
use crate::accounts::{self, Session};
use crate::messages::{Sender, append};
use crate::{
    Error, Homeserver, Limited, Result, RoomNum, UserNum, policy, reports, requests, safety, scheduled,
};

/// A member event's content, with the profile that the person has now.
pub(crate) async fn member_content(
    hs: &Homeserver,
    user: UserNum,
    membership: &str,
    reason: Option<&str>,
    is_direct: Option<bool>,
) -> Result<Value> {
    let mut content = Map::from_iter([("membership".to_owned(), json!(membership))]);
    if matches!(membership, "join" | "invite" | "knock") {
        let profile = accounts::profile(hs, user).await?;
        for field in ["displayname", "avatar_url"] {
            if let Some(value) = profile.0.get(field) {
                content.insert(field.to_owned(), value.clone());
            }
        }
    }
    if let Some(reason) = reason {
        content.insert("reason".into(), json!(reason));
    }
    if let Some(is_direct) = is_direct {
        content.insert("is_direct".into(), json!(is_direct));
    }
    Ok(Value::Object(content))
}

async fn set_member(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: RoomNum,
    user_id: &UserId,
    value: &Value,
) -> Result<()> {
    let draft = Draft::state(StateEventType::RoomMember, user_id.as_str(), content(value)?);
    append(hs, room, Sender::without_txn(&session.user_id), draft).await.map(drop)
}

async fn existing_user(hs: &Homeserver, user_id: &UserId) -> Result<UserNum> {
    accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))
}

/// Invites somebody.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules or where the session's user isn't in it, [`Error::NotFound`] where there is no such person.
pub async fn invite(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    user_id: &UserId,
    reason: Option<&str>,
) -> Result<()> {
    hs.limit(Limited::Room, session.user_id.as_str())?;
    let room = access_joined_room(hs, session, room_id).await?;
    let num = existing_user(hs, user_id).await?;
    if room.is_joined(num) {
        return Err(Error::forbidden(format!("{user_id} is in the room already.")));
    }
    reports::check_may_meet(hs, session, num).await?;
    safety::check_invite(hs, &session.user_id, num).await?;
    let value = member_content(hs, num, "invite", reason, None).await?;
    set_member(hs, session, room.num, user_id, &value).await
}

/// Asks somebody again who once declined the conversation of the two, where the policy lets the session's user do so.
pub(super) async fn ask_again(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    other: UserNum,
) -> Result<()> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Ok(()) };
    let room = load(hs, num).await?;
    let Some(member) = room.member(other).filter(|member| member.membership == "invite") else {
        return Ok(());
    };
    if !policy::was_turned_away(hs, &room, other).await? {
        return Ok(());
    }
    let asked = policy::explain(hs, &session.user_id, &member.user_id, Deed::Start, false).await?;
    if matches!(asked.verdict.action, Action::Refuse | Action::DropSilently) {
        return Ok(());
    }
    let value = member_content(hs, other, "invite", None, Some(true)).await?;
    set_member(hs, session, num, &member.user_id, &value).await
}

/// Joins a room: one that the user was invited to, that is public, or whose members of another room may join.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules, or where there is no such room.
pub async fn join(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    reason: Option<&str>,
) -> Result<OwnedRoomId> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    if room.is_joined(session.user) {
        return Ok(room.room_id.clone());
    }
    hs.limit(Limited::Room, session.user_id.as_str())?;
    reports::check_may_act(hs, session).await?;
    let mut value = member_content(hs, session.user, "join", reason, None).await?;
    let invited = room.member(session.user).is_some_and(|member| member.membership == "invite");
    if !invited && let Some(host) = restricted_join_host(hs, session, &room).await? {
        value["join_authorised_via_users_server"] = json!(host);
    }
    match set_member(hs, session, num, &session.user_id, &value).await {
        Err(Error::Forbidden(_)) if !invited && !is_public(&room) => Err(Error::not_in_room()),
        result => result.map(|()| room.room_id.clone()),
    }
}

fn is_public(room: &Room) -> bool {
    matches!(join_rule(room), Some(JoinRule::Public))
}

pub(super) fn join_rule(room: &Room) -> Option<JoinRule> {
    let content: RoomJoinRulesEventContent = room.state.get("m.room.join_rules", "")?.content_as()?;
    Some(content.join_rule)
}

/// Whether the user is in a room whose members may join this one.
pub(super) async fn is_allowed_by_rooms(hs: &Homeserver, session: &Session, room: &Room) -> Result<bool> {
    let (JoinRule::Restricted(restricted) | JoinRule::KnockRestricted(restricted)) =
        join_rule(room).unwrap_or(JoinRule::Invite)
    else {
        return Ok(false);
    };
    for rule in &restricted.allow {
        let AllowRule::RoomMembership(membership) = rule else { continue };
        if let Some(num) = find_room_num(hs, &membership.room_id).await?
            && load(hs, num).await?.is_joined(session.user)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Somebody in the room who may invite, where the user may join because of another room.
async fn restricted_join_host(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
) -> Result<Option<ruma::OwnedUserId>> {
    if !is_allowed_by_rooms(hs, session, room).await? {
        return Ok(None);
    }
    let levels = room.power_levels();
    let host = room.state.joined().find(|(_, member)| levels.user_can_invite(&member.user_id));
    Ok(host.map(|(_, member)| member.user_id.clone()))
}

/// Leaves a room, declines an invite, or takes a knock back. Leaving twice is no error.
///
/// # Errors
/// [`Error::Forbidden`] where the user was never in the room, or there is none.
pub async fn leave(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    reason: Option<&str>,
) -> Result<()> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    match room.member(session.user).map(|member| member.membership.as_str()) {
        None => Err(Error::not_in_room()),
        Some("leave") => Ok(()),
        Some("invite") if requests::declines_silently(hs, &room, session.user).await? => {
            requests::silently(hs, session.user, num, "declined").await
        }
        Some(membership) => {
            let was_inside = membership == "join";
            let value = member_content(hs, session.user, "leave", reason, None).await?;
            set_member(hs, session, num, &session.user_id, &value).await?;
            if was_inside {
                scheduled::forget_room(hs, session.user, num).await?;
                requests::withdrawn(hs, &room, session.user).await?;
            }
            Ok(())
        }
    }
}

/// Asks to be let in.
///
/// # Errors
/// [`Error::Forbidden`] where the room doesn't take knocks, or there is none.
pub async fn knock(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    reason: Option<&str>,
) -> Result<OwnedRoomId> {
    hs.limit(Limited::Room, session.user_id.as_str())?;
    reports::check_may_act(hs, session).await?;
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    if safety::is_deaf_to(hs, &room, &session.user_id).await? {
        return Err(Error::not_in_room());
    }
    let value = member_content(hs, session.user, "knock", reason, None).await?;
    match set_member(hs, session, num, &session.user_id, &value).await {
        Err(Error::Forbidden(_)) => Err(Error::not_in_room()),
        result => result.map(|()| room.room_id.clone()),
    }
}

/// Somebody whom another member wants out of a room, or back.
struct Target<'a> {
    room: JoinedRoom,
    num: UserNum,
    user_id: &'a UserId,
}

impl<'a> Target<'a> {
    async fn find(hs: &Homeserver, session: &Session, room_id: &RoomId, user_id: &'a UserId) -> Result<Self> {
        reports::check_may_act(hs, session).await?;
        let room = access_joined_room(hs, session, room_id).await?;
        let num = existing_user(hs, user_id).await?;
        Ok(Self { room, num, user_id })
    }

    fn membership(&self) -> Option<&str> {
        self.room.member(self.num).map(|member| member.membership.as_str())
    }

    async fn set(
        &self,
        hs: &Arc<Homeserver>,
        session: &Session,
        membership: &str,
        reason: Option<&str>,
    ) -> Result<()> {
        let reason = safety::heard_reason(hs, session, self.num, reason).await?;
        let value = member_content(hs, self.num, membership, reason, None).await?;
        set_member(hs, session, self.room.num, self.user_id, &value).await
    }
}

/// Puts somebody out.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules, or where they are not in it.
pub async fn kick(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    user_id: &UserId,
    reason: Option<&str>,
) -> Result<()> {
    let target = Target::find(hs, session, room_id, user_id).await?;
    if !matches!(target.membership(), Some("join" | "invite" | "knock")) {
        return Err(Error::forbidden(format!("{user_id} is not in the room.")));
    }
    target.set(hs, session, "leave", reason).await
}

/// Puts somebody out for good.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules.
pub async fn ban(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    user_id: &UserId,
    reason: Option<&str>,
) -> Result<()> {
    let target = Target::find(hs, session, room_id, user_id).await?;
    target.set(hs, session, "ban", reason).await
}

/// Lifts a ban.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules, or where there is no ban.
pub async fn unban(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    user_id: &UserId,
    reason: Option<&str>,
) -> Result<()> {
    let target = Target::find(hs, session, room_id, user_id).await?;
    if target.membership() != Some("ban") {
        return Err(Error::forbidden(format!("{user_id} is not banned.")));
    }
    target.set(hs, session, "leave", reason).await
}

/// Forgets a room that the user has left: it is not listed again and its history can't be read any more.
///
/// # Errors
/// [`Error::StillInRoom`] where the user is still in it.
pub async fn forget(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<()> {
    let Some(num) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let room = load(hs, num).await?;
    match room.member(session.user).map(|member| member.membership.as_str()) {
        None => return Err(Error::not_in_room()),
        Some("leave" | "ban") => {}
        // To themself they have left what they declined without a word.
        Some("invite") if requests::was_declined(hs, session.user, num).await? => {}
        Some(_) => return Err(Error::StillInRoom),
    }
    let user = session.user;
    hs.store.write(Side::User(user), async move |tx| queue::forget(tx, user, num).await).await?;
    Ok(())
}
