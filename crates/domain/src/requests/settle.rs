//! What an invite, a join or a leave means for a request.

use std::sync::Arc;

use aside_model::policy::{Consent, Folder};
use aside_store::requests::{Request, Waiting};
use aside_store::{Side, Tx, budgets, queue, requests as store};
use ruma::{RoomId, UserId};

use crate::account_data::note_direct;
use crate::jobs::Outcome;
use crate::rooms::{self, Member, Room};
use crate::{Homeserver, Result, RoomNum, UserNum, accounts, safety};

/// Requests that are let go in one round.
const EXPIRED_AT_ONCE: i64 = 500;
const EXPIRE_EVERY_MS: i64 = 60_000;
/// Conversations with strangers of one sender that are moved to spam; the newest ones.
const THREADS_MAX: i64 = 1_000;

/// What a change of somebody's membership means on their own side; it is brought in the transaction that brings the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Brought {
    /// Somebody would like to talk to them.
    Asked(Box<Request>),
    /// A request of this room was answered, or taken back.
    Settled(RoomNum, &'static str),
}

impl Brought {
    /// Whether nobody is notified of it, because it waits where they look only if they like.
    pub(crate) fn is_quiet(&self) -> bool {
        matches!(self, Brought::Asked(request) if matches!(request.folder.as_str(), "hidden" | "spam"))
    }
}

/// Whether a member isn't to hear of their invite.
pub(crate) fn is_dropped(room: &Room, user: UserNum, member: &Member) -> bool {
    member.membership == "invite" && room.requests.get(&user).is_some_and(|row| row.state == "dropped")
}

/// What the newest change of a member's membership means to them, where it is new since a position.
pub(crate) fn brought(room: &Room, user: UserNum, member: &Member, changed_from: i64) -> Option<Brought> {
    if member.pos < changed_from {
        return None;
    }
    let event = room.state.get("m.room.member", member.user_id.as_str())?;
    match member.membership.as_str() {
        "invite" => {
            let row = room.requests.get(&user)?;
            Some(Brought::Asked(Box::new(request(room, row, event.sender.as_str()))))
        }
        "join" => Some(Brought::Settled(room.num, "accepted")),
        _ if event.sender == member.user_id => Some(Brought::Settled(room.num, "declined")),
        _ => Some(Brought::Settled(room.num, "revoked")),
    }
}

fn request(room: &Room, row: &Waiting, sender_id: &str) -> Request {
    Request {
        room: room.num,
        sender: row.sender,
        sender_id: sender_id.to_owned(),
        state: "pending".into(),
        folder: row.folder.clone(),
        direct: row.direct,
        stranger: row.stranger,
        unread: true,
        created_ts: row.created_ts,
        changed_ts: row.created_ts,
        expires_ts: row.expires_ts,
    }
}

/// Writes it on the user's side; repeating it does nothing.
pub(crate) async fn bring(
    tx: &Tx<'_>,
    user: UserNum,
    brought: &Brought,
    now: i64,
) -> aside_store::Result<()> {
    match brought {
        Brought::Asked(request) => {
            store::put(tx, user, request).await?;
            match request.direct {
                true => store::ask_consent(tx, user, request.sender, request.created_ts).await,
                false => Ok(()),
            }
        }
        Brought::Settled(room, state) => settle(tx, user, *room, state, now).await.map(drop),
    }
}

/// Notes the answer, and what it says to the sender, where the request still waits.
pub(super) async fn settle(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    state: &str,
    now: i64,
) -> aside_store::Result<bool> {
    let Some(request) = store::find(tx, user, room).await? else { return Ok(false) };
    if !store::settle(tx, user, room, state, now).await? {
        return Ok(false);
    }
    let consent = match state {
        "accepted" => Consent::Accepted,
        "declined" | "deleted" | "blocked" => Consent::Declined,
        _ => return Ok(true),
    };
    if request.direct {
        store::put_consent(tx, user, request.sender, consent.as_str(), now).await?;
    }
    Ok(true)
}

/// Whether somebody has said no to what they are still invited to, as far as the room knows.
pub(crate) async fn was_declined(hs: &Homeserver, user: UserNum, room: RoomNum) -> Result<bool> {
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, room).await).await?;
    Ok(found.is_some_and(|request| !matches!(request.state.as_str(), "pending" | "accepted")))
}

/// Whether leaving this invite is something that the sender isn't told.
pub(crate) async fn declines_silently(hs: &Homeserver, room: &Room, user: UserNum) -> Result<bool> {
    match room.requests.get(&user) {
        Some(row) if row.direct && row.stranger => Ok(!hs.policy_for(user).await?.decline.notify_sender),
        _ => Ok(false),
    }
}

/// Takes a request out of the recipient's sight, and leaves the room as it is.
pub(crate) async fn silently(
    hs: &Homeserver,
    user: UserNum,
    room: RoomNum,
    state: &'static str,
) -> Result<()> {
    let now = hs.clock.now_ms();
    let left = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            settle(tx, user, room, state, now).await?;
            queue::leave_invite(tx, user, room, seq, now).await
        })
        .await?;
    if left {
        hs.bell.ring(user);
    }
    Ok(())
}

/// What follows on both sides once somebody came into a conversation of two that they were asked for.
pub(crate) async fn accepted(hs: &Homeserver, room_id: &RoomId, row: &Waiting) -> Result<()> {
    let (user, sender, now) = (row.user, row.sender, hs.clock.now_ms());
    let direct = row.direct;
    hs.store
        .write(Side::User(sender), async move |tx| {
            budgets::put_answer(tx, sender, user, now).await?;
            match direct {
                true => store::put_consent(tx, sender, user, Consent::Accepted.as_str(), now).await,
                false => Ok(()),
            }
        })
        .await?;
    if direct {
        let (user_id, sender_id) = (accounts::user_id(hs, user).await?, accounts::user_id(hs, sender).await?);
        note_direct(hs, user, &sender_id, room_id).await?;
        note_direct(hs, sender, &user_id, room_id).await?;
    }
    Ok(())
}

/// Whoever leaves the conversation of a pair takes their consent back.
pub(crate) async fn withdrawn(hs: &Homeserver, room: &Room, user: UserNum) -> Result<()> {
    let others: Vec<UserNum> = room.state.members().keys().copied().filter(|other| *other != user).collect();
    let [other] = others[..] else { return Ok(()) };
    if !rooms::is_direct_room(hs, room, user, other).await? {
        return Ok(());
    }
    let now = hs.clock.now_ms();
    hs.store
        .write(Side::User(user), async move |tx| store::withdraw_consent(tx, user, other, now).await)
        .await?;
    Ok(())
}

/// There is something new in a request: it is unread again, and may belong into another folder.
pub(crate) async fn news(hs: &Homeserver, room: &Room, sender: &UserId, text: Option<&str>) -> Result<()> {
    let Some(sender) = accounts::find_user_num(hs, sender).await? else { return Ok(()) };
    let asked =
        room.requests.values().filter(|row| row.direct && row.sender == sender && row.state == "pending");
    for row in asked {
        let folder = match text.filter(|_| row.stranger) {
            Some(text) => safety::folder_of(hs, row.user, text).await?,
            None => None,
        };
        let (user, num, now) = (row.user, room.num, hs.clock.now_ms());
        hs.store
            .write(Side::User(user), async move |tx| {
                store::set_news(tx, user, num, folder.map(Folder::as_str), now).await
            })
            .await?;
    }
    Ok(())
}

/// To be called once somebody was reported: where enough unrelated people did so lately (`report.spam_after`), what they have
/// asked for and still waits is moved to the spam folders.
///
/// # Errors
/// [`Error::Internal`].
pub async fn reported(hs: &Homeserver, sender: UserNum, reports: i64) -> Result<()> {
    let limit = hs.policy_for(sender).await?.report.spam_after;
    if limit < 0 || reports < limit {
        return Ok(());
    }
    let threads = hs
        .store
        .read(Side::User(sender), async move |tx| budgets::list_threads(tx, sender, 0, THREADS_MAX).await)
        .await?;
    let now = hs.clock.now_ms();
    for (room, user) in threads {
        hs.store
            .write(Side::User(user), async move |tx| {
                store::set_news(tx, user, room, Some(Folder::Spam.as_str()), now).await
            })
            .await?;
    }
    Ok(())
}

/// Lets requests go that nobody answered in time.
pub(crate) async fn expire(hs: Arc<Homeserver>) -> Result<Outcome> {
    let now = hs.clock.now_ms();
    let expired = hs
        .store
        .read(Side::Sweep, async move |tx| store::list_expired(tx, now, EXPIRED_AT_ONCE).await)
        .await?;
    let full = i64::try_from(expired.len()).is_ok_and(|count| count >= EXPIRED_AT_ONCE);
    for (user, room) in expired {
        silently(&hs, user, room, "expired").await?;
    }
    Ok(Outcome::Again { at_ms: if full { now } else { now + EXPIRE_EVERY_MS } })
}
