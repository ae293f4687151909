//! Searching (specification, 11.14 Server side search): words first by the index, then by the events themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use aside_store::events::{Direction, Event};
use aside_store::{Side, Tx, events, queue, search as store};
use ruma::api::client::search::search_events::v3::{
    Criteria, EventContextResult, GroupingKey, OrderBy, ResultGroup, ResultGroupMap, ResultRoomEvents,
    SearchKeys, SearchResult, UserProfile,
};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UInt};

use super::text;
use super::words::Term;
use crate::accounts::Session;
use crate::events::{EventFilter, Reader};
use crate::rooms::{self, VisibleRoom};
use crate::{Error, Homeserver, Limited, Result, RoomNum, history};

const TERM_BYTES_MAX: usize = 1_000;
const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: usize = 100;
/// Events before and after each one that was found.
const CONTEXT_MAX: usize = 20;
/// Events of one room that are found; in a room where a word is in more, the newest.
const HITS_OF_ROOM_MAX: usize = 500;
/// Events that are found at all. With more, the count says at least how many there are.
const HITS_MAX: usize = 5_000;
/// Events of a room that the index may not have seen yet and that are looked at one by one.
const TAIL_MAX: i64 = 2_000;

/// What is looked for, made ready to be asked of each room.
#[derive(Debug)]
struct Ask {
    term: Term,
    filter: EventFilter,
    /// Numbers of the content's keys that count.
    fields: Vec<usize>,
    /// Nothing newer, so that pages don't shift.
    before_ts: i64,
}

/// An event that was found.
struct Hit {
    rank: f64,
    ts: i64,
    pos: i64,
    event_id: OwnedEventId,
    sender: OwnedUserId,
    room: Arc<VisibleRoom>,
}

/// Finds what the session's user may see and what fits the criteria.
///
/// # Errors
/// [`Error::Invalid`] where the token is not one of this server's or the term is too long, [`Error::LimitExceeded`].
pub async fn search(
    hs: &Homeserver,
    session: &Session,
    criteria: Criteria,
    next_batch: Option<&str>,
) -> Result<ResultRoomEvents> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if criteria.search_term.len() > TERM_BYTES_MAX {
        return Err(Error::invalid("search_term", format!("longer than {TERM_BYTES_MAX} bytes")));
    }
    let place = match next_batch {
        Some(token) => {
            Place::parse(token).ok_or_else(|| Error::invalid("next_batch", "not one of this server's"))?
        }
        None => Place { offset: 0, before_ts: hs.clock.now_ms() },
    };
    let limit =
        criteria.filter.limit.map_or(LIMIT_DEFAULT, |limit| usize::try_from(limit).unwrap_or(LIMIT_MAX));
    let limit = limit.clamp(1, LIMIT_MAX);
    let ask = Arc::new(Ask {
        term: Term::parse(&criteria.search_term),
        filter: EventFilter(criteria.filter.clone()),
        fields: fields(criteria.keys.as_deref()),
        before_ts: place.before_ts,
    });
    let mut hits = gather(hs, session, &ask).await?;
    match criteria.order_by {
        Some(OrderBy::Recent) => hits.sort_by_key(|hit| std::cmp::Reverse((hit.ts, hit.pos))),
        _ => hits.sort_by(|one, other| {
            other.rank.total_cmp(&one.rank).then((other.ts, other.pos).cmp(&(one.ts, one.pos)))
        }),
    }
    let count = hits.len();
    let page: Vec<Hit> = hits.into_iter().skip(place.offset).take(limit).collect();
    let next = place.offset + page.len();
    let mut found = ResultRoomEvents::new();
    found.count = UInt::try_from(count).ok();
    found.next_batch = (next < count).then(|| Place { offset: next, ..place }.to_string());
    found.highlights = ask.term.words.clone();
    for grouping in criteria.groupings.group_by.iter().filter_map(|grouping| grouping.key.as_ref()) {
        found.groups.extend(group(&page, grouping));
    }
    for hit in &page {
        found.results.extend(show(hs, hit, &criteria).await?);
        if criteria.include_state == Some(true) && !found.state.contains_key(&hit.room.room.room_id) {
            found.state.insert(hit.room.room.room_id.clone(), history::state(hs, &hit.room).await?);
        }
    }
    Ok(found)
}

/// Where a page begins.
struct Place {
    offset: usize,
    before_ts: i64,
}

impl Place {
    fn parse(token: &str) -> Option<Place> {
        let (offset, before_ts) = token.strip_prefix('s')?.split_once('_')?;
        Some(Place { offset: offset.parse().ok()?, before_ts: before_ts.parse().ok()? })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s{}_{}", self.offset, self.before_ts)
    }
}

fn fields(keys: Option<&[SearchKeys]>) -> Vec<usize> {
    let Some(keys) = keys else { return (0..text::FIELDS.len()).collect() };
    let number = |key: &SearchKeys| match key {
        SearchKeys::ContentBody => Some(0),
        SearchKeys::ContentName => Some(1),
        SearchKeys::ContentTopic => Some(2),
        _ => None,
    };
    keys.iter().filter_map(number).collect()
}

/// Looks in every room that the user is in or was in.
async fn gather(hs: &Homeserver, session: &Session, ask: &Arc<Ask>) -> Result<Vec<Hit>> {
    if ask.term.words.is_empty() {
        return Ok(Vec::new());
    }
    let user = session.user;
    let mut user_rooms =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    user_rooms.retain(|room| !room.forgotten && matches!(room.membership.as_str(), "join" | "leave" | "ban"));
    user_rooms.sort_by_key(|room| std::cmp::Reverse(room.room));
    let mut hits = Vec::new();
    for user_room in user_rooms {
        // Reading from SQLite never waits, so a long list has to make room for others by itself.
        tokio::task::consume_budget().await;
        let room_id = rooms::load(hs, user_room.room).await?.room_id.clone();
        if !ask.filter.has_room(&room_id) {
            continue;
        }
        // Whoever declined an invite has a row and sees nothing.
        let Ok(visible) = rooms::access_visible_room(hs, session, &room_id).await else { continue };
        hits.extend(of_room(hs, &Arc::new(visible), ask).await?);
        if hits.len() >= HITS_MAX {
            hits.truncate(HITS_MAX);
            break;
        }
    }
    Ok(hits)
}

async fn of_room(hs: &Homeserver, visible: &Arc<VisibleRoom>, ask: &Arc<Ask>) -> Result<Vec<Hit>> {
    let (num, viewer, asked) = (visible.room.num, visible.viewer.clone(), Arc::clone(ask));
    let tokens: Vec<String> =
        ask.term.words.iter().take(store::WORDS_MAX).map(|word| hs.tokens.token(num, word)).collect();
    let newest = visible.last_pos;
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let mut reader = viewer.open(tx, newest + 1).await?;
            let mut found = Vec::new();
            for event in candidates(tx, num, &tokens, newest).await? {
                if found.len() >= HITS_OF_ROOM_MAX {
                    break;
                }
                if let Some(rank) = fits(tx, &mut reader, &asked, &event).await? {
                    found.push((rank, event));
                }
            }
            Ok(found)
        })
        .await?;
    let hit = |(rank, event): (f64, Event)| {
        Some(Hit {
            rank,
            ts: event.origin_server_ts,
            pos: event.pos,
            event_id: event.event_id.try_into().ok()?,
            sender: event.sender.try_into().ok()?,
            room: Arc::clone(visible),
        })
    };
    Ok(found.into_iter().filter_map(hit).collect())
}

/// Events that may fit, the newest first: what the index hasn't seen yet, and what it names.
async fn candidates(
    tx: &Tx<'_>,
    num: RoomNum,
    tokens: &[String],
    newest: i64,
) -> aside_store::Result<Vec<Event>> {
    let Some((indexed, _)) = store::find_indexed(tx, num).await? else { return Ok(Vec::new()) };
    let mut events = events::range(tx, num, indexed + 1, newest, Direction::Backwards, TAIL_MAX).await?;
    for pos in store::find(tx, num, tokens, indexed.min(newest) + 1, HITS_OF_ROOM_MAX as i64).await? {
        events.extend(events::at(tx, num, pos).await?);
    }
    Ok(events)
}

async fn fits(
    tx: &Tx<'_>,
    reader: &mut Reader<'_>,
    ask: &Ask,
    event: &Event,
) -> aside_store::Result<Option<f64>> {
    if event.origin_server_ts > ask.before_ts || !ask.filter.has(event) {
        return Ok(None);
    }
    let texts = text::of_event(event).into_iter().filter(|(field, _)| ask.fields.contains(field));
    let Some(rank) = texts.filter_map(|(_, text)| ask.term.rank(&text)).max_by(f64::total_cmp) else {
        return Ok(None);
    };
    Ok(reader.shows(tx, event).await?.then_some(rank))
}

fn group(page: &[Hit], key: &GroupingKey) -> Option<ResultGroupMap> {
    let mut rooms: BTreeMap<OwnedRoomId, ResultGroup> = BTreeMap::new();
    let mut senders: BTreeMap<OwnedUserId, ResultGroup> = BTreeMap::new();
    for (number, hit) in page.iter().enumerate() {
        let group = match key {
            GroupingKey::RoomId => rooms.entry(hit.room.room.room_id.clone()).or_default(),
            GroupingKey::Sender => senders.entry(hit.sender.clone()).or_default(),
            _ => return None,
        };
        group.order = group.order.or(UInt::try_from(number).ok());
        group.results.push(hit.event_id.clone());
    }
    Some(match key {
        GroupingKey::RoomId => ResultGroupMap::RoomId(rooms),
        _ => ResultGroupMap::Sender(senders),
    })
}

/// A result with what surrounds it; `None` where it is gone since it was found.
async fn show(hs: &Homeserver, hit: &Hit, criteria: &Criteria) -> Result<Option<SearchResult>> {
    let wanted = &criteria.event_context;
    let count = |limit: UInt| usize::try_from(limit).unwrap_or(CONTEXT_MAX).min(CONTEXT_MAX);
    let counts = (count(wanted.before_limit), count(wanted.after_limit));
    let around = history::around(
        hs,
        &hit.room,
        &hit.event_id,
        counts,
        ruma::api::client::filter::RoomEventFilter::default(),
    );
    let context = match around.await {
        Ok(context) => context,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut surroundings = EventContextResult::new();
    if wanted.include_profile {
        let events = context.before.iter().chain(&context.after).chain([&context.event]);
        for sender in events.filter_map(|event| event.get_field::<OwnedUserId>("sender").ok().flatten()) {
            let profile = profile(&hit.room, &sender);
            surroundings.profile_info.insert(sender, profile);
        }
    }
    (surroundings.start, surroundings.end) = (Some(context.start), Some(context.end));
    (surroundings.events_before, surroundings.events_after) = (context.before, context.after);
    let mut result = SearchResult::new();
    result.context = surroundings;
    result.rank = Some(hit.rank);
    result.result = Some(context.event);
    Ok(Some(result))
}

fn profile(visible: &VisibleRoom, user_id: &OwnedUserId) -> UserProfile {
    let member = visible.room.state.get("m.room.member", user_id.as_str());
    let shown = member.and_then(|member| member.content_as::<history::JoinedMember>()).unwrap_or_default();
    let mut profile = UserProfile::new();
    profile.displayname = shown.display_name;
    profile.avatar_url = shown.avatar_url.map(Into::into);
    profile
}
