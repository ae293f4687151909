//! The state of one room in a sync: what changed outside the timeline, or everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use aside_store::events::Event;
use aside_store::{Error, Result, Tx, events, rooms as room_store};
use ruma::UserId;
use ruma::events::{AnyStrippedStateEvent, AnySyncStateEvent};
use ruma::serde::Raw;

use super::timeline::Timeline;
use super::window::Filters;
use crate::RoomNum;
use crate::events::{Reader, Viewer, stripped_state_json};
use crate::rooms::{Pdu, Room};

/// State that says to somebody outside what room it is (specification, 8.4.4 Stripped state).
const STRIPPED: [&str; 8] = [
    "m.room.create",
    "m.room.join_rules",
    "m.room.canonical_alias",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.encryption",
    "m.room.history_visibility",
];

/// Which state of a room is wanted.
pub(super) struct Ask {
    pub(super) room: Arc<Room>,
    /// Everything, rather than what changed since this position.
    pub(super) complete: bool,
    pub(super) from: i64,
    /// Whose member events are wanted besides those of the timeline's senders; `None` for everybody's.
    pub(super) members: Option<BTreeSet<String>>,
    pub(super) filters: Arc<Filters>,
}

/// A piece of state as the room has it now, or as the log has it.
enum Found {
    Current(Arc<Pdu>),
    Older(Box<Event>),
}

/// The state just before a position.
pub(super) async fn read(
    tx: &Tx<'_>,
    viewer: &Viewer,
    reader: &Reader<'_>,
    ask: &Ask,
    timeline: &Timeline,
    before: i64,
) -> Result<Vec<Raw<AnySyncStateEvent>>> {
    let needed = ask.members.as_ref().map(|members| members.union(&timeline.senders).cloned().collect());
    let mut found = match ask.complete {
        true => complete(tx, ask, needed.as_ref(), before).await?,
        false => changed(tx, ask, needed.as_ref(), before).await?,
    };
    if let Some(needed) = needed.filter(|_| !ask.complete) {
        add_members(tx, ask, &needed, before, &mut found).await?;
    }
    let filter = &ask.filters.state;
    let mut answer = Vec::with_capacity(found.len());
    for found in found {
        match found {
            Found::Current(pdu)
                if filter.has_parts(&pdu.kind.to_string(), pdu.sender.as_str(), pdu.content.get()) =>
            {
                answer.push(viewer.state_event(&pdu).map_err(|error| Error::Database(error.to_string()))?);
            }
            Found::Older(event) if filter.has(&event) => {
                answer.extend(reader.render_state(tx, std::slice::from_ref(&*event)).await?);
            }
            _ => {}
        }
    }
    Ok(answer)
}

fn is_needed(needed: Option<&BTreeSet<String>>, kind: &str, key: &str) -> bool {
    kind != "m.room.member" || needed.is_none_or(|needed| needed.contains(key))
}

/// The whole state before a position. What the room has now serves, but for what changed since.
async fn complete(
    tx: &Tx<'_>,
    ask: &Ask,
    needed: Option<&BTreeSet<String>>,
    before: i64,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for pdu in ask.room.state.all() {
        let key = pdu.state_key.as_deref().unwrap_or_default();
        let kind = pdu.kind.to_string();
        if !is_needed(needed, &kind, key) {
            continue;
        }
        found.extend(before_position(tx, ask.room.num, pdu, &kind, key, before).await?);
    }
    Ok(found)
}

async fn before_position(
    tx: &Tx<'_>,
    room: RoomNum,
    current: &Arc<Pdu>,
    kind: &str,
    key: &str,
    before: i64,
) -> Result<Option<Found>> {
    if current.pos < before {
        return Ok(Some(Found::Current(Arc::clone(current))));
    }
    Ok(room_store::find_state_at(tx, room, kind, key, before - 1).await?.map(Box::new).map(Found::Older))
}

/// Each piece of state that changed since the span's start and before a position, as it was then.
async fn changed(
    tx: &Tx<'_>,
    ask: &Ask,
    needed: Option<&BTreeSet<String>>,
    before: i64,
) -> Result<Vec<Found>> {
    if before <= ask.from {
        return Ok(Vec::new());
    }
    let num = ask.room.num;
    let mut found = Vec::new();
    for (kind, key, pos) in room_store::list_state_since(tx, num, ask.from).await? {
        if !is_needed(needed, &kind, &key) {
            continue;
        }
        let event = match pos < before {
            true => events::at(tx, num, pos).await?,
            false => room_store::find_state_at(tx, num, &kind, &key, before - 1).await?,
        };
        found.extend(event.filter(|event| event.pos >= ask.from).map(Box::new).map(Found::Older));
    }
    Ok(found)
}

/// Adds the member events of those who speak, which a device that loads members lazily may not have seen yet.
async fn add_members(
    tx: &Tx<'_>,
    ask: &Ask,
    needed: &BTreeSet<String>,
    before: i64,
    found: &mut Vec<Found>,
) -> Result<()> {
    let is_there = |user: &str, found: &[Found]| {
        found.iter().any(|found| match found {
            Found::Older(event) => event.kind == "m.room.member" && event.state_key.as_deref() == Some(user),
            Found::Current(_) => false,
        })
    };
    for user in needed {
        if let Some(member) = ask.room.state.get("m.room.member", user)
            && !is_there(user, found)
        {
            found.extend(before_position(tx, ask.room.num, member, "m.room.member", user, before).await?);
        }
    }
    Ok(())
}

/// What somebody invited or knocking is told of a room.
pub(super) fn stripped(room: &Room, user_id: &UserId) -> crate::Result<Vec<Raw<AnyStrippedStateEvent>>> {
    let own = room.state.get("m.room.member", user_id.as_str());
    let sender = own.and_then(|own| room.state.get("m.room.member", own.sender.as_str()));
    let sender = sender.filter(|sender| own.is_none_or(|own| own.event_id != sender.event_id));
    let described = STRIPPED.iter().filter_map(|kind| room.state.get(kind, ""));
    described.chain(sender).chain(own).map(|pdu| stripped_state_json(pdu)).collect()
}
