//! Follows the rooms' logs, after the senders were answered: writes the index, and which events show which media.
//!
//! A room says how far it has been looked at, so a process that dies loses nothing, and whatever is done twice is the
//! same. Under load it falls behind rather than stand in anybody's way, and search looks at the rest by itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aside_store::events::{Direction, Event};
use aside_store::search::Word;
use aside_store::{Durability, Side, events, media as media_store, search as store};
use tokio::sync::Notify;

use super::words_of;
use crate::{Homeserver, Result, RoomNum, media};

/// Events of a room that are written together.
const CHUNK: i64 = 64;
/// Rooms that are remembered; if there are more, they are found by asking the database.
const ROOMS_MAX: usize = 100_000;
/// What is said in quick succession is written together: each word is a place of its own in the index.
const GATHER: Duration = Duration::from_secs(2);
/// For each moment of work, so many of rest, so that it takes a small part of one processor at most.
const REST: u32 = 9;
/// On a shared database another process may have died before its rooms were written.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEEP_ROOMS: i64 = 1_000;

/// Rooms with news for the index.
#[derive(Default)]
pub(crate) struct Backlog {
    rooms: Mutex<BTreeSet<RoomNum>>,
    news: Notify,
}

impl Backlog {
    /// Something was written in a room.
    pub(crate) fn note(&self, room: RoomNum) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.is_empty() {
            self.news.notify_one();
        }
        if rooms.len() < ROOMS_MAX {
            rooms.insert(room);
        }
    }

    fn take(&self) -> BTreeSet<RoomNum> {
        std::mem::take(&mut *self.rooms.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Works until the process is asked to end.
pub(crate) async fn keep_indexed(hs: Arc<Homeserver>) {
    let mut swept = tokio::time::Instant::now();
    let mut sweep = true;
    loop {
        if sweep && let Err(error) = catch_up_slowly(&hs).await {
            tracing::error!(%error, "rooms could not be looked at for the search index");
        }
        sweep = false;
        tokio::select! {
            () = hs.backlog.news.notified() => {}
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            () = hs.shutdown.cancelled() => return,
        }
        if hs.sleep(GATHER).await {
            return;
        }
        for room in hs.backlog.take() {
            if let Err(error) = index_and_rest(&hs, room).await {
                tracing::error!(%error, room = room.0, "a room could not be written to the search index");
                sweep = true;
            }
            if hs.shutdown.is_cancelled() {
                return;
            }
        }
        if hs.store.is_shared() && swept.elapsed() > SWEEP_EVERY {
            swept = tokio::time::Instant::now();
            sweep = true;
        }
    }
}

async fn index_and_rest(hs: &Arc<Homeserver>, room: RoomNum) -> Result<()> {
    loop {
        let begun = tokio::time::Instant::now();
        let more = index_some(hs, room).await?;
        if hs.sleep(begun.elapsed() * REST).await || !more {
            return Ok(());
        }
    }
}

async fn catch_up_slowly(hs: &Arc<Homeserver>) -> Result<()> {
    let mut after = RoomNum(0);
    loop {
        let rooms = list_behind(hs, after).await?;
        let Some(&last) = rooms.last() else { return Ok(()) };
        after = last;
        for room in rooms {
            index_and_rest(hs, room).await?;
            if hs.shutdown.is_cancelled() {
                return Ok(());
            }
        }
    }
}

async fn list_behind(hs: &Homeserver, after: RoomNum) -> Result<Vec<RoomNum>> {
    let list = async move |tx: &aside_store::Tx<'_>| store::list_to_index(tx, after, SWEEP_ROOMS).await;
    Ok(hs.store.read(Side::Sweep, list).await?)
}

/// Looks at everything that was written until now, at once.
pub(crate) async fn catch_up(hs: &Homeserver) -> Result<()> {
    let mut after = RoomNum(0);
    loop {
        let rooms = list_behind(hs, after).await?;
        let Some(&last) = rooms.last() else { return Ok(()) };
        after = last;
        for room in rooms {
            while index_some(hs, room).await? {}
        }
    }
}

/// Writes the next events of a room; answers whether there are more.
async fn index_some(hs: &Homeserver, room: RoomNum) -> Result<bool> {
    let read = hs.store.read(Side::Room(room), async move |tx| {
        let Some((done, next)) = store::find_indexed(tx, room).await? else { return Ok(None) };
        let to = (done + CHUNK).min(next - 1);
        let events = events::range(tx, room, done + 1, to, Direction::Forwards, CHUNK).await?;
        Ok(Some((done, to, to + 1 < next, events)))
    });
    let Some((done, to, more, events)) = read.await?.filter(|(done, to, ..)| done < to) else {
        return Ok(false);
    };
    note_media(hs, room, &events).await?;
    let entries: Vec<(i64, String, Vec<Word>)> = events
        .into_iter()
        .map(|event| (event.pos, words_of(&hs.tokens, room, &event), event.content))
        .filter(|(_, words, _)| !words.is_empty())
        .map(|(pos, words, content)| (pos, content, words))
        .collect();
    hs.store
        .write_with(Durability::Repairable, Side::Room(room), async move |tx| {
            if !store::mark_indexed(tx, room, done, to).await? {
                return Ok(());
            }
            for (pos, content, words) in &entries {
                // Whoever changed it meanwhile has seen to its words.
                if events::at(tx, room, *pos).await?.is_some_and(|event| event.content == *content) {
                    store::insert(tx, room, *pos, words).await?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(more)
}

async fn note_media(hs: &Homeserver, room: RoomNum, events: &[Event]) -> Result<()> {
    for event in events {
        for media_id in media::ids_in(hs, &event.content) {
            let pos = event.pos;
            hs.store
                .write_with(Durability::Repairable, Side::Named, async move |tx| {
                    media_store::insert_use(tx, &media_id, room, pos).await
                })
                .await?;
        }
    }
    Ok(())
}
