//! The rooms of a space (specification, 11.36 Spaces).

use std::collections::HashSet;
use std::sync::Arc;

use ruma::api::client::space::SpaceHierarchyRoomsChunk;
use ruma::events::space::child::{HierarchySpaceChildEvent, SpaceChildEventContent};
use ruma::serde::Raw;
use ruma::{OwnedRoomId, RoomId, SpaceChildOrder};
use serde_json::json;
use serde_json::value::to_raw_value;

use super::{Pdu, Room, find_room_num, load, summary};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

/// Rooms that one walk looks at.
const ROOMS_MAX: usize = 1_000;
const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 500;

/// Rooms of a space, the space itself first, each before what is in it.
#[derive(Debug, Default)]
pub struct Hierarchy {
    pub rooms: Vec<SpaceHierarchyRoomsChunk>,
    pub next: Option<String>,
}

/// Walks through a space, as far as the user may know its rooms.
///
/// # Errors
/// [`Error::Forbidden`] where there is no such space, or the user may not know it; [`Error::Invalid`] where the token is not one of
/// this server's.
pub async fn hierarchy(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
    suggested_only: bool,
    max_depth: Option<usize>,
    from: Option<&str>,
    limit: Option<usize>,
) -> Result<Hierarchy> {
    let skipped = match from {
        Some(from) => from
            .strip_prefix('h')
            .and_then(|offset| offset.parse::<usize>().ok())
            .ok_or_else(|| Error::invalid("from", "not a token of this server"))?,
        None => 0,
    };
    let limit = limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let found = walk(hs, session, room_id, suggested_only, max_depth.unwrap_or(usize::MAX)).await?;
    if found.is_empty() {
        return Err(Error::not_in_room());
    }
    let end = skipped.saturating_add(limit);
    let next = (end < found.len()).then(|| format!("h{end}"));
    let page = found.iter().skip(skipped).take(limit);
    let rooms = page.map(|room| described(room, suggested_only)).collect::<Result<_>>()?;
    Ok(Hierarchy { rooms, next })
}

/// The rooms that the user may know, depth first.
async fn walk(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
    suggested_only: bool,
    max_depth: usize,
) -> Result<Vec<Arc<Room>>> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let mut waiting: Vec<(OwnedRoomId, usize)> = vec![(room_id.to_owned(), 0)];
    while let Some((room_id, depth)) = waiting.pop() {
        tokio::task::consume_budget().await;
        if seen.len() >= ROOMS_MAX || !seen.insert(room_id.clone()) {
            continue;
        }
        let Some(num) = find_room_num(hs, &room_id).await? else { continue };
        let room = load(hs, num).await?;
        if !summary::may_know(hs, Some(session), &room).await? {
            continue;
        }
        if depth < max_depth {
            let children = children(&room, suggested_only);
            waiting.extend(children.into_iter().rev().map(|child| (child.room_id, depth + 1)));
        }
        found.push(room);
    }
    Ok(found)
}

struct Child<'r> {
    room_id: OwnedRoomId,
    pdu: &'r Pdu,
}

/// What a space holds, in the order of the specification: by `order`, those without one last, then by age, then by id.
fn children(room: &Room, suggested_only: bool) -> Vec<Child<'_>> {
    let is_space = room
        .create_content()
        .is_some_and(|content| content.room_type.is_some_and(|t| t.as_str() == "m.space"));
    // Whether there is no order, the order, the age, the id.
    type Place = (bool, Option<String>, i64, String);
    let mut found: Vec<(Place, Child<'_>)> = Vec::new();
    for (key, pdu) in room.state.of_kind("m.space.child").filter(|_| is_space) {
        let Some(content) = pdu.content_as::<SpaceChildEventContent>() else { continue };
        let Ok(room_id) = RoomId::parse(key) else { continue };
        if content.via.is_empty() || (suggested_only && !content.suggested) {
            continue;
        }
        let order = content.order.map(|order: ruma::OwnedSpaceChildOrder| {
            let order: &SpaceChildOrder = &order;
            order.as_str().to_owned()
        });
        let age = i64::from(pdu.origin_server_ts.0);
        found.push(((order.is_none(), order, age, key.clone()), Child { room_id, pdu }));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.into_iter().map(|(_, child)| child).collect()
}

fn described(room: &Room, suggested_only: bool) -> Result<SpaceHierarchyRoomsChunk> {
    let state = children(room, suggested_only).into_iter().map(|child| {
        let Pdu { sender, content, state_key, origin_server_ts, .. } = child.pdu;
        let event = json!({
            "type": "m.space.child", "state_key": state_key, "sender": sender, "content": content,
            "origin_server_ts": origin_server_ts,
        });
        let raw = to_raw_value(&event).map_err(Error::internal)?;
        Ok(Raw::<HierarchySpaceChildEvent>::from_json(raw))
    });
    Ok(SpaceHierarchyRoomsChunk::new(summary::of(room), state.collect::<Result<_>>()?))
}
