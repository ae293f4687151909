//! The threads of a room (specification, 11.37.4 Querying threads in a room).

use aside_store::relations::Thread;
use aside_store::{Side, Tx, events, relations};
use ruma::events::AnyTimelineEvent;
use ruma::serde::Raw;

use super::token;
use crate::accounts::Session;
use crate::events::{Reader, position_token};
use crate::rooms::VisibleRoom;
use crate::{Homeserver, Result, RoomNum};

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 500;

/// The roots of threads, those with the newest reply first, and the token to go on with where there are more.
///
/// # Errors
/// [`crate::Error::Invalid`] where the token is not one of this server's.
pub async fn threads(
    hs: &Homeserver,
    session: &Session,
    room: &VisibleRoom,
    participated: bool,
    from: Option<&str>,
    limit: Option<usize>,
) -> Result<(Vec<Raw<AnyTimelineEvent>>, Option<String>)> {
    let from = token::optional_position(hs, session, &room.room, "from", from).await?;
    let before = from.unwrap_or(room.room.next_pos);
    let ask = Ask {
        room: room.room.num,
        user_id: session.user_id.to_string(),
        participated,
        limit: limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX),
    };
    let viewer = room.viewer.clone();
    let read = hs.store.read(Side::Room(ask.room), async move |tx| {
        let mut reader = viewer.open(tx, before).await?;
        let (roots, next) = roots(tx, &mut reader, &ask, before).await?;
        Ok((reader.render(tx, &roots).await?, next))
    });
    let (roots, next) = read.await?;
    Ok((roots, next.map(position_token)))
}

struct Ask {
    room: RoomNum,
    user_id: String,
    /// Whether only threads are wanted in which the user wrote.
    participated: bool,
    limit: usize,
}

async fn roots(
    tx: &Tx<'_>,
    reader: &mut Reader<'_>,
    ask: &Ask,
    mut before: i64,
) -> aside_store::Result<(Vec<events::Event>, Option<i64>)> {
    let mut found = Vec::new();
    loop {
        let wanted = ask.limit + 1 - found.len();
        let threads = relations::list_threads(tx, ask.room, &ask.user_id, before, wanted as i64).await?;
        let is_last = threads.len() < wanted;
        for thread in threads {
            if found.len() == ask.limit {
                return Ok((found, Some(before)));
            }
            before = thread.latest_pos;
            found.extend(root(tx, reader, ask, &thread).await?);
        }
        if is_last {
            return Ok((found, None));
        }
    }
}

/// The event that a thread hangs on, where it is one that is asked for and that the user may see.
async fn root(
    tx: &Tx<'_>,
    reader: &mut Reader<'_>,
    ask: &Ask,
    thread: &Thread,
) -> aside_store::Result<Option<events::Event>> {
    let Some(root) = events::find(tx, ask.room, &thread.root_id).await? else { return Ok(None) };
    let is_own = thread.has_reply_of_user || root.sender == ask.user_id;
    if ask.participated && !is_own {
        return Ok(None);
    }
    let shows = reader.shows(tx, &root).await? && reader.sees_any(tx, thread.latest_pos).await?;
    Ok(shows.then_some(root))
}
