//! Whom somebody reaches who was blocked or restricted. The blocked side is not told: what they do is answered as ever.

use aside_model::safety::invites::InviteAction;
use ruma::UserId;
use ruma::events::TimelineEventType;

use super::restraints;
use crate::account_data::ignored;
use crate::accounts::Session;
use crate::messages::Sender;
use crate::rooms::{self, Draft, Member, Room};
use crate::{Error, Homeserver, Result, UserNum};

/// People who can let somebody into a room that are asked whether they want to hear of it.
const INVITERS_MAX: usize = 20;

/// Whom an event reaches.
#[derive(Debug)]
pub(crate) enum Reach {
    Everyone,
    /// Everyone, but without what the sender wrote.
    Wordless(Box<Draft>),
    /// Its sender alone. It is in the log, and changes nothing of the room.
    Nobody,
}

/// The only other person in a room or asked into it; where there is none any more, the only other who ever was.
pub(super) fn other_of_pair<'r>(room: &'r Room, user_id: &UserId) -> Option<(UserNum, &'r Member)> {
    let others = || room.state.members().iter().filter(|(_, member)| member.user_id != user_id);
    let is_here = |member: &Member| matches!(member.membership.as_str(), "join" | "invite" | "knock");
    // Two are enough to know that there is more than one.
    let here: Vec<_> = others().filter(|(_, member)| is_here(member)).take(2).collect();
    let found = match here.as_slice() {
        [] => others().take(2).collect(),
        _ => here,
    };
    match found.as_slice() {
        [(num, member)] => Some((**num, *member)),
        _ => None,
    }
}

/// Whom a draft of an event reaches: nobody where the only other person in the room has blocked the sender.
pub(crate) async fn reach(hs: &Homeserver, room: &Room, sender: &Sender, draft: &Draft) -> Result<Reach> {
    // What the server does in somebody's name is not what they do.
    if sender.by_server {
        return Ok(Reach::Everyone);
    }
    let sender = &*sender.user_id;
    let Some((other, _)) = other_of_pair(room, sender) else { return Ok(Reach::Everyone) };
    if !ignored(hs, other).await?.contains(sender) {
        return Ok(Reach::Everyone);
    }
    // They may always go, and come where they were invited; who is in a room is nothing that can be kept from anybody.
    let is_own =
        draft.kind == TimelineEventType::RoomMember && draft.state_key.as_deref() == Some(sender.as_str());
    if !is_own {
        return Ok(Reach::Nobody);
    }
    let before = room.state.get("m.room.member", sender.as_str()).map(|pdu| rooms::membership_of(pdu));
    let wanted = membership_in(draft);
    if before == wanted {
        return Ok(Reach::Nobody);
    }
    let content = rooms::content(&serde_json::json!({ "membership": wanted }))?;
    Ok(Reach::Wordless(Box::new(Draft { content, ..draft.clone() })))
}

fn membership_in(draft: &Draft) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Content {
        membership: String,
    }
    serde_json::from_str::<Content>(draft.content.get()).ok().map(|content| content.membership)
}

/// Whether the session's user's receipts and typing stay with them in a room: the only other person there has blocked them,
/// or is somebody whom they themselves have blocked or restricted.
pub(crate) async fn keeps_quiet(hs: &Homeserver, room: &Room, session: &Session) -> Result<bool> {
    let Some((other, member)) = other_of_pair(room, &session.user_id) else { return Ok(false) };
    Ok(ignored(hs, other).await?.contains(&session.user_id)
        || hides_from(hs, session.user, &member.user_id).await?)
}

/// Whether somebody blocks or restricts another person, who then doesn't see whether they are there.
pub(crate) async fn hides_from(hs: &Homeserver, user: UserNum, other: &UserId) -> Result<bool> {
    Ok(ignored(hs, user).await?.contains(other) || restraints(hs, user).await?.restricts(other))
}

/// Checks that somebody doesn't refuse another person's invites. Who only ignores them is not found out.
///
/// # Errors
/// [`Error::InviteBlocked`].
pub(crate) async fn check_invite(hs: &Homeserver, inviter: &UserId, invited: UserNum) -> Result<()> {
    match restraints(hs, invited).await?.judge_invite(inviter) {
        InviteAction::Block if !ignored(hs, invited).await?.contains(inviter) => Err(Error::InviteBlocked),
        _ => Ok(()),
    }
}

/// Whether what brings a member an invite is not brought to them, because they block or ignore who sent it.
pub(crate) async fn drops_invite(
    hs: &Homeserver,
    room: &Room,
    user: UserNum,
    member: &Member,
) -> Result<bool> {
    if member.membership != "invite" {
        return Ok(false);
    }
    let Some(invite) = room.state.get("m.room.member", member.user_id.as_str()) else { return Ok(false) };
    Ok(ignored(hs, user).await?.contains(&invite.sender)
        || restraints(hs, user).await?.judge_invite(&invite.sender) == InviteAction::Ignore)
}

/// Whether everybody in a room who could let somebody in has blocked them, so that there is nobody to knock for.
pub(crate) async fn is_deaf_to(hs: &Homeserver, room: &Room, user_id: &UserId) -> Result<bool> {
    let levels = room.power_levels();
    let inviters = room.state.joined().filter(|(_, member)| levels.user_can_invite(&member.user_id));
    let inviters: Vec<UserNum> = inviters.map(|(num, _)| num).take(INVITERS_MAX).collect();
    for inviter in &inviters {
        if !ignored(hs, *inviter).await?.contains(user_id) {
            return Ok(false);
        }
    }
    Ok(!inviters.is_empty())
}

/// The reason that somebody gives for putting another person out: none for who has blocked them.
pub(crate) async fn heard_reason<'r>(
    hs: &Homeserver,
    session: &Session,
    target: UserNum,
    reason: Option<&'r str>,
) -> Result<Option<&'r str>> {
    if reason.is_none() || !ignored(hs, target).await?.contains(&session.user_id) {
        return Ok(reason);
    }
    Ok(None)
}
