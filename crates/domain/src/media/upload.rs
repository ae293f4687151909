//! Uploads: at once, or announced first, so that a message can be sent while its file is still on its way.

use std::fmt::Display;

use aside_store::media::Content;
use aside_store::{Durability, Side, media};
use bytes::Bytes;
use futures_util::Stream;
use ruma::{OwnedMxcUri, ServerName};

use super::incoming;
use crate::accounts::Session;
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// 190 bits, so that nobody finds a file by guessing.
const MEDIA_ID_LENGTH: usize = 32;
/// How long an announced upload is waited for (the specification recommends a day).
const UNUSED_LIFE_MS: i64 = 24 * 60 * 60 * 1000;
/// Announced uploads that a user may have still to make.
const PENDING_MAX: usize = 20;
/// Whose files the server's own are.
const NOBODY: UserNum = UserNum(0);
const FILENAME_BYTES_MAX: usize = 1024;
const CONTENT_TYPE_BYTES_MAX: usize = 255;

/// A file on its way in.
pub struct Upload<S> {
    pub content_type: Option<String>,
    pub filename: Option<String>,
    /// Where it is known beforehand, so that what is too large needn't come at all.
    pub size_bytes: Option<u64>,
    pub body: S,
}

/// A URI whose content is still to come.
#[derive(Debug)]
pub struct Announced {
    pub content_uri: OwnedMxcUri,
    /// Milliseconds since 1970.
    pub unused_expires_ts: i64,
}

/// Takes in a file and gives it a URI.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::LimitExceeded`], [`Error::Invalid`] where the stream breaks off or the name is too long.
pub async fn upload<S, E>(hs: &Homeserver, session: &Session, upload: Upload<S>) -> Result<OwnedMxcUri>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Display,
{
    hs.limit(Limited::Upload, session.user_id.as_str())?;
    let content = receive(hs, upload).await?;
    let media_id = hs.random.text(MEDIA_ID_LENGTH);
    let content_uri = uri(hs, &media_id);
    let (user, now) = (session.user, hs.clock.now_ms());
    hs.store
        .write(Side::Named, async move |tx| {
            media::insert(tx, &media_id, user, now, None).await?;
            media::fill(tx, &media_id, &content).await.map(drop)
        })
        .await?;
    Ok(content_uri)
}

/// Takes in a file that belongs to the server itself; answers its id and its URI.
///
/// # Errors
/// [`Error::TooLarge`].
pub(crate) async fn keep(hs: &Homeserver, content_type: &str, bytes: Bytes) -> Result<(String, OwnedMxcUri)> {
    let body = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    let upload =
        Upload { content_type: Some(content_type.to_owned()), filename: None, size_bytes: None, body };
    let content = receive(hs, upload).await?;
    let (media_id, now) = (hs.random.text(MEDIA_ID_LENGTH), hs.clock.now_ms());
    let kept = (media_id.clone(), uri(hs, &media_id));
    hs.store
        .write(Side::Named, async move |tx| {
            media::insert(tx, &media_id, NOBODY, now, None).await?;
            media::fill(tx, &media_id, &content).await.map(drop)
        })
        .await?;
    Ok(kept)
}

/// Gives out a URI whose content will be uploaded later.
///
/// # Errors
/// [`Error::LimitExceeded`] where the user has too many uploads still to make.
pub async fn announce(hs: &Homeserver, session: &Session) -> Result<Announced> {
    hs.limit(Limited::Upload, session.user_id.as_str())?;
    let (user, now) = (session.user, hs.clock.now_ms());
    let media_id = hs.random.text(MEDIA_ID_LENGTH);
    let announced = Announced { content_uri: uri(hs, &media_id), unused_expires_ts: now + UNUSED_LIFE_MS };
    let (id, expires_ts) = (media_id.clone(), announced.unused_expires_ts);
    let (expired, waiting) = hs
        .store
        .write(Side::User(user), async move |tx| {
            let pending = media::list_pending(tx, user).await?;
            let (expired, waiting): (Vec<_>, Vec<_>) =
                pending.into_iter().partition(|(_, expires_ts)| *expires_ts <= now);
            for (expired, _) in &expired {
                media::delete_pending(tx, user, expired).await?;
            }
            if waiting.len() < PENDING_MAX {
                media::insert_pending(tx, user, &id, expires_ts).await?;
            }
            Ok((expired, waiting))
        })
        .await?;
    let is_refused = waiting.len() >= PENDING_MAX;
    hs.store
        .write(Side::Named, async move |tx| {
            for (expired, _) in &expired {
                media::delete_empty(tx, expired).await?;
            }
            if !is_refused {
                media::insert(tx, &media_id, user, now, Some(expires_ts)).await?;
            }
            Ok(())
        })
        .await?;
    if is_refused {
        let earliest = waiting.iter().map(|(_, expires_ts)| *expires_ts).min().unwrap_or(now);
        return Err(Error::LimitExceeded { retry_after_ms: (earliest - now).unsigned_abs() });
    }
    Ok(announced)
}

/// Takes in the file of an announced upload.
///
/// # Errors
/// As [`upload`]; [`Error::NotFound`] where it wasn't announced or is no longer waited for, [`Error::Forbidden`] where
/// somebody else announced it, [`Error::Taken`] where it has come already.
pub async fn upload_announced<S, E>(
    hs: &Homeserver,
    session: &Session,
    server_name: &ServerName,
    media_id: &str,
    upload: Upload<S>,
) -> Result<()>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Display,
{
    hs.limit(Limited::Upload, session.user_id.as_str())?;
    let announced = super::find(hs, server_name, media_id).await?;
    let has_come = Error::Taken { what: "media" };
    if announced.user != session.user {
        return Err(Error::forbidden("Somebody else announced this upload."));
    }
    if announced.content.is_some() {
        return Err(has_come);
    }
    if announced.unused_expires_ts.is_some_and(|expires_ts| expires_ts <= hs.clock.now_ms()) {
        return Err(Error::NotFound("media"));
    }
    let content = receive(hs, upload).await?;
    let (id, user) = (media_id.to_owned(), session.user);
    if !hs.store.write(Side::Named, async move |tx| media::fill(tx, &id, &content).await).await? {
        return Err(has_come);
    }
    hs.media.arrived.notify_waiters();
    // Were this row lost, it would count until it expires.
    let id = media_id.to_owned();
    let made = async move |tx: &aside_store::Tx<'_>| media::delete_pending(tx, user, &id).await;
    Ok(hs.store.write_with(Durability::Repairable, Side::User(user), made).await?)
}

/// Takes in a file and keeps it; nothing names it yet.
async fn receive<S, E>(hs: &Homeserver, upload: Upload<S>) -> Result<Content>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Display,
{
    if upload.filename.as_ref().is_some_and(|name| name.len() > FILENAME_BYTES_MAX) {
        return Err(Error::invalid("filename", format!("longer than {FILENAME_BYTES_MAX} bytes")));
    }
    incoming::check_size(hs, upload.size_bytes.unwrap_or_default())?;
    let received = incoming::receive(hs, upload.body).await?;
    hs.media.files(&hs.settings).await?.keep(&received).await?;
    Ok(Content {
        hash: received.hash.to_vec(),
        size_bytes: i64::try_from(received.size_bytes).map_err(Error::internal)?,
        content_type: upload.content_type.filter(|text| is_content_type(text)),
        filename: upload.filename.filter(|name| !name.is_empty()),
    })
}

/// Whether it has the form `type/subtype`, perhaps with parameters; anything else is served as a file of unknown type.
fn is_content_type(text: &str) -> bool {
    let is_token = |part: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !part.is_empty() && part.bytes().all(is_allowed)
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    text.len() <= CONTENT_TYPE_BYTES_MAX
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn uri(hs: &Homeserver, media_id: &str) -> OwnedMxcUri {
    format!("mxc://{}/{media_id}", hs.server_name).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_taken_as_they_are_or_not_at_all() {
        for text in ["image/png", "text/plain; charset=utf-8", "application/vnd.ms-excel", "image/svg+xml"] {
            assert!(is_content_type(text), "{text}");
        }
        for text in
            ["", "png", "/", "image/", "text/html\r\nx: y", "text/ht ml", "bild/ä", &"a/b".repeat(100)]
        {
            assert!(!is_content_type(text), "{text}");
        }
    }
}
