//! Typing and presence in a sync: what passes by without being stored.

use std::collections::{BTreeMap, BTreeSet};

use ruma::api::client::filter::RoomEventFilter;
use ruma::events::AnySyncEphemeralRoomEvent;
use ruma::events::presence::PresenceEvent;
use ruma::serde::Raw;
use serde_json::json;

use super::Window;
use crate::account_data::ignored;
use crate::ephemeral::presence::Presence;
use crate::ephemeral::{Changed, Subject, contacts_of, presence, typing};
use crate::events::EventFilter;
use crate::{Error, Homeserver, Result, RoomNum, UserNum, accounts, privacy};

/// The present, in the order of what passes by, for a device that was told what passed until `since`: milliseconds since
/// 1970, rising.
pub(super) fn serial(hs: &Homeserver, since: Option<i64>) -> i64 {
    hs.ephemeral.inboxes.present(since, hs.clock.now_ms())
}

/// Whether anything passed by that concerns the user.
pub(super) fn has_news(hs: &Homeserver, user: UserNum, since: i64) -> bool {
    hs.ephemeral.inboxes.has_news(user, since, hs.clock.now_ms())
}

fn changed(window: &Window<'_>) -> Changed {
    match window.since {
        Some(since) => {
            let now = window.hs.clock.now_ms();
            window.hs.ephemeral.inboxes.changed(window.session.user, since.ephemeral, now)
        }
        None => Changed::Anything,
    }
}

/// The presence of people that changed; where the device starts anew, that of everyone who is there.
pub(super) async fn presence(window: &Window<'_>) -> Result<Vec<Raw<PresenceEvent>>> {
    let hs = window.hs;
    if !window.ephemeral || !hs.settings.presence {
        return Ok(Vec::new());
    }
    let user = window.session.user;
    let (people, complete) = match changed(window) {
        Changed::Anything => (presence::present(hs, user).await?, true),
        Changed::These(subjects) => {
            let people: Vec<UserNum> = subjects.into_iter().filter_map(Subject::person).collect();
            if people.is_empty() {
                return Ok(Vec::new());
            }
            // Meanwhile they may have left the last room that they shared.
            let contacts = contacts_of(hs, user).await?;
            (people.into_iter().filter(|person| contacts.binary_search(person).is_ok()).collect(), false)
        }
    };
    if !privacy::sees_presence(hs, user).await? && (complete || !people.contains(&user)) {
        // When somebody hides, they are told once, together with themself, that they don't see the others any more. That
        // something changed about others later is no news for them.
        return Ok(Vec::new());
    }
    let mut filter = RoomEventFilter::default();
    filter.types = window.filter.presence.types.clone();
    filter.not_types = window.filter.presence.not_types.clone();
    filter.senders = window.filter.presence.senders.clone();
    filter.not_senders = window.filter.presence.not_senders.clone();
    let filter = EventFilter(filter);
    let ignored = ignored(hs, user).await?;
    let mut events = Vec::new();
    for person in people {
        let presence = presence::shown(hs, user, person).await?;
        if complete && presence == Presence::unknown() {
            continue;
        }
        let user_id = accounts::user_id(hs, person).await?;
        if !ignored.contains(&user_id) && filter.has_parts("m.presence", user_id.as_str(), "") {
            events.push(presence_event(user_id.as_str(), &presence)?);
        }
    }
    Ok(events)
}

fn presence_event(user_id: &str, presence: &Presence) -> Result<Raw<PresenceEvent>> {
    let mut content = json!({ "presence": presence.state, "currently_active": presence.currently_active });
    if let Some(status_msg) = &presence.status_msg {
        content["status_msg"] = json!(status_msg);
    }
    if let Some(ago) = presence.last_active_ago_ms {
        content["last_active_ago"] = json!(ago);
    }
    let event = json!({ "type": "m.presence", "sender": user_id, "content": content });
    Raw::new(&event).map(Raw::cast_unchecked).map_err(Error::internal)
}

/// Who types, of each room where that changed; where the device starts anew, of each where somebody types.
pub(super) async fn typing_of_rooms(
    window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Raw<AnySyncEphemeralRoomEvent>>> {
    if !window.ephemeral {
        return Ok(BTreeMap::new());
    }
    let hs = window.hs;
    if !privacy::sees_typing(hs, window.session.user).await? {
        return Ok(BTreeMap::new());
    }
    let (rooms, complete): (BTreeSet<RoomNum>, bool) = match changed(window) {
        Changed::Anything => (typing::rooms(hs).into_iter().collect(), true),
        Changed::These(subjects) => (subjects.into_iter().filter_map(Subject::room).collect(), false),
    };
    if rooms.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rooms = if complete { own(window, rooms).await? } else { rooms };
    let ignored = ignored(hs, window.session.user).await?;
    let mut events = BTreeMap::new();
    for room in rooms {
        let mut typers = typing::typers(hs, room);
        typers.retain(|user_id| !ignored.contains(user_id));
        if !(complete && typers.is_empty()) {
            let event = json!({ "type": "m.typing", "content": { "user_ids": typers } });
            events.insert(room, Raw::new(&event).map(Raw::cast_unchecked).map_err(Error::internal)?);
        }
    }
    Ok(events)
}

/// Those of the rooms that the user is in.
async fn own(window: &Window<'_>, rooms: BTreeSet<RoomNum>) -> Result<BTreeSet<RoomNum>> {
    let mut own = BTreeSet::new();
    for room in rooms {
        if crate::rooms::load(window.hs, room).await?.is_joined(window.session.user) {
            own.insert(room);
        }
    }
    Ok(own)
}
