//! Reading what was uploaded, and waiting for what was announced.

use std::ops::Range;
use std::time::Duration;

use ruma::ServerName;
use tokio::time::Instant;

use super::store::{ContentHash, ContentStream};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, timers};

/// The longest that a download waits for an announced upload.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// How often it looks by itself, because another process may have received the upload.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Something uploaded that may be read.
#[derive(Debug, Clone)]
pub struct Media {
    /// As the uploader called it, which need not be true.
    pub content_type: Option<String>,
    pub filename: Option<String>,
    pub size_bytes: u64,
    pub hash: ContentHash,
}

/// Finds media by its URI's parts. One whose upload was announced is waited for.
///
/// # Errors
/// [`Error::NotFound`] where nothing was uploaded or announced, or the announced upload is no longer waited for;
/// [`Error::NotYetUploaded`] where it didn't come in time.
pub async fn access(
    hs: &Homeserver,
    session: &Session,
    server_name: &ServerName,
    media_id: &str,
    timeout: Duration,
) -> Result<Media> {
    let deadline = Instant::now() + timeout.min(WAIT_MAX);
    loop {
        // Listening comes before reading, so that an upload in between is heard.
        let arrived = hs.media.arrived.notified();
        let found = super::find(hs, server_name, media_id).await?;
        if let Some(content) = found.content.clone() {
            timers::looked_at(hs, media_id, &found, session.user).await?;
            return Ok(Media {
                content_type: content.content_type,
                filename: content.filename,
                size_bytes: content.size_bytes.unsigned_abs(),
                hash: ContentHash::from_bytes(&content.hash)?,
            });
        }
        if found.unused_expires_ts.is_none_or(|expires_ts| expires_ts <= hs.clock.now_ms()) {
            return Err(Error::NotFound("media"));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || hs.shutdown.is_cancelled() {
            return Err(Error::NotYetUploaded);
        }
        tokio::select! {
            () = arrived => {}
            () = tokio::time::sleep(left.min(LOOK_EVERY)) => {}
            () = hs.shutdown.cancelled() => {}
        }
    }
}

/// Reads some bytes of a content.
///
/// # Errors
/// [`Error::NotFound`] where it has been deleted, [`Error::Internal`] where the store can't be reached.
pub async fn read(hs: &Homeserver, media: &Media, range: Range<u64>) -> Result<ContentStream> {
    hs.media.files(&hs.settings).await?.read(&media.hash.file(), range).await
}
