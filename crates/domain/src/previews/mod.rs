//! Link previews: what a page that somebody links to says of itself (specification, "GET /media/preview_url").
//!
//! The server asks the page in place of its people, so that the page learns nothing of them. What it found is kept for a day
//! under a hash of the address, with the page's picture as media of this server.

mod page;
mod text;

use std::sync::Arc;
use std::time::Duration;

use aside_outbound::{Answer, Url};
use aside_store::Side;
use aside_store::previews::{self as store, Preview};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};
use tokio::sync::{Mutex, Semaphore};

use self::page::Page;
use crate::accounts::Session;
use crate::jobs::Outcome;
use crate::{Error, Homeserver, Limited, Result, media};

const URL_BYTES_MAX: usize = 2_048;
/// Of a page as much is read; what a page says of itself stands at its beginning.
const PAGE_BYTES_MAX: usize = 512 << 10;
const IMAGE_BYTES_MAX: usize = 4 << 20;
/// Pages that are asked at the same time. Whoever comes when there are more waits for a while.
const AT_ONCE_MAX: usize = 8;
const PATIENCE: Duration = Duration::from_secs(10);
/// Whoever asks for the same page waits for the same turn, so that it is asked once.
const TURNS: usize = 64;
/// How long a preview is good.
const LIFE_MS: i64 = 24 * 3_600_000;
/// How long a page that could not be read isn't asked again.
const FAILED_LIFE_MS: i64 = 10 * 60_000;
/// Previews that are kept; the oldest beyond them go.
const KEPT_MAX: i64 = 10_000;
const ACCEPT: &str = "text/html, application/xhtml+xml;q=0.9, image/*;q=0.8";
const IMAGES: &str = "image/webp, image/png, image/jpeg, image/gif";

/// The job that deletes previews whose time is over.
pub(crate) const TRIM: &str = "previews.trim";
const TRIM_EVERY_MS: i64 = 10 * 60_000;
/// Previews that are deleted together.
const TOGETHER_MAX: i64 = 200;

/// What is kept at hand for asking.
pub(crate) struct Asking {
    places: Semaphore,
    turns: [Mutex<()>; TURNS],
}

impl Default for Asking {
    fn default() -> Self {
        Asking { places: Semaphore::new(AT_ONCE_MAX), turns: std::array::from_fn(|_| Mutex::new(())) }
    }
}

/// What is known of the page at an address, in the words of Open Graph; nothing where nothing can be said of it.
///
/// # Errors
/// [`Error::Invalid`] where it is not the address of a page, [`Error::LimitExceeded`].
pub async fn preview(hs: &Homeserver, session: &Session, url: &str) -> Result<Value> {
    let mut url = Url::parse(url).map_err(|_| Error::invalid("url", "not an address"))?;
    if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > URL_BYTES_MAX {
        return Err(Error::invalid("url", "not the address of a page"));
    }
    if !hs.settings.previews {
        return Ok(json!({}));
    }
    hs.limit(Limited::Preview, session.user_id.as_str())?;
    url.set_fragment(None);
    let hash = digest(&SHA256, url.as_str().as_bytes()).as_ref().to_vec();
    if let Some(known) = find(hs, &hash).await? {
        return Ok(known);
    }
    let _turn = hs.asking.turns[usize::from(hash[0]) % TURNS].lock().await;
    if let Some(known) = find(hs, &hash).await? {
        return Ok(known);
    }
    let Ok(Ok(_place)) = tokio::time::timeout(PATIENCE, hs.asking.places.acquire()).await else {
        return Err(Error::LimitExceeded { retry_after_ms: 10_000 });
    };
    let found = ask(hs, &url).await;
    keep(hs, hash, found).await
}

async fn find(hs: &Homeserver, hash: &[u8]) -> Result<Option<Value>> {
    let (hash, now_ms) = (hash.to_vec(), hs.clock.now_ms());
    let found = hs.store.read(Side::Named, async move |tx| store::find(tx, &hash, now_ms).await).await?;
    found.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
}

/// What a page says, and the media id of its picture.
#[derive(Default)]
struct Found {
    fields: Map<String, Value>,
    media_id: Option<String>,
}

/// Asks a page. Why nothing can be said of one is nobody's business: it would tell what can be reached from here.
async fn ask(hs: &Homeserver, url: &Url) -> Option<Found> {
    let max_bytes = |content_type: Option<&str>| match content_type {
        Some(kind) if is_html(kind) => PAGE_BYTES_MAX,
        Some(kind) if kind.starts_with("image/") => IMAGE_BYTES_MAX,
        _ => 0,
    };
    let answer = hs.outbound.get(url, ACCEPT, max_bytes).await.ok().filter(Answer::is_success)?;
    let mut found = Found::default();
    if answer.content_type().is_some_and(is_html) {
        let (body, content_type) = (answer.body.clone(), answer.content_type().map(str::to_owned));
        let base = answer.url.clone();
        let read = move || page::read(&text::decode(&body, content_type.as_deref()), &base);
        let page = tokio::task::spawn_blocking(read).await.ok()?;
        let image = page.image.clone();
        describe(&mut found, page, &answer.url)?;
        if let Some(image) = image {
            add_image(hs, &mut found, ask_image(hs, &image).await).await;
        }
    } else {
        add_image(hs, &mut found, Some(answer)).await;
    }
    (!found.fields.is_empty()).then_some(found)
}

fn is_html(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "text/html" | "application/xhtml+xml")
}

/// `None` where the page doesn't even have a title.
fn describe(found: &mut Found, page: Page, url: &Url) -> Option<()> {
    let Page { title, description, site_name, kind, .. } = page;
    let fields = [
        ("og:title", Some(title?)),
        ("og:description", description),
        ("og:site_name", site_name),
        ("og:type", kind),
        // Where the page was found, whatever it says: a preview must not show another address than it leads to.
        ("og:url", Some(url.to_string())),
    ];
    let present = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::String(text?))));
    found.fields.extend(present);
    Some(())
}

async fn ask_image(hs: &Homeserver, url: &Url) -> Option<Answer> {
    let max_bytes = |content_type: Option<&str>| {
        if content_type.is_some_and(|kind| kind.starts_with("image/")) { IMAGE_BYTES_MAX } else { 0 }
    };
    hs.outbound.get(url, IMAGES, max_bytes).await.ok().filter(Answer::is_success)
}

/// Keeps a picture as media of this server, where it is one that can be shown.
async fn add_image(hs: &Homeserver, found: &mut Found, answer: Option<Answer>) {
    let Some(answer) = answer.filter(|answer| !answer.is_cut) else { return };
    let Some(shape) = media::shape(&answer.body, hs.settings.max_pixels) else { return };
    let size = answer.body.len();
    match media::keep(hs, shape.content_type, answer.body).await {
        Ok((media_id, content_uri)) => {
            found.fields.insert("og:image".into(), json!(content_uri));
            found.fields.insert("og:image:type".into(), json!(shape.content_type));
            found.fields.insert("og:image:width".into(), json!(shape.width));
            found.fields.insert("og:image:height".into(), json!(shape.height));
            found.fields.insert("matrix:image:size".into(), json!(size));
            found.media_id = Some(media_id);
        }
        Err(error) => tracing::warn!(%error, "the picture of a page can't be kept"),
    }
}

async fn keep(hs: &Homeserver, hash: Vec<u8>, found: Option<Found>) -> Result<Value> {
    let life_ms = if found.is_some() { LIFE_MS } else { FAILED_LIFE_MS };
    let Found { fields, media_id } = found.unwrap_or_default();
    let answer = Value::Object(fields);
    let preview = Preview { answer: answer.to_string(), media_id, expires_ts: hs.clock.now_ms() + life_ms };
    // What was there before is over, and its picture goes with it.
    let replaced = hs
        .store
        .write(Side::Named, async move |tx| {
            let replaced = store::find_media(tx, &hash).await?;
            store::put(tx, &hash, &preview).await?;
            Ok(replaced)
        })
        .await?;
    if let Some(media_id) = replaced {
        media::discard(hs, &media_id).await?;
    }
    Ok(answer)
}

/// Does the job.
pub(crate) async fn run_trim(hs: Arc<Homeserver>) -> Result<Outcome> {
    let now_ms = hs.clock.now_ms();
    let over = hs
        .store
        .read(Side::Sweep, async move |tx| {
            let beyond = store::find_beyond(tx, KEPT_MAX).await?;
            store::list_expired(tx, now_ms.max(beyond.unwrap_or(0)), TOGETHER_MAX).await
        })
        .await?;
    let is_all = (over.len() as i64) < TOGETHER_MAX;
    for (hash, media_id) in over {
        if let Some(media_id) = media_id {
            media::discard(&hs, &media_id).await?;
        }
        hs.store.write(Side::Named, async move |tx| store::delete(tx, &hash).await).await?;
    }
    Ok(Outcome::Again { at_ms: if is_all { now_ms + TRIM_EVERY_MS } else { now_ms } })
}
