//! The timeline of one room in a sync.

use std::collections::BTreeSet;
use std::sync::Arc;

use aside_store::events::{self, Direction, Event};
use aside_store::{Result, Tx};
use ruma::events::AnySyncTimelineEvent;
use ruma::serde::Raw;

use super::window::Filters;
use crate::RoomNum;
use crate::events::Reader;

/// Events of a timeline where the filter doesn't say how many.
const LIMIT_DEFAULT: usize = 10;
/// Events of a timeline at most, whatever the filter says.
const LIMIT_MAX: usize = 100;
/// Events looked at to find those that a filter wants; past it the timeline is limited.
const LOOKED_AT_MAX: usize = 1_000;

/// Positions of a room's log, both included; empty where `from > to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Which events of a room are wanted.
pub(super) struct Ask {
    pub(super) room: RoomNum,
    pub(super) span: Span,
    /// Whether the filter leaves the room out.
    pub(super) nothing: bool,
    pub(super) filters: Arc<Filters>,
}

impl Ask {
    /// How many events are wanted at most.
    fn limit(&self) -> usize {
        let limit = self.filters.timeline.0.limit;
        limit.map_or(LIMIT_DEFAULT, |limit| usize::try_from(limit).unwrap_or(LIMIT_MAX)).min(LIMIT_MAX)
    }

    /// Where the timeline starts if the filter lets everything pass. A reader that is opened here rather than at the
    /// span's start seldom has to ask for what was before the user came.
    pub(super) fn likely_start(&self) -> i64 {
        let Span { from, to } = self.span;
        from.max(to - i64::try_from(self.limit()).unwrap_or(0))
    }
}

/// The newest events of a span, in the client's format.
pub(super) struct Timeline {
    pub(super) events: Vec<Raw<AnySyncTimelineEvent>>,
    /// Whether older events of the span were left out.
    pub(super) limited: bool,
    /// Where the timeline starts: everything in the span before it was left out.
    pub(super) start: i64,
    pub(super) senders: BTreeSet<String>,
    /// Whether the members or their number may have changed.
    pub(super) has_members: bool,
}

/// Reads the newest events of a span that the user may see and wants.
pub(super) async fn read(tx: &Tx<'_>, reader: &mut Reader<'_>, ask: &Ask) -> Result<Timeline> {
    let Span { from, to: newest } = ask.span;
    let (filter, limit) = (&ask.filters.timeline, ask.limit());
    let nothing = ask.nothing || limit == 0;
    let mut found: Vec<Event> = Vec::new();
    let (mut to, mut looked_at) = (newest, 0);
    while !nothing && found.len() <= limit && from <= to && looked_at < LOOKED_AT_MAX {
        let page = events::range(tx, ask.room, from, to, Direction::Backwards, limit as i64 + 1).await?;
        let Some(last) = page.last() else { break };
        to = last.pos - 1;
        looked_at += page.len();
        for event in page {
            if filter.has(&event) && reader.shows(tx, &event).await? {
                found.push(event);
            }
        }
    }
    let limited = found.len() > limit || (from <= to && from <= newest);
    found.truncate(limit);
    let start = match found.last() {
        Some(oldest) if limited => oldest.pos,
        None if limited => newest + 1,
        _ => from,
    };
    found.reverse();
    Ok(Timeline {
        events: reader.render(tx, &found).await?,
        limited,
        start,
        senders: found.iter().map(|event| event.sender.clone()).collect(),
        has_members: found.iter().any(|event| event.kind == "m.room.member"),
    })
}
