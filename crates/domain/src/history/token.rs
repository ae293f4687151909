//! Places in a room's log, as clients name them.

use aside_store::{Side, queue};

use crate::accounts::Session;
use crate::rooms::Room;
use crate::{Error, Homeserver, Result, SyncToken};

/// The position just after the place that a token names: a `p…` token names a place of this room, a sync's `s…` token the
/// place up to which the room had been brought to the user.
///
/// # Errors
/// [`Error::Invalid`] where the token is neither.
pub(super) async fn position(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    field: &'static str,
    token: &str,
) -> Result<i64> {
    let unknown = || Error::invalid(field, "not a token of this server");
    if let Some(pos) = token.strip_prefix('p') {
        let pos: i64 = pos.parse().map_err(|_| unknown())?;
        return if pos >= 0 { Ok(pos.clamp(1, room.next_pos)) } else { Err(unknown()) };
    }
    let token: SyncToken = token.parse().map_err(|()| unknown())?;
    let (user, num) = (session.user, room.num);
    let (next, user_room) = hs
        .store
        .read(Side::User(user), async move |tx| {
            let next = queue::find_next_events(tx, user, num, token.position).await?;
            Ok((next, queue::find_user_room(tx, user, num).await?))
        })
        .await?;
    let after_last = user_room.map_or(1, |user_room| user_room.last_pos + 1);
    Ok(next.unwrap_or(after_last).clamp(1, room.next_pos))
}

/// As [`position`], of a token that may be missing.
pub(super) async fn optional_position(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    field: &'static str,
    token: Option<&str>,
) -> Result<Option<i64>> {
    match token.filter(|token| !token.is_empty()) {
        Some(token) => position(hs, session, room, field, token).await.map(Some),
        None => Ok(None),
    }
}
