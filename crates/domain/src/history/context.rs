//! An event and what surrounds it (specification, `GET /rooms/{roomId}/context/{eventId}`).

use std::collections::BTreeSet;

use aside_store::events::{Direction, Event};
use aside_store::{Side, events};
use ruma::EventId;
use ruma::api::client::filter::RoomEventFilter;
use ruma::events::{AnyStateEvent, AnyTimelineEvent};
use ruma::serde::Raw;

use super::page::{LIMIT_MAX, Stretch, read};
use super::state;
use crate::events::{EventFilter, position_token};
use crate::rooms::VisibleRoom;
use crate::{Error, Homeserver, Result};

/// An event, what was said before it (newest first) and after it (oldest first), and the state at the end.
#[derive(Debug)]
pub struct Context {
    pub event: Raw<AnyTimelineEvent>,
    pub before: Vec<Raw<AnyTimelineEvent>>,
    pub after: Vec<Raw<AnyTimelineEvent>>,
    pub state: Vec<Raw<AnyStateEvent>>,
    pub start: String,
    pub end: String,
}

/// # Errors
/// [`Error::NotFound`] where there is no such event in the room, or the user may not see it.
pub async fn context(
    hs: &Homeserver,
    visible: &VisibleRoom,
    event_id: &EventId,
    limit: usize,
    filter: RoomEventFilter,
) -> Result<Context> {
    let limit = limit.min(LIMIT_MAX);
    around(hs, visible, event_id, (limit / 2, limit - limit / 2), filter).await
}

/// As [`context`], with so many events before and after.
pub(crate) async fn around(
    hs: &Homeserver,
    visible: &VisibleRoom,
    event_id: &EventId,
    (count_before, count_after): (usize, usize),
    filter: RoomEventFilter,
) -> Result<Context> {
    let (num, event_id, viewer) = (visible.room.num, event_id.to_string(), visible.viewer.clone());
    let (room, filter) = (visible.room.clone(), EventFilter(filter));
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(event) = events::find(tx, num, &event_id).await? else { return Ok(None) };
            let pos = event.pos;
            let stretch = |direction, from, limit| Stretch { room: num, direction, from, to: None, limit };
            let before = stretch(Direction::Backwards, pos, count_before);
            let after = stretch(Direction::Forwards, pos + 1, count_after);
            let mut reader = viewer.open(tx, before.oldest()).await?;
            if !reader.may_read(tx, &event).await? {
                return Ok(None);
            }
            let (before, _) = read(tx, &mut reader, &filter, before).await?;
            let (after, _) = read(tx, &mut reader, &filter, after).await?;
            let state_pos = after.last().unwrap_or(&event).pos;
            let start = before.last().unwrap_or(&event).pos;
            let speakers = speakers_of(&filter, [&before[..], &after, std::slice::from_ref(&event)]);
            let state = state::at(tx, &room, state_pos, |kind, key| {
                kind != "m.room.member" || speakers.as_ref().is_none_or(|speakers| speakers.contains(key))
            });
            let state = state.await?.into_iter().filter(|piece| piece.passes(&filter)).collect::<Vec<_>>();
            Ok(Some(Context {
                before: reader.render(tx, &before).await?,
                after: reader.render(tx, &after).await?,
                event: reader.render(tx, &[event]).await?.remove(0),
                state: state::render(tx, &viewer, &reader, &state).await?,
                start: position_token(start),
                end: position_token(state_pos + 1),
            }))
        })
        .await?;
    found.ok_or(Error::NotFound("event"))
}

/// Whose member events are wanted; `None` for everybody's.
fn speakers_of(filter: &EventFilter, found: [&[Event]; 3]) -> Option<BTreeSet<String>> {
    let lazily = !filter.0.lazy_load_options.is_disabled();
    lazily.then(|| found.into_iter().flatten().map(|event| event.sender.clone()).collect())
}
