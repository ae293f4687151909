//! One event, by its id or by its time.

use aside_store::events::{Direction, Event};
use aside_store::{Side, Tx, events};
use ruma::OwnedEventId;
use ruma::events::AnyTimelineEvent;
use ruma::serde::Raw;

use crate::events::Reader;
use crate::rooms::VisibleRoom;
use crate::{Error, Homeserver, Result, RoomNum};

/// Clocks of several servers on one database differ by less than the time of this many events.
const DISORDER: i64 = 16;

/// # Errors
/// [`Error::NotFound`] where there is no such event in the room, or the user may not see it.
pub async fn event(
    hs: &Homeserver,
    room: &VisibleRoom,
    event_id: &ruma::EventId,
) -> Result<Raw<AnyTimelineEvent>> {
    let (num, event_id, viewer) = (room.room.num, event_id.to_string(), room.viewer.clone());
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(event) = events::find(tx, num, &event_id).await? else { return Ok(None) };
            let mut reader = viewer.open(tx, event.pos).await?;
            if !reader.may_read(tx, &event).await? {
                return Ok(None);
            }
            Ok(reader.render(tx, &[event]).await?.pop())
        })
        .await?;
    found.ok_or(Error::NotFound("event"))
}

/// The event nearest to a time, not before it where it is looked for forwards, not after it where backwards. Times are
/// milliseconds since 1970.
///
/// # Errors
/// [`Error::NotFound`] where there is none that the user may see.
pub async fn event_at_time(
    hs: &Homeserver,
    room: &VisibleRoom,
    ts: i64,
    direction: Direction,
) -> Result<(OwnedEventId, i64)> {
    let (num, newest, viewer) = (room.room.num, room.room.next_pos - 1, room.viewer.clone());
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let Some(pos) = nearest(tx, num, newest, ts, direction).await? else { return Ok(None) };
            let mut reader = viewer.open(tx, pos).await?;
            next_read(tx, &mut reader, num, pos, direction).await
        })
        .await?;
    let event = found.ok_or(Error::NotFound("event"))?;
    Ok((OwnedEventId::try_from(event.event_id).map_err(Error::internal)?, event.origin_server_ts))
}

/// The event nearest to a position in a direction that the user may read. They are told of none that is withheld from them.
async fn next_read(
    tx: &Tx<'_>,
    reader: &mut Reader<'_>,
    room: RoomNum,
    from: i64,
    direction: Direction,
) -> aside_store::Result<Option<Event>> {
    let mut at = from;
    while let Some(pos) = reader.next_seen(tx, at, direction).await? {
        let Some(event) = events::at(tx, room, pos).await? else { return Ok(None) };
        if reader.may_read(tx, &event).await? {
            return Ok(Some(event));
        }
        at = match direction {
            Direction::Forwards => pos + 1,
            Direction::Backwards => pos - 1,
        };
    }
    Ok(None)
}

/// The position nearest to a time. Positions are nearly in the order of times, so it is looked for by halving, and then
/// among the neighbours.
async fn nearest(
    tx: &Tx<'_>,
    room: RoomNum,
    newest: i64,
    ts: i64,
    direction: Direction,
) -> aside_store::Result<Option<i64>> {
    // Everything below `low` is before the time, everything from `high` on is not.
    let (mut low, mut high) = (1, newest + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match events::at(tx, room, middle).await? {
            Some(event) if event.origin_server_ts < ts => low = middle + 1,
            _ => high = middle,
        }
    }
    let (from, to) = ((low - DISORDER).max(1), (low + DISORDER).min(newest));
    let neighbours = events::range(tx, room, from, to, Direction::Forwards, 2 * DISORDER + 1).await?;
    let times = neighbours.iter().map(|event| (event.origin_server_ts, event.pos));
    Ok(match direction {
        Direction::Forwards => times.filter(|(time, _)| *time >= ts).min(),
        Direction::Backwards => times.filter(|(time, _)| *time <= ts).max(),
    }
    .map(|(_, pos)| pos))
}
