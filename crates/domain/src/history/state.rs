//! A room's state, as it is now or as it was at a position.

use std::sync::Arc;

use aside_store::events::Event;
use aside_store::{Error as StoreError, Side, Tx, rooms as room_store};
use ruma::events::AnyStateEvent;
use ruma::serde::Raw;
use serde_json::value::RawValue;

use crate::events::{EventFilter, Reader, Viewer};
use crate::rooms::{Pdu, Room, VisibleRoom};
use crate::{Error, Homeserver, Result};

/// A piece of state: as the room has it now, or as its log has it.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Current(Arc<Pdu>),
    Older(Box<Event>),
}

impl Piece {
    pub(super) fn passes(&self, filter: &EventFilter) -> bool {
        match self {
            Piece::Current(pdu) => {
                filter.has_parts(&pdu.kind.to_string(), pdu.sender.as_str(), pdu.content.get())
            }
            Piece::Older(event) => filter.has(event),
        }
    }

    pub(super) fn content(&self) -> &str {
        match self {
            Piece::Current(pdu) => pdu.content.get(),
            Piece::Older(event) => &event.content,
        }
    }
}

/// The state after the event at a position, of those types and keys that are wanted. What hasn't changed since is at hand.
pub(super) async fn at(
    tx: &Tx<'_>,
    room: &Room,
    pos: i64,
    is_wanted: impl Fn(&str, &str) -> bool,
) -> aside_store::Result<Vec<Piece>> {
    let mut found = Vec::new();
    for pdu in room.state.all() {
        let (kind, key) = (pdu.kind.to_string(), pdu.state_key.as_deref().unwrap_or_default());
        if is_wanted(&kind, key) {
            found.extend(piece_at(tx, room, pdu, &kind, key, pos).await?);
        }
    }
    Ok(found)
}

async fn piece_at(
    tx: &Tx<'_>,
    room: &Room,
    current: &Arc<Pdu>,
    kind: &str,
    key: &str,
    pos: i64,
) -> aside_store::Result<Option<Piece>> {
    if current.pos <= pos {
        return Ok(Some(Piece::Current(Arc::clone(current))));
    }
    Ok(room_store::find_state_at(tx, room.num, kind, key, pos).await?.map(Box::new).map(Piece::Older))
}

pub(super) async fn render<T>(
    tx: &Tx<'_>,
    viewer: &Viewer,
    reader: &Reader<'_>,
    pieces: &[Piece],
) -> aside_store::Result<Vec<Raw<T>>> {
    let mut rendered = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Current(pdu) => {
                let event = viewer.state_event(pdu);
                rendered.push(event.map_err(|error| StoreError::Database(error.to_string()))?);
            }
            Piece::Older(event) => {
                rendered.extend(reader.render_state(tx, std::slice::from_ref(event)).await?);
            }
        }
    }
    Ok(rendered)
}

/// The state that the user is shown, of those types and keys that are wanted: the newest, or when they left.
pub(super) async fn shown<T: Send + 'static>(
    hs: &Homeserver,
    visible: &VisibleRoom,
    pos: i64,
    is_wanted: impl Fn(&str, &str, &str) -> bool + Send + 'static,
) -> Result<Vec<Raw<T>>> {
    let room = &visible.room;
    if pos + 1 >= room.next_pos {
        let wanted = room.state.all().filter(|pdu| {
            let key = pdu.state_key.as_deref().unwrap_or_default();
            is_wanted(&pdu.kind.to_string(), key, pdu.content.get())
        });
        return wanted.map(|pdu| visible.viewer.state_event(pdu)).collect();
    }
    let (room, viewer) = (Arc::clone(room), visible.viewer.clone());
    let found = hs.store.read(Side::Room(room.num), async move |tx| {
        let reader = viewer.open(tx, pos).await?;
        let mut found = at(tx, &room, pos, |_, _| true).await?;
        found.retain(|piece| match piece {
            Piece::Current(pdu) => {
                let key = pdu.state_key.as_deref().unwrap_or_default();
                is_wanted(&pdu.kind.to_string(), key, piece.content())
            }
            Piece::Older(event) => {
                is_wanted(&event.kind, event.state_key.as_deref().unwrap_or_default(), piece.content())
            }
        });
        render(tx, &viewer, &reader, &found).await
    });
    Ok(found.await?)
}

/// The room's whole state.
pub async fn state(hs: &Homeserver, room: &VisibleRoom) -> Result<Vec<Raw<AnyStateEvent>>> {
    shown(hs, room, room.last_pos, |_, _, _| true).await
}

/// What of a piece of state is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFormat {
    Content,
    Event,
}

/// One piece of state.
///
/// # Errors
/// [`Error::NotFound`] where it was never set.
pub async fn state_event(
    hs: &Homeserver,
    visible: &VisibleRoom,
    kind: &str,
    state_key: &str,
    format: StateFormat,
) -> Result<Box<RawValue>> {
    let missing = || Error::NotFound("state event");
    let room = &visible.room;
    if format == StateFormat::Content && visible.is_current() {
        return room.state.get(kind, state_key).map(|pdu| pdu.content.clone()).ok_or_else(missing);
    }
    let (room, viewer, pos) = (Arc::clone(room), visible.viewer.clone(), visible.last_pos);
    let (kind, state_key) = (kind.to_owned(), state_key.to_owned());
    let found = hs.store.read(Side::Room(room.num), async move |tx| {
        let Some(current) = room.state.get(&kind, &state_key) else { return Ok(None) };
        let Some(piece) = piece_at(tx, &room, current, &kind, &state_key, pos).await? else {
            return Ok(None);
        };
        if format == StateFormat::Content {
            return Ok(RawValue::from_string(piece.content().to_owned()).ok());
        }
        let reader = viewer.open(tx, pos).await?;
        let rendered = render::<AnyStateEvent>(tx, &viewer, &reader, &[piece]).await?;
        Ok(rendered.into_iter().next().map(Raw::into_json))
    });
    found.await?.ok_or_else(missing)
}
