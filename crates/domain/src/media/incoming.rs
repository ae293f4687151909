//! Uploads on their way in: written to a temporary file and hashed as they come, never held in memory.

use std::fmt::Display;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aside_store::seal::Keyring;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};

use super::sealed::{Sealing, sealed_size};
use super::store::ContentHash;
use crate::{Error, Homeserver, Result};

/// Bytes that are gathered before they are hashed and written in one go.
const WRITE_BYTES: usize = 256 << 10;
/// How long an upload may pause.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// A file that has a name only for a while: it is deleted when this is dropped, unless it was moved away.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    path: PathBuf,
    name: String,
}

impl TemporaryFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        match std::fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "a temporary file can't be deleted"),
        }
    }
}

/// A temporary file that is being written.
pub(super) struct Incoming {
    file: File,
    name: TemporaryFile,
    hasher: Sha256,
    /// Where the operator wants files sealed.
    sealing: Option<Sealing>,
}

/// An upload that is complete, and on disk.
pub(super) struct Received {
    pub(super) file: TemporaryFile,
    pub(super) hash: ContentHash,
    pub(super) size_bytes: u64,
    /// What it takes on disk, which is more where it is sealed.
    pub(super) stored_bytes: u64,
}

impl Incoming {
    pub(super) fn into_parts(self) -> (File, TemporaryFile) {
        (self.file, self.name)
    }

    pub(super) fn create(
        directory: &Path,
        name: String,
        keyring: Option<&Keyring>,
    ) -> std::io::Result<Incoming> {
        let path = directory.join(&name);
        let open = || OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = match open() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
                open()?
            }
            opened => opened?,
        };
        let mut incoming =
            Incoming { file, name: TemporaryFile { path, name }, hasher: Sha256::new(), sealing: None };
        if let Some(keyring) = keyring {
            let begun = keyring.begin_file().ok_or_else(|| std::io::Error::other("no key can be made"));
            let (head, key) = begun?;
            incoming.file.write_all(&head)?;
            incoming.sealing = Some(Sealing::new(key));
        }
        Ok(incoming)
    }

    pub(super) fn append(mut self, bytes: &[u8]) -> std::io::Result<Incoming> {
        self.hasher.update(bytes);
        match &mut self.sealing {
            Some(sealing) => self.file.write_all(&sealing.push(bytes)?)?,
            None => self.file.write_all(bytes)?,
        }
        Ok(self)
    }

    pub(super) fn finish(mut self, size_bytes: u64) -> std::io::Result<Received> {
        let mut stored_bytes = size_bytes;
        if let Some(sealing) = self.sealing.take() {
            self.file.write_all(&sealing.finish()?)?;
            stored_bytes = sealed_size(size_bytes);
        }
        self.file.sync_all()?;
        let hash = ContentHash::new(self.hasher.finalize().into());
        Ok(Received { file: self.name, hash, size_bytes, stored_bytes })
    }
}

/// Creates a temporary file, sealed where there are keys, and its directory where that is missing.
pub(super) async fn create_file(
    directory: PathBuf,
    name: String,
    keyring: Option<Arc<Keyring>>,
) -> Result<Incoming> {
    off_the_async_threads(move || Incoming::create(&directory, name, keyring.as_deref())).await
}

/// Writes a stream to a temporary file.
///
/// # Errors
/// [`Error::TooLarge`] as soon as more has come than may be uploaded, [`Error::Invalid`] where the stream breaks off.
pub(super) async fn receive<S, E>(hs: &Homeserver, body: S) -> Result<Received>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Display,
{
    let mut body = pin!(body);
    let mut incoming =
        create_file(hs.media.incoming_dir.clone(), hs.random.text(32), hs.store.keyring().cloned()).await?;
    let (mut size_bytes, mut gathered) = (0, Vec::new());
    loop {
        let next = tokio::time::timeout(PAUSE_MAX, body.next()).await;
        let next = next.map_err(|_| Error::invalid("body", "the upload paused for too long"))?;
        let Some(bytes) = next else { break };
        let bytes =
            bytes.map_err(|error| Error::invalid("body", format!("the upload broke off: {error}")))?;
        size_bytes += bytes.len() as u64;
        check_size(hs, size_bytes)?;
        gathered.extend_from_slice(&bytes);
        if gathered.len() >= WRITE_BYTES {
            (incoming, gathered) = off_the_async_threads(move || {
                let incoming = incoming.append(&gathered)?;
                gathered.clear();
                Ok((incoming, gathered))
            })
            .await?;
        }
    }
    off_the_async_threads(move || incoming.append(&gathered)?.finish(size_bytes)).await
}

/// # Errors
/// [`Error::TooLarge`] where a file of this size may not be uploaded.
pub(super) fn check_size(hs: &Homeserver, size_bytes: u64) -> Result<()> {
    let max = hs.settings.max_upload_bytes;
    if size_bytes > max {
        return Err(Error::TooLarge(format!("files larger than {max} bytes can't be uploaded")));
    }
    Ok(())
}

/// Hashing and writing to a disk take too long for a thread that serves others meanwhile.
pub(super) async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}
