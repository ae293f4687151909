//! Letting go of files that nothing shows any more.

use std::sync::Arc;

use aside_store::{Side, media as store, profiles};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::store::ContentHash;
use crate::jobs::{self, Job, Outcome, Running};
use crate::{Homeserver, Result, RoomNum, UserNum, accounts, search};

/// Ids that one event may name; more are left out.
const IDS_MAX: usize = 32;
/// Where clients of encrypted conversations name the media that an event shows, since the server can't read it.
const NAMED: &str = "org.aside.media";

/// The media of this server that an event's content shows.
pub(crate) fn ids_in(hs: &Homeserver, content: &str) -> Vec<String> {
    // Stored contents are canonical, where nothing is spelled in another way.
    if !content.contains("mxc://") {
        return Vec::new();
    }
    serde_json::from_str(content).map(|content| ids_of(hs, &content)).unwrap_or_default()
}

/// As [`ids_in`], of a content as somebody sent it.
pub(super) fn ids_of(hs: &Homeserver, content: &Value) -> Vec<String> {
    let prefix = format!("mxc://{}/", hs.server_name);
    let places = ["/url", "/file/url", "/info/thumbnail_url", "/info/thumbnail_file/url", "/avatar_url"];
    let contents = [Some(content), content.get("m.new_content")].into_iter().flatten();
    let shown = contents.flat_map(|content| places.iter().filter_map(|place| content.pointer(place)));
    let named = content.get(NAMED).and_then(Value::as_array).into_iter().flatten();
    let mut ids: Vec<String> = shown
        .chain(named)
        .filter_map(|uri| uri.as_str()?.strip_prefix(&prefix))
        .filter(|id| super::is_media_id(id))
        .map(str::to_owned)
        .take(IDS_MAX)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The job that deletes the media of an event that was taken back.
pub(crate) const RELEASE: &str = "media.release";

#[derive(Serialize, Deserialize)]
struct Payload {
    room: i64,
    pos: i64,
    owner: i64,
    media: Vec<String>,
}

/// Lets go of the media of an event once it has been emptied. To be scheduled before, so that nothing is forgotten, and
/// again afterwards, so that nobody waits.
pub(crate) async fn release_later(
    hs: &Homeserver,
    room: RoomNum,
    pos: i64,
    owner: UserNum,
    media: &[String],
    run_at_ms: i64,
) -> Result<()> {
    let payload = json!(Payload { room: room.0, pos, owner: owner.0, media: media.to_vec() });
    jobs::schedule(hs, Job { kind: RELEASE, key: format!("{}/{pos}", room.0), run_at_ms, payload }).await
}

/// Does the job: nothing, where the event was not emptied after all.
pub(crate) async fn run_release(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let Payload { room, pos, owner, media } = job.payload_as()?;
    let num = RoomNum(room);
    let event = hs.store.read(Side::Room(num), async move |tx| aside_store::events::at(tx, num, pos).await);
    if event.await?.is_some_and(|event| event.redacted_by.is_none()) {
        return Ok(Outcome::Done);
    }
    release(&hs, num, pos, UserNum(owner), &media).await?;
    Ok(Outcome::Done)
}

/// Deletes media that an event showed, those that nothing else shows and that their owner put there. Can be repeated.
pub(crate) async fn release(
    hs: &Homeserver,
    room: RoomNum,
    pos: i64,
    owner: UserNum,
    media: &[String],
) -> Result<()> {
    if media.is_empty() {
        return Ok(());
    }
    // What was said a moment ago may show it, too.
    search::catch_up(hs).await?;
    for media_id in media {
        let id = media_id.clone();
        let (found, elsewhere) = hs
            .store
            .write(Side::Named, async move |tx| {
                let elsewhere = store::delete_use(tx, &id, room, pos).await?;
                Ok((store::find(tx, &id).await?, elsewhere))
            })
            .await?;
        let Some(found) = found.filter(|found| found.user == owner && !elsewhere) else { continue };
        if !is_in_profile(hs, owner, media_id).await? {
            let hash = found.content.map(|content| content.hash);
            delete(hs, media_id, hash).await?;
        }
    }
    Ok(())
}

async fn is_in_profile(hs: &Homeserver, user: UserNum, media_id: &str) -> Result<bool> {
    let fields = hs.store.read(Side::User(user), async move |tx| profiles::list(tx, user).await).await?;
    Ok(fields.iter().any(|(_, value)| value.contains(media_id)))
}

/// Deletes what a URI stands for, and its content where no other URI stands for it.
async fn delete(hs: &Homeserver, media_id: &str, hash: Option<Vec<u8>>) -> Result<()> {
    if let Some(hash) = &hash {
        // Were the process to die after the row is gone, nothing else would know of the file.
        let at_ms = hs.clock.now_ms() + DROP_PATIENCE_MS;
        let (key, payload) = (ContentHash::from_bytes(hash)?.to_string(), json!(hash));
        jobs::schedule(hs, Job { kind: DROP, key, run_at_ms: at_ms, payload }).await?;
    }
    let id = media_id.to_owned();
    hs.store.write(Side::Named, async move |tx| store::delete(tx, &id).await).await?;
    match hash {
        Some(hash) => drop_file(hs, &hash).await,
        None => Ok(()),
    }
}

/// Deletes media of the server's own.
pub(crate) async fn discard(hs: &Homeserver, media_id: &str) -> Result<()> {
    let id = media_id.to_owned();
    let found = hs.store.read(Side::Named, async move |tx| store::find(tx, &id).await).await?;
    match found {
        Some(found) => delete(hs, media_id, found.content.map(|content| content.hash)).await,
        None => Ok(()),
    }
}

/// The job that deletes a content which no URI stands for.
pub(crate) const DROP: &str = "media.drop";
const DROP_PATIENCE_MS: i64 = 60_000;

pub(crate) async fn run_drop(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    drop_file(&hs, &job.payload_as::<Vec<u8>>()?).await?;
    Ok(Outcome::Done)
}

/// Deletes a content's file and then its row, unless a URI stands for it.
async fn drop_file(hs: &Homeserver, hash: &[u8]) -> Result<()> {
    let wanted = hash.to_vec();
    let references = hs.store.read(Side::Named, async move |tx| store::find_references(tx, &wanted).await);
    if references.await?.is_none_or(|references| references > 0) {
        return Ok(());
    }
    hs.media.files(&hs.settings).await?.delete(ContentHash::from_bytes(hash)?).await?;
    let gone = hash.to_vec();
    Ok(hs.store.write(Side::Named, async move |tx| store::delete_file(tx, &gone).await).await?)
}

/// The number of whoever sent an event.
pub(crate) async fn owner(hs: &Homeserver, sender: &str) -> Result<Option<UserNum>> {
    let Ok(user_id) = ruma::UserId::parse(sender) else { return Ok(None) };
    accounts::find_user_num(hs, &user_id).await
}
