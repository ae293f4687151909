//! Moving pictures to send, from a provider that the operator has chosen: one that answers like GIPHY's API, version 1.
//!
//! The server asks in place of its people, for what they look for and for the pictures themselves, so the provider learns that
//! somebody here looks for something, but not who. A picture that is chosen is sent like any other, by the client, and encrypted
//! where the conversation is.

mod answer;

use std::time::Duration;

use aside_outbound::{Answer, Url};
use bytes::Bytes;
use tokio::sync::Semaphore;

use self::answer::{Item, One, Page};
use crate::accounts::Session;
use crate::cache::Cache;
use crate::{Error, Homeserver, Limited, Result, media};

const QUERY_CHARS_MAX: usize = 100;
/// Pictures of one answer.
const PAGE: i64 = 24;
/// As far as providers go.
const FROM_MAX: i64 = 4_999;
const ANSWER_BYTES_MAX: usize = 1 << 20;
const PICTURE_BYTES_MAX: usize = 8 << 20;
/// Pictures that are fetched at the same time; a page of them comes at once, and whoever is too many waits for a while.
const AT_ONCE_MAX: usize = 6;
const PATIENCE: Duration = Duration::from_secs(20);
/// Pictures whose addresses are at hand. Of others, the provider is asked for them again.
const REMEMBERED: u64 = 10_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(3_600);
const JSON: &str = "application/json";
const IMAGES: &str = "image/webp, image/gif";
const SILENT: Error = Error::NoAnswer("the provider of moving pictures");

/// Where moving pictures come from.
#[derive(Clone, PartialEq, Eq)]
pub struct GifSettings {
    /// Such as `https://api.giphy.com`; the paths of the API come behind it.
    pub url: Url,
    /// What the provider knows this server by.
    pub key: String,
    /// `g`, `pg`, `pg-13` or `r`.
    pub rating: String,
}

impl GifSettings {
    /// Whether this is an address that can be asked.
    pub fn is_address(url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && url.has_host()
    }
}

impl std::fmt::Debug for GifSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GifSettings(hidden)")
    }
}

/// A moving picture that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gif {
    pub id: String,
    /// What it shows, for those who can't see it; may be empty.
    pub title: String,
    /// Of the whole picture, in pixels.
    pub width: u32,
    pub height: u32,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gifs {
    pub gifs: Vec<Gif>,
    /// Where the next part begins.
    pub next: Option<i64>,
    /// The provider's host, which has to be named beside its pictures.
    pub provider: String,
}

/// How large a moving picture is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// As it stands among others to choose from.
    Preview,
    /// As it is sent.
    Whole,
}

/// A moving picture itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Bytes,
}

#[derive(Clone)]
struct Addresses {
    preview: Url,
    whole: Url,
}

/// What is kept at hand for asking.
pub(crate) struct Asking {
    places: Semaphore,
    addresses: Cache<String, Addresses>,
}

impl Default for Asking {
    fn default() -> Self {
        let addresses = Cache::new(REMEMBERED).for_at_most(REMEMBERED_FOR);
        Asking { places: Semaphore::new(AT_ONCE_MAX), addresses }
    }
}

/// Looks for moving pictures; without words, for those that are liked now. `from` is what an earlier answer called `next`.
///
/// # Errors
/// [`Error::NotFound`] where the operator has chosen no provider, [`Error::Invalid`], [`Error::LimitExceeded`],
/// [`Error::NoAnswer`].
pub async fn search(hs: &Homeserver, session: &Session, query: &str, from: i64) -> Result<Gifs> {
    let settings = provider(hs)?;
    if query.chars().count() > QUERY_CHARS_MAX {
        return Err(Error::invalid("query", format!("longer than {QUERY_CHARS_MAX} characters")));
    }
    if !(0..=FROM_MAX).contains(&from) {
        return Err(Error::invalid("from", "not from an answer of this server"));
    }
    hs.limit(Limited::Preview, session.user_id.as_str())?;
    let (limit, offset) = (PAGE.to_string(), from.to_string());
    let mut parameters = vec![("limit", limit.as_str()), ("offset", &offset), ("rating", &settings.rating)];
    let query = query.trim();
    let path = if query.is_empty() { "trending" } else { "search" };
    if !query.is_empty() {
        parameters.push(("q", query));
    }
    let Page { data, pagination } = ask(hs, settings, path, &parameters).await?;
    let count = i64::try_from(data.len()).unwrap_or(0);
    let next = Some(from + count).filter(|next| count > 0 && *next < pagination.total_count.min(FROM_MAX));
    let gifs = data.into_iter().filter_map(|item| remember(hs, item)).collect();
    let provider = settings.url.host_str().unwrap_or_default().to_owned();
    Ok(Gifs { gifs, next, provider })
}

/// Fetches a moving picture.
///
/// # Errors
/// [`Error::NotFound`] where there is none of that id, [`Error::LimitExceeded`], [`Error::NoAnswer`].
pub async fn picture(hs: &Homeserver, session: &Session, id: &str, extent: Extent) -> Result<Picture> {
    let settings = provider(hs)?;
    if !is_id(id) {
        return Err(Error::NotFound("moving picture"));
    }
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let Ok(Ok(_place)) = tokio::time::timeout(PATIENCE, hs.gifs.places.acquire()).await else {
        return Err(Error::LimitExceeded { retry_after_ms: 10_000 });
    };
    let addresses = match hs.gifs.addresses.get(id) {
        Some(known) => known,
        None => {
            let One { data } = ask(hs, settings, id, &[]).await?;
            remember(hs, data);
            hs.gifs.addresses.get(id).ok_or(Error::NotFound("moving picture"))?
        }
    };
    let url = match extent {
        Extent::Preview => &addresses.preview,
        Extent::Whole => &addresses.whole,
    };
    let is_picture = |kind: Option<&str>| kind.is_some_and(|kind| kind.starts_with("image/"));
    let max_bytes = |kind: Option<&str>| if is_picture(kind) { PICTURE_BYTES_MAX } else { 0 };
    let answer = hs.outbound.get(url, IMAGES, max_bytes).await.ok().filter(Answer::is_success);
    let answer = answer.filter(|answer| !answer.is_cut).ok_or(SILENT)?;
    // What it is follows from its bytes, whatever the provider calls it.
    let shape = media::shape(&answer.body, hs.settings.max_pixels).ok_or(SILENT)?;
    Ok(Picture { content_type: shape.content_type, bytes: answer.body })
}

fn provider(hs: &Homeserver) -> Result<&GifSettings> {
    hs.settings.gifs.as_ref().ok_or(Error::NotFound("provider of moving pictures"))
}

/// An id becomes part of an address.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Notes where a picture is, for whoever wants it next.
fn remember(hs: &Homeserver, item: Item) -> Option<Gif> {
    let found = item.read().filter(|found| is_id(&found.gif.id))?;
    let addresses = Addresses { preview: found.preview, whole: found.whole };
    hs.gifs.addresses.insert(found.gif.id.clone(), addresses);
    Some(found.gif)
}

/// Asks the provider. Why it doesn't answer is for the log; the address holds the key, so it isn't named there.
async fn ask<T: serde::de::DeserializeOwned>(
    hs: &Homeserver,
    settings: &GifSettings,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<T> {
    let mut url = settings.url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(["v1", "gifs", path]);
    }
    url.query_pairs_mut().append_pair("api_key", &settings.key).extend_pairs(parameters);
    let answer = match hs.outbound.get(&url, JSON, |_| ANSWER_BYTES_MAX).await {
        Ok(answer) if answer.status == 404 => return Err(Error::NotFound("moving picture")),
        Ok(answer) if answer.is_success() => answer,
        Ok(answer) => {
            tracing::warn!(status = answer.status, "the provider of moving pictures refuses");
            return Err(SILENT);
        }
        Err(error) => {
            tracing::warn!(%error, "the provider of moving pictures doesn't answer");
            return Err(SILENT);
        }
    };
    serde_json::from_slice(&answer.body).map_err(|error| {
        tracing::warn!(%error, "the provider of moving pictures answers something else");
        SILENT
    })
}
