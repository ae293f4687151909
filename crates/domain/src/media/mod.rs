//! The content repository: files that people send each other (specification, "Content repository").
//!
//! A content lies in the object store under its hash, once however often it is uploaded; the database says which
//! `mxc://` URI stands for which content. A content is kept before the database knows of it, so that an answered
//! upload can always be read; a process that dies in between leaves at most a file that nobody names.

mod download;
mod incoming;
mod picture;
mod release;
mod reseal;
mod sealed;
mod size;
mod store;
mod thumbnail;
mod upload;

use std::path::PathBuf;
use std::sync::Arc;

use aside_store::seal::Keyring;

use ruma::ServerName;
use tokio::sync::{Mutex, Notify, OnceCell, Semaphore};

pub use download::{Media, access, read};
pub(crate) use picture::shape;
pub(crate) use release::{
    DROP, RELEASE, discard, ids_in, owner, release, release_later, run_drop, run_release,
};
pub(crate) use reseal::reseal;
pub(crate) use size::size_in;
pub use store::{ContentHash, ContentStream};
pub use thumbnail::{Thumbnail, WantedThumbnail, thumbnail};
pub(crate) use upload::keep;
pub use upload::{Announced, Upload, announce, upload, upload_announced};

use crate::{Error, Homeserver, MediaStore, Result, Settings};

/// Pictures that are decoded at the same time; each may take hundreds of megabytes while it is.
const PICTURES_AT_ONCE: usize = 2;
/// Thumbnails that are looked after at the same time. More wait for one of these turns, the same one always for
/// the same turn.
const TURNS: usize = 64;

/// What the content repository keeps at hand.
pub(crate) struct Repository {
    keyring: Option<Arc<Keyring>>,
    /// Opened when it is first needed: a client of a remote store is not small.
    files: OnceCell<store::Files>,
    /// Uploads are written here while they come in.
    incoming_dir: PathBuf,
    /// Rung when an announced upload has come.
    arrived: Notify,
    /// Permits to decode a picture.
    pictures: Arc<Semaphore>,
    /// Whoever makes a thumbnail holds its turn, so that it is made once.
    turns: [Mutex<()>; TURNS],
}

impl Repository {
    pub(crate) fn new(settings: &Settings, keyring: Option<Arc<Keyring>>) -> Self {
        let incoming_dir = match &settings.media_store {
            // On the same file system, so that a finished upload only changes its name.
            MediaStore::Disk(directory) => directory.join(store::INCOMING),
            MediaStore::S3 { .. } => settings.data_dir.join(store::INCOMING),
        };
        Repository {
            keyring,
            files: OnceCell::new(),
            incoming_dir,
            arrived: Notify::new(),
            pictures: Arc::new(Semaphore::new(PICTURES_AT_ONCE)),
            turns: std::array::from_fn(|_| Mutex::new(())),
        }
    }

    /// Deletes what uploads left behind that a crash cut off. To be called before anything is uploaded.
    pub(crate) fn delete_leftovers(&self) {
        match std::fs::remove_dir_all(&self.incoming_dir) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "unfinished uploads can't be deleted"),
        }
    }

    async fn files(&self, settings: &Settings) -> Result<&store::Files> {
        self.files
            .get_or_try_init(async || store::Files::open(&settings.media_store, self.keyring.clone()))
            .await
    }
}

/// The row of a media id of this server. Other servers' media can't be reached, and an id that the specification
/// doesn't allow stands for nothing.
async fn find(
    hs: &Homeserver,
    server_name: &ServerName,
    media_id: &str,
) -> Result<aside_store::media::Media> {
    let unknown = Error::NotFound("media");
    if server_name != hs.server_name || !is_media_id(media_id) {
        return Err(unknown);
    }
    let media_id = media_id.to_owned();
    let found = hs
        .store
        .read(aside_store::Side::Named, async move |tx| aside_store::media::find(tx, &media_id).await)
        .await?;
    found.ok_or(unknown)
}

/// Specification, "Matrix Content (`mxc://`) URIs".
fn is_media_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.len() <= 255 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_ids_have_no_room_for_tricks() {
        for text in ["a", "AQwafuaFswefuhsfAFAgsw", "with-and_too"] {
            assert!(is_media_id(text), "{text}");
        }
        for text in ["", ".", "..", "../etc", "a/b", "a%2fb", "a.b", "ä", "a b", "a\0", &"a".repeat(256)] {
            assert!(!is_media_id(text), "{text}");
        }
    }
}
