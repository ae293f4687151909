//! What was said about an event (specification, 11.24.4 Relationships API).

use std::collections::{BTreeMap, HashSet};

use aside_store::events::{Direction, Event};
use aside_store::relations::{self, Kinds};
use aside_store::{Side, Tx, events};
use ruma::OwnedEventId;
use ruma::events::AnyMessageLikeEvent;
use ruma::serde::Raw;

use super::token;
use crate::accounts::Session;
use crate::events::{Reader, position_token};
use crate::rooms::VisibleRoom;
use crate::{Error, Homeserver, Result, RoomNum};

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 1_000;
/// How deep events about events about an event are followed.
pub const RECURSION_DEPTH: u32 = 3;
/// Events looked at where relations are followed, so that a long thread of threads has an end.
const FOLLOWED_MAX: usize = 5_000;

/// Which events about another one somebody asks for.
#[derive(Debug, Clone)]
pub struct RelatedRequest {
    pub event_id: OwnedEventId,
    pub rel_type: Option<String>,
    pub event_type: Option<String>,
    pub direction: Direction,
    pub from: Option<String>,
    pub to: Option<String>,
    pub limit: Option<usize>,
    /// Whether to follow relations of relations.
    pub recurse: bool,
}

/// Events about an event, in the order that was asked for.
#[derive(Debug, Default)]
pub struct Related {
    pub events: Vec<Raw<AnyMessageLikeEvent>>,
    /// `None` where there is nothing more.
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// # Errors
/// [`Error::NotFound`] where there is no such event in the room, or the user may not see it; [`Error::Invalid`] where a token is
/// not one of this server's.
pub async fn relations(
    hs: &Homeserver,
    session: &Session,
    room: &VisibleRoom,
    request: RelatedRequest,
) -> Result<Related> {
    let RelatedRequest { event_id, rel_type, event_type, direction, recurse, .. } = request;
    let from = token::optional_position(hs, session, &room.room, "from", request.from.as_deref()).await?;
    let to = token::optional_position(hs, session, &room.room, "to", request.to.as_deref()).await?;
    // Places are named by the position just after them.
    let span = match direction {
        Direction::Forwards => (from.unwrap_or(1), to.map_or(i64::MAX, |to| to - 1)),
        Direction::Backwards => (to.unwrap_or(1), from.map_or(i64::MAX, |from| from - 1)),
    };
    let ask = Ask {
        room: room.room.num,
        parent_id: event_id.to_string(),
        kinds: Kinds { rel_type, kind: event_type },
        span,
        direction,
        limit: request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX),
    };
    let viewer = room.viewer.clone();
    let found = hs
        .store
        .read(Side::Room(ask.room), async move |tx| {
            let Some(parent) = events::find(tx, ask.room, &ask.parent_id).await? else { return Ok(None) };
            let mut reader = viewer.open(tx, parent.pos).await?;
            if !reader.may_read(tx, &parent).await? {
                return Ok(None);
            }
            let (events, next) = match recurse {
                true => follow(tx, &mut reader, &ask).await?,
                false => page(tx, &mut reader, &ask).await?,
            };
            Ok(Some((reader.render(tx, &events).await?, next)))
        })
        .await?;
    let (events, next) = found.ok_or(Error::NotFound("event"))?;
    Ok(Related { events, next: next.map(position_token), previous: from.map(position_token) })
}

struct Ask {
    room: RoomNum,
    parent_id: String,
    kinds: Kinds,
    /// Positions, both included.
    span: (i64, i64),
    direction: Direction,
    limit: usize,
}

impl Ask {
    /// The place after the event at a position.
    fn place_after(&self, pos: i64) -> i64 {
        match self.direction {
            Direction::Forwards => pos + 1,
            Direction::Backwards => pos,
        }
    }
}

type Found = (Vec<Event>, Option<i64>);

async fn page(tx: &Tx<'_>, reader: &mut Reader<'_>, ask: &Ask) -> aside_store::Result<Found> {
    let Ask { room, parent_id, kinds, direction, limit, .. } = ask;
    let (mut span, mut found) = (ask.span, Vec::new());
    loop {
        let wanted = limit + 1 - found.len();
        let chunk = relations::page(tx, *room, parent_id, kinds, span, *direction, wanted as i64).await?;
        let is_last = chunk.len() < wanted;
        if let Some(last) = chunk.last() {
            match direction {
                Direction::Forwards => span.0 = last.pos + 1,
                Direction::Backwards => span.1 = last.pos - 1,
            }
        }
        for event in chunk {
            if reader.shows(tx, &event).await? {
                found.push(event);
            }
        }
        if is_last || found.len() > *limit {
            break;
        }
    }
    let has_more = found.len() > *limit;
    found.truncate(*limit);
    let next = found.last().filter(|_| has_more).map(|last| ask.place_after(last.pos));
    Ok((found, next))
}

/// As [`page`], with events about those events, level by level.
async fn follow(tx: &Tx<'_>, reader: &mut Reader<'_>, ask: &Ask) -> aside_store::Result<Found> {
    let mut positions: BTreeMap<i64, bool> = BTreeMap::new();
    let mut seen = HashSet::from([ask.parent_id.clone()]);
    let mut level = vec![ask.parent_id.clone()];
    for _ in 0..RECURSION_DEPTH {
        let mut next_level = Vec::new();
        for parent_id in &level {
            let left = FOLLOWED_MAX.saturating_sub(positions.len());
            for child in relations::list_children(tx, ask.room, parent_id, left as i64).await? {
                let is_wanted = ask.kinds.rel_type.as_ref().is_none_or(|wanted| *wanted == child.rel_type)
                    && ask.kinds.kind.as_ref().is_none_or(|wanted| *wanted == child.kind)
                    && (ask.span.0..=ask.span.1).contains(&child.pos);
                positions.insert(child.pos, is_wanted);
                if child.related && seen.insert(child.event_id.clone()) {
                    next_level.push(child.event_id);
                }
            }
        }
        level = next_level;
    }
    let wanted = positions.into_iter().filter(|(_, is_wanted)| *is_wanted).map(|(pos, _)| pos);
    let mut wanted: Vec<i64> = wanted.collect();
    if ask.direction == Direction::Backwards {
        wanted.reverse();
    }
    let mut found: Vec<Event> = Vec::with_capacity(ask.limit);
    for pos in wanted {
        if found.len() == ask.limit {
            let next = found.last().map(|last| ask.place_after(last.pos));
            return Ok((found, next));
        }
        if let Some(event) = events::at(tx, ask.room, pos).await?
            && reader.shows(tx, &event).await?
        {
            found.push(event);
        }
    }
    Ok((found, None))
}
