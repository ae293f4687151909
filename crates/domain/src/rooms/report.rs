//! Telling the server's administrators of something bad (specification, 11.21 Reporting content). A report is a line of the
//! log, without the reporter's words: who reported what.

use ruma::{EventId, RoomId, UserId};

use super::{access_joined_room, find_room_num};
use crate::accounts::{self, Session};
use crate::{Error, Homeserver, Limited, Result, history};

/// # Errors
/// [`Error::NotFound`] where there is no such event, or the user isn't in its room or may not see it.
pub async fn report_event(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
    event_id: &EventId,
) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let unknown = |error| if matches!(error, Error::Forbidden(_)) { Error::NotFound("event") } else { error };
    access_joined_room(hs, session, room_id).await.map_err(unknown)?;
    let room = super::access_visible_room(hs, session, room_id).await.map_err(unknown)?;
    history::event(hs, &room, event_id).await?;
    tracing::warn!(reporter = %session.user_id, %room_id, %event_id, "event reported");
    Ok(())
}

/// # Errors
/// [`Error::NotFound`] where there is no such room.
pub async fn report_room(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    find_room_num(hs, room_id).await?.ok_or(Error::NotFound("room"))?;
    tracing::warn!(reporter = %session.user_id, %room_id, "room reported");
    Ok(())
}

/// Answers the same whether there is such a user or not.
///
/// # Errors
/// [`Error::LimitExceeded`].
pub async fn report_user(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if accounts::find_user_num(hs, user_id).await?.is_some() {
        tracing::warn!(reporter = %session.user_id, %user_id, "user reported");
    }
    Ok(())
}
