//! What is judged in the room's lane, on the room as it is when the event takes its position: so that of any number of messages
//! sent at once exactly as many pass as may.

use std::sync::Arc;

use aside_model::policy::{Consent, Deed, Inputs, Profile, Verdict, decide, look};
use aside_store::requests::Waiting;
use aside_store::{Tx, requests};
use ruma::UserId;
use ruma::events::TimelineEventType;

use super::gather::seconds_since;
use crate::rooms::{self, Draft, Room};
use crate::{Error, Homeserver, Result, RoomNum, UserNum, accounts};

/// State that says how a room works and nothing else; anything else that is set in a request counts as a message.
const PLAIN_STATE: [&str; 9] = [
    "m.room.create",
    "m.room.member",
    "m.room.power_levels",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.room.encryption",
    "m.room.server_acl",
    "m.room.canonical_alias",
];

/// What an event changes of whose answer its room waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Put(Waiting),
    Delete(UserNum),
}

impl Change {
    pub(crate) async fn run(&self, tx: &Tx<'_>, room: RoomNum) -> aside_store::Result<()> {
        match self {
            Change::Put(waiting) => requests::put_waiting(tx, room, waiting).await,
            Change::Delete(user) => requests::delete_waiting(tx, room, *user).await,
        }
    }
}

/// Judges the room's next event. `admitted` is what the room is to note of an invite.
///
/// # Errors
/// [`Error::Policy`].
pub(crate) async fn gate(
    hs: &Homeserver,
    room: &Room,
    sender_id: &UserId,
    draft: &Draft,
    member: Option<UserNum>,
    admitted: Option<&Waiting>,
) -> Result<Vec<Change>> {
    match member {
        Some(member) => gate_member(hs, room, sender_id, draft, member, admitted).await,
        None if room.requests.is_empty() => Ok(Vec::new()),
        None => gate_message(hs, room, sender_id, draft).await,
    }
}

/// Somebody comes, is invited, or goes.
async fn gate_member(
    hs: &Homeserver,
    room: &Room,
    sender_id: &UserId,
    draft: &Draft,
    member: UserNum,
    admitted: Option<&Waiting>,
) -> Result<Vec<Change>> {
    let row = room.requests.get(&member);
    match rooms::membership_in(&draft.content).as_str() {
        "join" if room.is_joined(member) => Ok(Vec::new()),
        "join" => {
            let profile = hs.policy_for(member).await?;
            check_size(room, &profile, room.state.count("join"))?;
            let Some(row) = row else { return Ok(Vec::new()) };
            // Until they say something, the conversation has no answer yet.
            let waits =
                row.direct && (profile.stranger.unanswered_cap >= 0 || profile.start.reply_deadline_s > 0);
            let next = Waiting { state: "unanswered".into(), ..row.clone() };
            Ok(vec![if waits { Change::Put(next) } else { Change::Delete(member) }])
        }
        "invite" => {
            let inside = room.state.count("join") + room.state.count("invite");
            if room.member(member).is_none_or(|member| member.membership != "invite")
                && let Some(sender) = accounts::find_user_num(hs, sender_id).await?
            {
                check_size(room, &*hs.policy_for(sender).await?, inside)?;
            }
            Ok(admitted.map(|waiting| Change::Put(waiting.clone())).into_iter().collect())
        }
        _ => Ok(row.map(|_| Change::Delete(member)).into_iter().collect()),
    }
}

/// A group that is full takes nobody, whichever way they come. A space is a list of rooms, not a group.
fn check_size(room: &Room, profile: &Profile, members: usize) -> Result<()> {
    if profile.group.max_members < 0 || room.is_space() {
        return Ok(());
    }
    let members = i64::try_from(members).unwrap_or(i64::MAX);
    let inputs = Inputs { deed: Deed::JoinGroup, members, ..Inputs::default() };
    refuse(decide(profile, &inputs)).map(drop)
}

/// Something is said where an answer is waited for.
async fn gate_message(
    hs: &Homeserver,
    room: &Room,
    sender_id: &UserId,
    draft: &Draft,
) -> Result<Vec<Change>> {
    let counts = match &draft.state_key {
        None => draft.kind != TimelineEventType::RoomRedaction,
        Some(_) => !PLAIN_STATE.contains(&draft.kind.to_string().as_str()),
    };
    let Some(sender) = accounts::find_user_num(hs, sender_id).await?.filter(|_| counts) else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    for row in room.requests.values().filter(|row| row.direct) {
        let profile = hs.policy_for(row.user).await?;
        if row.user == sender {
            // This is the answer.
            judge_message(hs, &profile, row, draft, false)?;
            changes.push(Change::Delete(row.user));
        } else if row.stranger || row.state == "unanswered" || profile.start.reply_deadline_s > 0 {
            judge_message(hs, &profile, row, draft, true)?;
            changes.push(Change::Put(Waiting { sent: row.sent + 1, ..row.clone() }));
        }
    }
    Ok(changes)
}

fn judge_message(
    hs: &Homeserver,
    profile: &Arc<Profile>,
    row: &Waiting,
    draft: &Draft,
    asks: bool,
) -> Result<Verdict> {
    let kind = draft.kind.to_string();
    let seen = look(&kind, draft.content.get(), profile.text.unit);
    let accepted = !asks || !row.stranger || row.state == "unanswered";
    let inputs = Inputs {
        deed: Deed::Message,
        consent: if accepted { Consent::Accepted } else { Consent::Requested },
        kind: if draft.state_key.is_some() { aside_model::policy::Kind::Text } else { seen.kind },
        sent: row.sent,
        unanswered: if asks { row.sent } else { 0 },
        since_asked_s: seconds_since(hs, row.created_ts),
        ..Inputs::default()
    };
    refuse(decide(profile, &inputs))
}

pub(super) fn refuse(verdict: Verdict) -> Result<Verdict> {
    if verdict.is_refused() { Err(Error::Policy(Box::new(verdict.for_sender()))) } else { Ok(verdict) }
}
