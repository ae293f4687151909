//! Account data in a sync: the user's settings, global and of rooms.

use std::collections::{BTreeMap, BTreeSet};

use aside_store::Side;
use aside_store::account_data::{self as store, AccountData};
use aside_store::queue::Kind;
use ruma::api::client::filter::RoomEventFilter;
use ruma::events::{AnyGlobalAccountDataEvent, AnyRoomAccountDataEvent};
use ruma::serde::Raw;
use serde_json::value::RawValue;

use super::Window;
use crate::account_data::{GLOBAL, PUSH_RULES};
use crate::events::EventFilter;
use crate::{Error, Result, RoomNum, push};

/// The global settings that changed, and the push rules among them; where the device starts anew, all of them.
pub(super) async fn global(window: &Window<'_>) -> Result<Vec<Raw<AnyGlobalAccountDataEvent>>> {
    let changed: Vec<String> = changed(window).remove(&GLOBAL).unwrap_or_default().into_iter().collect();
    if changed.is_empty() && !window.is_initial() {
        return Ok(Vec::new());
    }
    let filter = filter(window);
    let rules_changed = window.is_initial() || changed.iter().any(|kind| kind == PUSH_RULES);
    let mut found = if window.is_initial() {
        all_of(window, GLOBAL).await?
    } else {
        read(window, GLOBAL, changed).await?
    };
    // Stored rules lack the defaults that were added since.
    found.retain(|data| data.kind != PUSH_RULES && filter.has_parts(&data.kind, "", ""));
    let mut events = Vec::with_capacity(found.len() + 1);
    if rules_changed && filter.has_parts(PUSH_RULES, "", "") {
        // The queue may tell of a change before the one who makes it has forgotten what was at hand.
        window.hs.rulebook.forget(window.session.user);
        let content = push::rules_content(window.hs, window.session.user).await?;
        events.push(event(PUSH_RULES, &content)?);
    }
    for data in found {
        events.push(event(&data.kind, &parsed(&data.content)?)?);
    }
    Ok(events)
}

/// The settings that changed, of each room that has any; all of a room's where the device hears of the room for the first time.
pub(super) async fn of_rooms(
    window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Vec<Raw<AnyRoomAccountDataEvent>>>> {
    let user = window.session.user;
    let mut found = Vec::new();
    if window.is_initial() {
        let read =
            window.hs.store.read(Side::User(user), async move |tx| store::list_of_rooms(tx, user).await);
        found = read.await?;
    } else {
        let mut changed = changed(window);
        changed.remove(&GLOBAL);
        for room in newly_joined(window) {
            changed.remove(&room);
            found.extend(all_of(window, room).await?);
        }
        for (room, kinds) in changed {
            found.extend(read(window, room, kinds.into_iter().collect()).await?);
        }
    }
    let mut events: BTreeMap<RoomNum, Vec<Raw<AnyRoomAccountDataEvent>>> = BTreeMap::new();
    for data in found {
        if window.filters.account_data.has_parts(&data.kind, "", "") {
            let event = event(&data.kind, &parsed(&data.content)?)?;
            events.entry(data.room).or_default().push(event);
        }
    }
    Ok(events)
}

/// The types that changed, by room.
fn changed(window: &Window<'_>) -> BTreeMap<RoomNum, BTreeSet<String>> {
    let mut changed: BTreeMap<RoomNum, BTreeSet<String>> = BTreeMap::new();
    for entry in window.entries_of(Kind::AccountData) {
        changed.entry(entry.room).or_default().extend(entry.subject.clone());
    }
    changed
}

/// Rooms that the user came into since the last sync.
fn newly_joined(window: &Window<'_>) -> impl Iterator<Item = RoomNum> {
    let since = window.since.map_or(0, |since| since.position);
    let rooms = window.rooms.iter().filter(move |user_room| {
        user_room.membership == "join"
            && user_room.membership_seq > since
            && user_room.joined_pos == user_room.membership_pos
    });
    rooms.map(|user_room| user_room.room)
}

async fn all_of(window: &Window<'_>, room: RoomNum) -> Result<Vec<AccountData>> {
    let user = window.session.user;
    Ok(window
        .hs
        .store
        .read(Side::User(user), async move |tx| store::list_of_room(tx, user, room).await)
        .await?)
}

/// What changed once more after this sync's end is left for the next one.
async fn read(window: &Window<'_>, room: RoomNum, kinds: Vec<String>) -> Result<Vec<AccountData>> {
    let (user, until) = (window.session.user, window.until.position);
    let found = window
        .hs
        .store
        .read(Side::User(user), async move |tx| {
            let mut found = Vec::with_capacity(kinds.len());
            for kind in &kinds {
                found.extend(store::find(tx, user, room, kind).await?.filter(|data| data.seq <= until));
            }
            Ok(found)
        })
        .await?;
    Ok(found)
}

fn filter(window: &Window<'_>) -> EventFilter {
    let mut filter = RoomEventFilter::default();
    filter.types = window.filter.account_data.types.clone();
    filter.not_types = window.filter.account_data.not_types.clone();
    EventFilter(filter)
}

fn parsed(content: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(content.to_owned()).map_err(Error::internal)
}

fn event<T>(kind: &str, content: &RawValue) -> Result<Raw<T>> {
    #[derive(serde::Serialize)]
    struct Event<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        content: &'a RawValue,
    }
    Raw::new(&Event { kind, content }).map(Raw::cast_unchecked).map_err(Error::internal)
}
