//! Rooms in a sync: one section for each room with news, by the user's membership there.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use aside_store::queue::{Kind, UserRoom};
use aside_store::{Side, rooms as room_store};
use futures_util::future::{FutureExt, try_join_all};
use ruma::OwnedRoomId;
use ruma::api::client::sync::sync_events::v3::{
    Ephemeral, InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom, Rooms, State, StateEvents, Timeline,
};

use super::state;
use super::timeline::{self, Span};
use super::{Wanted, Window, account_data, ephemeral, receipts, summary, unread};
use crate::events::{Viewer, position_token};
use crate::rooms::{Pdu, Room, load, load_upto, membership_of};
use crate::{Result, RoomNum, push, safety};

/// Rooms read at the same time where reading means waiting for a database server.
const AT_ONCE: usize = 8;

/// What the other collectors found, by room.
struct Found {
    account_data: BTreeMap<RoomNum, Vec<ruma::serde::Raw<ruma::events::AnyRoomAccountDataEvent>>>,
    ephemeral: BTreeMap<RoomNum, Vec<ruma::serde::Raw<ruma::events::AnySyncEphemeralRoomEvent>>>,
    unread: BTreeMap<RoomNum, unread::Unread>,
    ignored: Arc<HashSet<ruma::OwnedUserId>>,
}

enum Section {
    Joined(OwnedRoomId, JoinedRoom),
    Left(OwnedRoomId, LeftRoom),
    Invited(OwnedRoomId, InvitedRoom),
    Knocked(OwnedRoomId, KnockedRoom),
}

pub(super) async fn collect(window: &Window<'_>, wanted: &Wanted) -> Result<Rooms> {
    let mut found = Found {
        account_data: account_data::of_rooms(window).await?,
        ephemeral: BTreeMap::new(),
        unread: unread::of_rooms(window),
        ignored: push::ignored(window.hs, window.session.user).await?,
    };
    for events in [receipts::of_rooms(window).await?, ephemeral::typing_of_rooms(window).await?] {
        for (room, event) in events {
            found.ephemeral.entry(room).or_default().push(event);
        }
    }
    let told: HashSet<RoomNum> = window.rooms.iter().map(|user_room| user_room.room).collect();
    let passing: Vec<RoomNum> = found.ephemeral.keys().copied().filter(|room| !told.contains(room)).collect();
    let found = &found;
    let mut sections = Vec::with_capacity(window.rooms.len());
    for together in window.rooms.chunks(AT_ONCE) {
        let mut reading = Vec::with_capacity(together.len());
        for user_room in together {
            reading.push(section(window, wanted, found, user_room).boxed());
        }
        sections.extend(try_join_all(reading).await?);
    }
    let mut rooms = Rooms::new();
    for section in sections.into_iter().flatten() {
        match section {
            Section::Joined(id, room) => drop(rooms.join.insert(id, room)),
            Section::Left(id, room) => drop(rooms.leave.insert(id, room)),
            Section::Invited(id, room) => drop(rooms.invite.insert(id, room)),
            Section::Knocked(id, room) => drop(rooms.knock.insert(id, room)),
        }
    }
    for num in passing {
        let room = load(window.hs, num).await?;
        if room.is_joined(window.session.user) && is_wanted(window, &room) {
            let mut joined = JoinedRoom::new();
            joined.ephemeral = ephemeral_of(window, found, &room);
            rooms.join.insert(room.room_id.clone(), joined);
        }
    }
    rooms.join.retain(|_, room| window.is_initial() || wanted.full_state || !room.is_empty());
    Ok(rooms)
}

fn is_wanted(window: &Window<'_>, room: &Room) -> bool {
    let filter = &window.filter.room;
    filter.rooms.as_ref().is_none_or(|rooms| rooms.contains(&room.room_id))
        && !filter.not_rooms.contains(&room.room_id)
}

async fn section(
    window: &Window<'_>,
    wanted: &Wanted,
    found: &Found,
    user_room: &UserRoom,
) -> Result<Option<Section>> {
    // Reading from SQLite never waits, so a long list has to make room for others by itself.
    tokio::task::consume_budget().await;
    let room = load_upto(window.hs, user_room.room, user_room.last_pos).await?;
    if user_room.forgotten || !is_wanted(window, &room) {
        return Ok(None);
    }
    let id = room.room_id.clone();
    let changed = window.since.is_none_or(|since| user_room.membership_seq > since.position);
    let section = match user_room.membership.as_str() {
        "join" => Section::Joined(id, joined(window, wanted, found, user_room, &room, changed).await?),
        "invite" if changed && !is_ignored(found, &room, window) => {
            let mut invited = InvitedRoom::new();
            invited.invite_state.events = state::stripped(&room, &window.session.user_id)?;
            Section::Invited(id, invited)
        }
        "knock" if changed => {
            let mut knocked = KnockedRoom::new();
            knocked.knock_state.events = state::stripped(&room, &window.session.user_id)?;
            Section::Knocked(id, knocked)
        }
        "leave" | "ban" if (changed && !window.is_initial()) || window.filter.room.include_leave => {
            Section::Left(id, left(window, wanted, found, user_room, &room).await?)
        }
        _ => return Ok(None),
    };
    Ok(Some(section))
}

/// Whether whoever sent the invite is somebody the user ignores.
fn is_ignored(found: &Found, room: &Room, window: &Window<'_>) -> bool {
    let invite = room.state.get("m.room.member", window.session.user_id.as_str());
    invite.is_some_and(|invite| found.ignored.contains(&invite.sender))
}

async fn joined(
    window: &Window<'_>,
    wanted: &Wanted,
    found: &Found,
    user_room: &UserRoom,
    room: &Arc<Room>,
    changed: bool,
) -> Result<JoinedRoom> {
    let mut joined = JoinedRoom::new();
    let news = news_of(window, user_room);
    let was_joined = match (window.since, news) {
        (None, _) => false,
        (Some(_), Some(news)) if changed => was_joined_before(window, room, news.from).await?,
        (Some(_), _) => true,
    };
    let complete = wanted.full_state || !was_joined;
    if complete || news.is_some() {
        let to = news.map_or(user_room.last_pos, |news| news.to);
        let from = match (was_joined, news) {
            (true, Some(news)) => news.from,
            (true, None) => to + 1,
            (false, _) => 1,
        };
        let happened = happened(window, wanted, found, room, Span { from, to }, complete).await?;
        if complete || happened.has_members || happened.timeline.limited {
            joined.summary = summary::of(room, window.session.user);
        }
        (joined.state, joined.timeline) = (happened.state, happened.timeline);
    }
    joined.ephemeral = ephemeral_of(window, found, room);
    if let Some(events) = found.account_data.get(&room.num)
        && window.filters.account_data.has_room(&room.room_id)
    {
        joined.account_data.events = events.clone();
    }
    if let Some(unread) = found.unread.get(&room.num) {
        joined.unread_notifications = unread.room.clone();
        joined.unread_thread_notifications = unread.threads.clone();
    }
    Ok(joined)
}

/// What happened in a span of a room, and the state that it happened in.
struct Happened {
    timeline: Timeline,
    state: State,
    has_members: bool,
}

async fn happened(
    window: &Window<'_>,
    wanted: &Wanted,
    found: &Found,
    room: &Arc<Room>,
    span: Span,
    complete: bool,
) -> Result<Happened> {
    let masks = safety::masks(window.hs, window.session.user, &window.session.user_id, room).await?;
    let viewer = Viewer::in_sync(window.hs, window.session, room)
        .upto(span.to)
        .ignoring(Arc::clone(&found.ignored))
        .masking(masks);
    let filters = &window.filters;
    let timeline_ask = timeline::Ask {
        room: room.num,
        span,
        nothing: !filters.timeline.has_room(&room.room_id),
        filters: Arc::clone(filters),
    };
    let members = window.lazily().then(|| match complete {
        true => summary::heroes(room, window.session.user)
            .into_iter()
            .chain([window.session.user_id.clone()])
            .map(String::from)
            .collect(),
        false => BTreeSet::new(),
    });
    let state_ask = filters.state.has_room(&room.room_id).then(|| state::Ask {
        room: Arc::clone(room),
        complete,
        from: span.from,
        members,
        filters: Arc::clone(filters),
    });
    let state_after = wanted.use_state_after;
    let (timeline, state) = window
        .hs
        .store
        .read(Side::Room(room.num), async move |tx| {
            let mut reader = viewer.open(tx, timeline_ask.likely_start()).await?;
            let timeline = timeline::read(tx, &mut reader, &timeline_ask).await?;
            let before = if state_after { span.to + 1 } else { timeline.start };
            let state = match &state_ask {
                Some(ask) => state::read(tx, &viewer, &reader, ask, &timeline, before).await?,
                None => Vec::new(),
            };
            Ok((timeline, state))
        })
        .await?;
    let mut events = StateEvents::new();
    events.events = state;
    let mut answer = Timeline::new();
    answer.limited = timeline.limited;
    answer.prev_batch = Some(position_token(timeline.start));
    answer.events = timeline.events;
    Ok(Happened {
        timeline: answer,
        state: if state_after { State::After(events) } else { State::Before(events) },
        has_members: timeline.has_members,
    })
}

fn ephemeral_of(window: &Window<'_>, found: &Found, room: &Room) -> Ephemeral {
    let filter = &window.filters.ephemeral;
    let mut ephemeral = Ephemeral::new();
    if filter.has_room(&room.room_id) {
        let events = found.ephemeral.get(&room.num).into_iter().flatten();
        let is_wanted = |event: &&ruma::serde::Raw<_>| {
            event
                .get_field::<String>("type")
                .ok()
                .flatten()
                .is_some_and(|kind| filter.has_parts(&kind, "", ""))
        };
        ephemeral.events = events.filter(is_wanted).cloned().collect();
    }
    ephemeral
}

/// The events of a room that are new for the user.
fn news_of(window: &Window<'_>, user_room: &UserRoom) -> Option<Span> {
    let spans = window.entries_of(Kind::Timeline).filter(|entry| entry.room == user_room.room);
    spans
        .map(|entry| Span { from: entry.from_pos, to: entry.to_pos })
        .reduce(|one, other| Span { from: one.from.min(other.from), to: one.to.max(other.to) })
}

async fn was_joined_before(window: &Window<'_>, room: &Room, pos: i64) -> Result<bool> {
    let (num, user_id) = (room.num, window.session.user_id.to_string());
    let before = window
        .hs
        .store
        .read(Side::Room(num), async move |tx| {
            room_store::find_state_at(tx, num, "m.room.member", &user_id, pos - 1).await
        })
        .await?;
    let Some(before) = before else { return Ok(false) };
    let pdu = Pdu::from_stored(&before, &room.room_id)?;
    Ok(membership_of(&pdu) == "join")
}

/// What happened up to the user's leaving, as far as they may see it.
async fn left(
    window: &Window<'_>,
    wanted: &Wanted,
    found: &Found,
    user_room: &UserRoom,
    room: &Arc<Room>,
) -> Result<LeftRoom> {
    let mut left = LeftRoom::new();
    let to = user_room.membership_pos;
    let news = news_of(window, user_room);
    let from = news.map_or(1, |news| news.from);
    let complete = window.is_initial() || wanted.full_state;
    // Somebody who only declined an invite never saw the room's state.
    let was_inside = was_joined_before(window, room, to).await?;
    let happened = happened(window, wanted, found, room, Span { from, to }, complete).await?;
    if was_inside {
        left.state = happened.state;
    }
    left.timeline = happened.timeline;
    Ok(left)
}
