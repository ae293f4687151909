//! Thumbnails: made when first asked for, once, and kept beside the contents.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use ruma::media::Method;

use super::download::Media;
use super::picture::{self, Frame};
use crate::accounts::Session;
use crate::{Error, Homeserver, Limited, Result};

/// Files larger than this get no thumbnail; decoders hold some of them in memory.
const SOURCE_BYTES_MAX: u64 = 64 << 20;
/// How long a thumbnail may wait for its turn, and for one of the permits to decode a picture.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// How long somebody waits for a thumbnail. It is made and kept all the same, for when they ask again.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// What was asked for, in pixels.
#[derive(Debug, Clone)]
pub struct WantedThumbnail {
    pub width: u64,
    pub height: u64,
    /// To scale, where nothing else was asked for.
    pub method: Option<Method>,
}

#[derive(Debug, Clone)]
pub struct Thumbnail {
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    pub bytes: Bytes,
}

/// Finds or makes a thumbnail. It may be larger than asked for, never larger than the picture.
///
/// # Errors
/// [`Error::Invalid`] for a size or method that makes no sense, [`Error::NoThumbnail`] where the content is not a
/// picture that can be read, [`Error::TooLarge`] where it has too many bytes or pixels, [`Error::LimitExceeded`] where
/// it takes long because many are being made.
pub async fn thumbnail(
    hs: &Arc<Homeserver>,
    session: &Session,
    media: &Media,
    wanted: WantedThumbnail,
) -> Result<Thumbnail> {
    let frame = frame(&wanted)?;
    let kept = media.hash.thumbnail(&frame.to_string());
    let files = hs.media.files(&hs.settings).await?;
    if let Some(bytes) = files.find_small(&kept).await? {
        return Ok(recognized(bytes));
    }
    if media.size_bytes > SOURCE_BYTES_MAX {
        return Err(Error::TooLarge("the file is too large for a thumbnail".into()));
    }
    hs.limit(Limited::Other, session.user_id.as_str())?;
    // A task of its own: who asked may go away, and will ask again.
    let made = tokio::spawn(make_once(Arc::clone(hs), media.clone(), kept, frame));
    let made = tokio::time::timeout(ANSWER_MAX, made).await.map_err(|_| busy())?;
    made.map_err(Error::internal)?
}

async fn make_once(hs: Arc<Homeserver>, media: Media, kept: Path, frame: Frame) -> Result<Thumbnail> {
    let turn = &hs.media.turns[media.hash.number_below(super::TURNS)];
    let _turn = tokio::time::timeout(WAIT_MAX, turn.lock()).await.map_err(|_| busy())?;
    let files = hs.media.files(&hs.settings).await?;
    // Somebody may have made it while this one waited.
    if let Some(bytes) = files.find_small(&kept).await? {
        return Ok(recognized(bytes));
    }
    let bytes = Bytes::from(make(&hs, &media, frame).await?);
    files.put_small(&kept, bytes.clone()).await?;
    Ok(recognized(bytes))
}

fn frame(wanted: &WantedThumbnail) -> Result<Frame> {
    let is_crop = match &wanted.method {
        None | Some(Method::Scale) => false,
        Some(Method::Crop) => true,
        Some(_) => return Err(Error::invalid("method", "neither crop nor scale")),
    };
    if wanted.width == 0 || wanted.height == 0 {
        return Err(Error::invalid("width, height", "a picture without pixels"));
    }
    Ok(Frame::rounded_up(wanted.width, wanted.height, is_crop))
}

async fn make(hs: &Homeserver, media: &Media, frame: Frame) -> Result<Vec<u8>> {
    let files = hs.media.files(&hs.settings).await?;
    let source = media.hash.file();
    // Most of what can't be thumbnailed, such as encrypted files, shows in its first bytes.
    let start = files.read(&source, 0..media.size_bytes.min(picture::START_BYTES)).await?;
    let start: Vec<Bytes> = start.try_collect().await.map_err(Error::internal)?;
    let Some(format) = picture::format(&start.concat()) else { return Err(Error::NoThumbnail) };
    let permit = Arc::clone(&hs.media.pictures).acquire_owned();
    let permit =
        tokio::time::timeout(WAIT_MAX, permit).await.map_err(|_| busy())?.map_err(Error::internal)?;
    let file = files.open_file(&source, &hs.media.incoming_dir, &hs.random.text(32)).await?;
    let max_pixels = hs.settings.max_pixels;
    let work = tokio::task::spawn_blocking(move || {
        // Held by the work itself, which can't be stopped.
        let _permit = permit;
        picture::thumbnail(file, format, frame, max_pixels)
    });
    // A decoder that panics has been given a picture that was made to trouble it.
    work.await.unwrap_or(Err(Error::NoThumbnail))
}

fn busy() -> Error {
    Error::LimitExceeded { retry_after_ms: 5_000 }
}

fn recognized(bytes: Bytes) -> Thumbnail {
    let is_png = picture::format(&bytes) == Some(image::ImageFormat::Png);
    Thumbnail { content_type: if is_png { "image/png" } else { "image/jpeg" }, bytes }
}
