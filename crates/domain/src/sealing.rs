//! Encryption at rest, as far as it is work: which form the search index has, and sealing anew what was stored plainly or
//! with an older key.

use std::sync::Arc;

use aside_store::{Side, Store, names, previews, queue, rooms, sealing as store};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::jobs::{self, Job, Outcome, Running};
use crate::search::Tokens;
use crate::{Error, Homeserver, Result, RoomNum, UserNum, media, timers};

/// The job that seals everything anew.
pub(crate) const RESEAL: &str = "seal.reseal";
/// The id of the key with which everything is sealed.
const DONE: &str = "seal_done";
const SEARCH_KEY: &str = "search_key";
/// The form of the index's words: missing where they are plain.
const SEARCH_WORDS: &str = "search_words";
const KEYED: &str = "keyed";
const ROOMS: i64 = 20;
const USERS: i64 = 200;

/// How words stand in the search index: hashed with a key of its own, where the database is sealed.
pub(crate) async fn tokens(database: &Store) -> Result<Tokens> {
    let Some(keyring) = database.keyring() else { return Ok(Tokens::Plain) };
    let mut fresh = [0; 32];
    keyring.random(&mut fresh);
    let fresh = STANDARD.encode(fresh);
    let key = database
        .write(Side::Named, async move |tx| match names::find_setting(tx, SEARCH_KEY).await? {
            Some(stored) => Ok(stored),
            None => names::put_setting(tx, SEARCH_KEY, &fresh).await.map(|()| fresh.clone()),
        })
        .await?;
    Ok(Tokens::keyed(&STANDARD.decode(key).map_err(Error::internal)?))
}

/// How far the work has come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    step: Step,
    after: i64,
    /// An id or a hash, where those are gone through.
    name: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    #[default]
    Rooms,
    Users,
    Names,
    Files,
    Reports,
    Settings,
}

/// Has everything sealed anew, where something may not be sealed with the current key.
pub(crate) async fn begin(hs: &Homeserver) -> Result<()> {
    let Some(keyring) = hs.store.keyring() else { return Ok(()) };
    let done = hs.store.read(Side::Named, async |tx| names::find_setting(tx, DONE).await).await?;
    if done.as_deref() == Some(keyring.current()) || jobs::find_time(hs, RESEAL, "").await?.is_some() {
        return Ok(());
    }
    go_on(hs, Progress::default()).await
}

async fn go_on(hs: &Homeserver, progress: Progress) -> Result<()> {
    let run_at_ms = hs.clock.now_ms();
    jobs::schedule(hs, Job { kind: RESEAL, key: String::new(), run_at_ms, payload: json!(progress) }).await
}

/// Does one stretch of it and schedules the next.
pub(crate) async fn run_reseal(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let progress: Progress = job.payload_as()?;
    let next = match progress.step {
        Step::Rooms => reseal_rooms(&hs, progress).await?,
        Step::Users => reseal_users(&hs, progress).await?,
        Step::Names => reseal_names(&hs, progress).await?,
        Step::Files => reseal_files(&hs, progress).await?,
        Step::Reports => reseal_reports(&hs, progress).await?,
        Step::Settings => {
            finish(&hs).await?;
            return Ok(Outcome::Done);
        }
    };
    go_on(&hs, next).await?;
    Ok(Outcome::Done)
}

fn step(step: Step) -> Progress {
    Progress { step, ..Progress::default() }
}

async fn reseal_rooms(hs: &Homeserver, progress: Progress) -> Result<Progress> {
    let words = hs.store.read(Side::Named, async |tx| names::find_setting(tx, SEARCH_WORDS).await).await?;
    let after = RoomNum(progress.after);
    let found = hs.store.read(Side::Sweep, async move |tx| rooms::list(tx, after, ROOMS).await).await?;
    let Some(last) = found.last().copied() else { return Ok(step(Step::Users)) };
    for room in found {
        let mut after = Some(0);
        while let Some(pos) = after {
            let reseal = async move |tx: &aside_store::Tx<'_>| store::reseal_events(tx, room, pos).await;
            after = hs.store.write(Side::Room(room), reseal).await?;
        }
        let mut after = Some(0);
        while let Some(pos) = after {
            let reseal = async move |tx: &aside_store::Tx<'_>| store::reseal_annotations(tx, room, pos).await;
            after = hs.store.write(Side::Room(room), reseal).await?;
        }
        if words.as_deref() != Some(KEYED) {
            hs.store.write(Side::Room(room), async move |tx| store::forget_words(tx, room).await).await?;
            hs.backlog.note(room);
        }
    }
    Ok(Progress { after: last.0, ..progress })
}

async fn reseal_users(hs: &Homeserver, progress: Progress) -> Result<Progress> {
    let after = UserNum(progress.after);
    let found = hs.store.read(Side::Sweep, async move |tx| queue::list_users(tx, after, USERS).await).await?;
    let Some(last) = found.last().copied() else { return Ok(step(Step::Names)) };
    for user in found {
        hs.store.write(Side::User(user), async move |tx| store::reseal_user(tx, user).await).await?;
    }
    Ok(Progress { after: last.0, ..progress })
}

async fn reseal_names(hs: &Homeserver, progress: Progress) -> Result<Progress> {
    let after = progress.name.clone();
    let list = async move |tx: &aside_store::Tx<'_>| store::list_media_to_reseal(tx, &after).await;
    let found = hs.store.read(Side::Sweep, list).await?;
    let Some((last, _)) = found.last().cloned() else { return Ok(step(Step::Files)) };
    for (media_id, filename) in found {
        let reseal =
            async move |tx: &aside_store::Tx<'_>| store::reseal_media(tx, &media_id, &filename).await;
        hs.store.write(Side::Named, reseal).await?;
    }
    Ok(Progress { name: last, ..progress })
}

async fn reseal_files(hs: &Homeserver, progress: Progress) -> Result<Progress> {
    let after = STANDARD.decode(&progress.name).map_err(Error::internal)?;
    let found = hs.store.read(Side::Sweep, async move |tx| store::list_files(tx, &after).await).await?;
    let Some(last) = found.last().cloned() else { return Ok(step(Step::Reports)) };
    for hash in found {
        media::reseal(hs, &hash).await?;
    }
    Ok(Progress { name: STANDARD.encode(last), ..progress })
}

async fn reseal_reports(hs: &Homeserver, progress: Progress) -> Result<Progress> {
    let after = progress.after;
    let reseal = async move |tx: &aside_store::Tx<'_>| store::reseal_reports(tx, after).await;
    match hs.store.write(Side::Named, reseal).await? {
        Some(last) => Ok(Progress { after: last, ..progress }),
        None => Ok(step(Step::Settings)),
    }
}

/// The secrets of the server itself, and then the note that the other keys may be forgotten.
async fn finish(hs: &Homeserver) -> Result<()> {
    let Some(keyring) = hs.store.keyring() else { return Ok(()) };
    let current = keyring.current().to_owned();
    tracing::info!(key = %current, "Everything is sealed with this key; others may be removed from the key file.");
    hs.store
        .write(Side::Named, async move |tx| {
            for name in names::SECRET_SETTINGS {
                if let Some(value) = names::find_setting(tx, name).await? {
                    names::put_setting(tx, name, &value).await?;
                }
            }
            previews::expire_all(tx).await?;
            names::put_setting(tx, SEARCH_WORDS, KEYED).await?;
            names::put_setting(tx, DONE, &current).await?;
            store::forget_other_keys(tx, &current).await
        })
        .await?;
    timers::scrub_soon(hs).await
}
