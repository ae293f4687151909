//! Pages of a room's log (specification, `GET /rooms/{roomId}/messages`).

use std::collections::BTreeMap;

use aside_store::events::{Direction, Event};
use aside_store::{Side, Tx, events, rooms as room_store};
use ruma::api::client::filter::RoomEventFilter;
use ruma::events::{AnyStateEvent, AnyTimelineEvent};
use ruma::serde::Raw;

use super::token;
use crate::accounts::Session;
use crate::events::{EventFilter, Reader, position_token};
use crate::rooms::VisibleRoom;
use crate::{Homeserver, Result, RoomNum};

/// Events on one page at most, whatever is asked for.
pub(super) const LIMIT_MAX: usize = 1_000;
/// Events that one request looks at to find those that a filter wants; the next request goes on from there.
const LOOKED_AT_MAX: usize = 5_000;
/// Events read at once where a filter leaves some out.
const CHUNK: usize = 250;

/// Which page somebody asks for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    pub direction: Direction,
    /// `None` for the end of the log, or its start where it is read forwards.
    pub from: Option<String>,
    pub to: Option<String>,
    pub limit: usize,
    pub filter: RoomEventFilter,
}

/// Events in the order that was asked for, and the member events of those who speak.
#[derive(Debug, Default)]
pub struct Page {
    pub events: Vec<Raw<AnyTimelineEvent>>,
    pub state: Vec<Raw<AnyStateEvent>>,
    pub start: String,
    /// `None` where there is nothing more.
    pub end: Option<String>,
}

/// # Errors
/// [`crate::Error::Invalid`] where a token is not one of this server's.
pub async fn messages(
    hs: &Homeserver,
    session: &Session,
    room: &VisibleRoom,
    request: PageRequest,
) -> Result<Page> {
    let PageRequest { direction, from, to, limit, filter } = request;
    let from = token::optional_position(hs, session, &room.room, "from", from.as_deref()).await?;
    let to = token::optional_position(hs, session, &room.room, "to", to.as_deref()).await?;
    let from = from.unwrap_or(match direction {
        Direction::Forwards => 1,
        Direction::Backwards => room.room.next_pos,
    });
    let mut page = Page { start: position_token(from), ..Page::default() };
    let filter = EventFilter(filter);
    if !filter.has_room(&room.room.room_id) {
        return Ok(page);
    }
    let lazily = !filter.0.lazy_load_options.is_disabled();
    let stretch = Stretch { room: room.room.num, direction, from, to, limit: limit.clamp(1, LIMIT_MAX) };
    let viewer = room.viewer.clone();
    let (events, state, next) = hs
        .store
        .read(Side::Room(room.room.num), async move |tx| {
            let mut reader = viewer.open(tx, stretch.oldest()).await?;
            let (found, next) = read(tx, &mut reader, &filter, stretch).await?;
            let state = match lazily {
                true => speakers(tx, stretch.room, &found).await?,
                false => Vec::new(),
            };
            Ok((reader.render(tx, &found).await?, reader.render_state(tx, &state).await?, next))
        })
        .await?;
    (page.events, page.state) = (events, state);
    page.end = next.map(position_token);
    Ok(page)
}

/// What is to be read of a room's log. Places are named by the position just after them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) room: RoomNum,
    pub(super) direction: Direction,
    pub(super) from: i64,
    pub(super) to: Option<i64>,
    pub(super) limit: usize,
}

impl Stretch {
    /// The oldest position that is read where no filter makes it more.
    pub(super) fn oldest(&self) -> i64 {
        match self.direction {
            Direction::Forwards => self.from,
            Direction::Backwards => (self.from - self.limit as i64).max(1),
        }
    }

    /// The first position to look at.
    fn first(&self) -> i64 {
        match self.direction {
            Direction::Forwards => self.from,
            Direction::Backwards => self.from - 1,
        }
    }

    /// The position to look at after another one, and the place between them.
    fn after(&self, pos: i64) -> (i64, i64) {
        match self.direction {
            Direction::Forwards => (pos + 1, pos + 1),
            Direction::Backwards => (pos - 1, pos),
        }
    }

    /// Whether a position lies beyond where reading stops.
    fn is_beyond(&self, pos: i64) -> bool {
        self.to.is_some_and(|to| match self.direction {
            Direction::Forwards => pos >= to,
            Direction::Backwards => pos < to,
        })
    }
}

/// The events of a stretch that the user may see and wants, and the place to go on from where there are more.
pub(super) async fn read(
    tx: &Tx<'_>,
    reader: &mut Reader<'_>,
    filter: &EventFilter,
    stretch: Stretch,
) -> aside_store::Result<(Vec<Event>, Option<i64>)> {
    let Stretch { room, direction, limit, .. } = stretch;
    let (mut found, mut looked_at) = (Vec::with_capacity(limit.min(CHUNK)), 0);
    let (mut at, mut place) = (stretch.first(), stretch.from);
    while found.len() < limit && looked_at < LOOKED_AT_MAX {
        let Some(next) = reader.next_seen(tx, at, direction).await? else { return Ok((found, None)) };
        if stretch.is_beyond(next) {
            return Ok((found, stretch.to));
        }
        let wanted = if filter.is_open() { limit - found.len() } else { CHUNK };
        let (low, high) = match direction {
            Direction::Forwards => (next, stretch.to.map_or(i64::MAX, |to| to - 1)),
            Direction::Backwards => (stretch.to.unwrap_or(1), next),
        };
        let chunk = events::range(tx, room, low, high, direction, wanted as i64).await?;
        if chunk.is_empty() {
            return Ok((found, None));
        }
        for event in chunk {
            (at, place) = stretch.after(event.pos);
            looked_at += 1;
            if filter.has(&event) && reader.shows(tx, &event).await? {
                found.push(event);
                if found.len() == limit {
                    break;
                }
            }
        }
    }
    let more = reader.next_seen(tx, at, direction).await?;
    Ok((found, more.map(|_| place)))
}

/// The member events of those who speak, each as it was at the first event of theirs.
pub(super) async fn speakers(tx: &Tx<'_>, room: RoomNum, found: &[Event]) -> aside_store::Result<Vec<Event>> {
    let mut first: BTreeMap<&str, i64> = BTreeMap::new();
    for event in found {
        let pos = first.entry(&event.sender).or_insert(event.pos);
        *pos = event.pos.min(*pos);
    }
    let mut members = Vec::with_capacity(first.len());
    for (sender, pos) in first {
        members.extend(room_store::find_state_at(tx, room, "m.room.member", sender, pos).await?);
    }
    Ok(members)
}
