//! What a person does about a request.

use std::sync::Arc;

use aside_store::requests::Request;
use aside_store::{Side, requests as store};
use ruma::{OwnedRoomId, RoomId, UserId};

use super::settle;
use crate::accounts::Session;
use crate::{Error, Homeserver, Limited, Result, RoomNum, rooms, safety};

/// Requests that are answered at once.
const AT_ONCE_MAX: usize = 500;

/// What can be done about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Come in.
    Accept,
    /// Say no. A stranger isn't told, unless the profile says so.
    Decline,
    /// As declining, and it is listed nowhere any more.
    Delete,
    /// As declining, and nothing of its sender comes again.
    Block,
}

/// Answers a request.
///
/// # Errors
/// [`Error::NotFound`] where there is none of this room that still waits.
pub async fn answer(hs: &Arc<Homeserver>, session: &Session, room_id: &RoomId, answer: Answer) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let (num, request) = find(hs, session, room_id).await?;
    if request.state != "pending" {
        return match answer {
            Answer::Delete => clear(hs, session, num).await,
            // Declined requests can be taken up again, as long as the sender is still there.
            Answer::Accept if request.state != "accepted" => {
                rooms::join(hs, session, room_id, None).await.map(drop)
            }
            _ => Err(Error::NotFound("request")),
        };
    }
    match answer {
        Answer::Accept => rooms::join(hs, session, room_id, None).await.map(drop),
        Answer::Decline => decline(hs, session, room_id, num, "declined").await,
        Answer::Delete => decline(hs, session, room_id, num, "deleted").await,
        Answer::Block => {
            let sender = UserId::parse(&request.sender_id).map_err(Error::internal)?;
            safety::block(hs, session, &sender).await?;
            for other in waiting_of(hs, session, &request).await? {
                let room = rooms::load(hs, other.room).await?;
                decline(hs, session, &room.room_id, other.room, "blocked").await?;
            }
            Ok(())
        }
    }
}

async fn waiting_of(hs: &Homeserver, session: &Session, request: &Request) -> Result<Vec<Request>> {
    let (user, sender) = (session.user, request.sender);
    let found = hs
        .store
        .read(Side::User(user), async move |tx| store::list_by_sender(tx, user, sender).await)
        .await?;
    Ok(found)
}

/// Answers many requests in the same way; answers those that were not there any more.
///
/// # Errors
/// [`Error::Invalid`] where there are too many.
pub async fn answer_all(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_ids: Vec<OwnedRoomId>,
    how: Answer,
) -> Result<Vec<OwnedRoomId>> {
    if room_ids.len() > AT_ONCE_MAX {
        return Err(Error::invalid("room_ids", format!("at most {AT_ONCE_MAX} at once")));
    }
    let mut gone = Vec::new();
    for room_id in room_ids {
        match answer(hs, session, &room_id, how).await {
            Ok(()) => {}
            Err(Error::NotFound(_) | Error::Forbidden(_)) => gone.push(room_id),
            Err(error) => return Err(error),
        }
    }
    Ok(gone)
}

/// Notes that somebody has looked at a request. Nobody else is told.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn read(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<()> {
    let (num, _) = find(hs, session, room_id).await?;
    let user = session.user;
    Ok(hs.store.write(Side::User(user), async move |tx| store::set_read(tx, user, num).await).await?)
}

pub(super) async fn find(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<(RoomNum, Request)> {
    let unknown = || Error::NotFound("request");
    let num = rooms::find_room_num(hs, room_id).await?.ok_or_else(unknown)?;
    let user = session.user;
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, num).await).await?;
    found.filter(|request| request.state != "revoked").map(|request| (num, request)).ok_or_else(unknown)
}

async fn decline(
    hs: &Arc<Homeserver>,
    session: &Session,
    room_id: &RoomId,
    num: RoomNum,
    state: &'static str,
) -> Result<()> {
    let room = rooms::load(hs, num).await?;
    if settle::declines_silently(hs, &room, session.user).await? {
        return settle::silently(hs, session.user, num, state).await;
    }
    let (user, now) = (session.user, hs.clock.now_ms());
    hs.store.write(Side::User(user), async move |tx| settle::settle(tx, user, num, state, now).await).await?;
    rooms::leave(hs, session, room_id, None).await
}

async fn clear(hs: &Homeserver, session: &Session, num: RoomNum) -> Result<()> {
    let (user, now) = (session.user, hs.clock.now_ms());
    let cleared =
        hs.store.write(Side::User(user), async move |tx| store::clear(tx, user, num, now).await).await?;
    if cleared { Ok(()) } else { Err(Error::NotFound("request")) }
}
