//! Receipts in a sync: who has read how far.

use std::collections::{BTreeMap, HashMap};

use aside_store::Side;
use aside_store::queue::Kind;
use aside_store::receipts::{self as store, Receipt};
use futures_util::future::{FutureExt, try_join_all};
use ruma::events::AnySyncEphemeralRoomEvent;
use ruma::serde::Raw;
use serde_json::{Value, json};

use super::Window;
use crate::account_data::ignored;
use crate::receipts::PRIVATE;
use crate::{Error, Result, RoomNum, privacy};

/// Receipts of one room that one sync tells at most, the newest first.
const RECEIPTS_MAX: i64 = 1_000;
/// Rooms read at the same time where reading means waiting for a database server.
const AT_ONCE: usize = 8;

/// Which receipts of a room are new.
#[derive(Debug, Clone, Copy, Default)]
struct News {
    /// Positions of public receipts, both included; none where `to` is 0.
    from: i64,
    to: i64,
    private: bool,
}

/// One `m.receipt` event of each room with new receipts; where the device starts anew, of each room it is told about.
pub(super) async fn of_rooms(
    window: &Window<'_>,
) -> Result<BTreeMap<RoomNum, Raw<AnySyncEphemeralRoomEvent>>> {
    let news = news(window);
    if news.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ignored = ignored(window.hs, window.session.user).await?;
    let sees_others = privacy::sees_receipts(window.hs, window.session.user).await?;
    let own = window.session.user_id.as_str();
    let mut found: HashMap<RoomNum, Vec<Receipt>> = private(window, &news).await?;
    let public: Vec<(RoomNum, News)> =
        news.iter().filter(|(_, news)| news.to > 0).map(|(room, news)| (*room, *news)).collect();
    for together in public.chunks(AT_ONCE) {
        // Reading from SQLite never waits, so a long list has to make room for others by itself.
        tokio::task::consume_budget().await;
        let mut reading = Vec::with_capacity(together.len());
        for (room, news) in together {
            reading.push(published(window, *room, *news).boxed());
        }
        for (receipts, (room, _)) in try_join_all(reading).await?.into_iter().zip(together) {
            found.entry(*room).or_default().extend(receipts);
        }
    }
    let mut events = BTreeMap::new();
    for (room, mut receipts) in found {
        receipts.retain(|receipt| !ignored.iter().any(|user_id| user_id.as_str() == receipt.user_id));
        receipts.retain(|receipt| sees_others || receipt.user_id == own);
        if !receipts.is_empty() {
            events.insert(room, event(&receipts)?);
        }
    }
    Ok(events)
}

fn news(window: &Window<'_>) -> BTreeMap<RoomNum, News> {
    let mut all: BTreeMap<RoomNum, News> = BTreeMap::new();
    if window.is_initial() {
        for user_room in window.rooms.iter().filter(|user_room| user_room.membership == "join") {
            let news = News { from: 1, to: user_room.last_receipt_pos, private: true };
            all.insert(user_room.room, news);
        }
    }
    for entry in window.entries_of(Kind::Receipts) {
        let news = all.entry(entry.room).or_default();
        match entry.subject.as_deref() {
            Some(PRIVATE) => news.private = true,
            _ if news.to == 0 => (news.from, news.to) = (entry.from_pos, entry.to_pos),
            _ => (news.from, news.to) = (news.from.min(entry.from_pos), news.to.max(entry.to_pos)),
        }
    }
    all
}

async fn published(window: &Window<'_>, room: RoomNum, news: News) -> Result<Vec<Receipt>> {
    let News { from, to, .. } = news;
    let read = window
        .hs
        .store
        .read(Side::Room(room), async move |tx| store::range(tx, room, from, to, RECEIPTS_MAX).await);
    Ok(read.await?)
}

/// The user's own private receipts, in rooms where they moved.
async fn private(
    window: &Window<'_>,
    news: &BTreeMap<RoomNum, News>,
) -> Result<HashMap<RoomNum, Vec<Receipt>>> {
    let user = window.session.user;
    let mut found: HashMap<RoomNum, Vec<Receipt>> = HashMap::new();
    if !news.values().any(|news| news.private) {
        return Ok(found);
    }
    let marks =
        window.hs.store.read(Side::User(user), async move |tx| store::list_all_marks(tx, user).await).await?;
    for (room, mark) in marks {
        if mark.kind == PRIVATE && news.get(&room).is_some_and(|news| news.private) {
            let receipt = Receipt {
                user_id: window.session.user_id.to_string(),
                kind: mark.kind,
                thread_id: mark.thread_id,
                event_id: mark.event_id,
                event_pos: mark.pos,
                ts: mark.ts,
            };
            found.entry(room).or_default().push(receipt);
        }
    }
    Ok(found)
}

/// Writes receipts as one event. Where somebody has several for one event, there is place for one: the unthreaded one,
/// which says most.
fn event(receipts: &[Receipt]) -> Result<Raw<AnySyncEphemeralRoomEvent>> {
    let mut content = Value::Object(serde_json::Map::new());
    let (threaded, unthreaded): (Vec<_>, Vec<_>) =
        receipts.iter().partition(|receipt| !receipt.thread_id.is_empty());
    for receipt in threaded.into_iter().chain(unthreaded) {
        let mut data = json!({ "ts": receipt.ts });
        if !receipt.thread_id.is_empty() {
            data["thread_id"] = json!(receipt.thread_id);
        }
        content[&receipt.event_id][&receipt.kind][&receipt.user_id] = data;
    }
    let event = json!({ "type": "m.receipt", "content": content });
    Raw::new(&event).map(Raw::cast_unchecked).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(user_id: &str, thread_id: &str, event_id: &str) -> Receipt {
        Receipt {
            user_id: user_id.into(),
            kind: "m.read".into(),
            thread_id: thread_id.into(),
            event_id: event_id.into(),
            event_pos: 1,
            ts: 5,
        }
    }

    #[test]
    fn receipts_stand_below_their_event_and_the_unthreaded_one_wins() {
        let receipts = [
            receipt("@alice:a", "", "$1"),
            receipt("@alice:a", "main", "$1"),
            receipt("@bob:a", "$0", "$1"),
            receipt("@bob:a", "main", "$2"),
        ];
        let written: Value = serde_json::from_str(event(&receipts).unwrap().json().get()).unwrap();
        let expected = json!({
            "$1": { "m.read": { "@alice:a": { "ts": 5 }, "@bob:a": { "ts": 5, "thread_id": "$0" } } },
            "$2": { "m.read": { "@bob:a": { "ts": 5, "thread_id": "main" } } },
        });
        assert_eq!(written, json!({ "type": "m.receipt", "content": expected }));
    }
}
