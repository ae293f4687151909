//! Where contents lie: in a folder or in an S3-compatible store, each under its hash.

use std::fmt;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use aside_store::seal::{FILE_HEAD_BYTES, FileKey, Keyring, key_of_file};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    ClientOptions, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::incoming::{Received, create_file, off_the_async_threads};
use super::sealed;
use crate::{Error, MediaStore, Result};

/// The folder of uploads that are still coming in.
pub(super) const INCOMING: &str = "incoming";
/// What is read from a disk in one go.
const READ_BYTES: usize = 128 << 10;
/// What is sent to a remote store in one go; the smallest part that S3 allows.
const PART_BYTES: usize = 5 << 20;
/// How long a remote store may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// SHA-256 of a content; shown in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    pub(super) fn new(hash: [u8; 32]) -> Self {
        ContentHash(hash)
    }

    /// # Errors
    /// [`Error::Internal`] where the bytes are too few or too many.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(ContentHash).map_err(Error::internal)
    }

    pub(super) fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// One of `count` numbers, always the same for the same content.
    pub(super) fn number_below(self, count: usize) -> usize {
        usize::from(self.0[0]) % count
    }

    pub(super) fn file(self) -> Path {
        self.path_in("files")
    }

    /// Where a thumbnail of this content lies.
    pub(super) fn thumbnail(self, name: &str) -> Path {
        self.path_in("thumbnails").join(name)
    }

    fn path_in(self, folder: &str) -> Path {
        let [first, second, ..] = self.0;
        Path::from(format!("{folder}/{first:02x}/{second:02x}/{self}"))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A file that is gone was deleted with the last message that showed it, a moment after somebody began to ask for it.
fn missing(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotFound("media"),
        error => Error::internal(error),
    }
}

/// A content, or a part of it, piece by piece.
pub type ContentStream = BoxStream<'static, io::Result<Bytes>>;

pub(super) struct Files {
    objects: Arc<dyn ObjectStore>,
    is_disk: bool,
    keyring: Option<Arc<Keyring>>,
}

/// A file as it lies in the store.
struct Stored {
    size_bytes: u64,
    /// Where it is sealed.
    key: Option<FileKey>,
}

impl Files {
    pub(super) fn open(store: &MediaStore, keyring: Option<Arc<Keyring>>) -> Result<Files> {
        match store {
            MediaStore::Disk(directory) => {
                std::fs::create_dir_all(directory)
                    .map_err(|error| Error::Internal(format!("{}: {error}", directory.display())))?;
                let disk = LocalFileSystem::new_with_prefix(directory).map_err(Error::internal)?;
                Ok(Files { objects: Arc::new(disk.with_fsync(true)), is_disk: true, keyring })
            }
            MediaStore::S3 { endpoint, bucket, region, access_key, secret_key } => {
                // A large file may take long in all, so only silence ends a request.
                let client = ClientOptions::new()
                    .with_allow_http(endpoint.starts_with("http://"))
                    .with_timeout_disabled()
                    .with_read_timeout(SILENCE_MAX);
                let retry =
                    RetryConfig { max_retries: 3, retry_timeout: SILENCE_MAX, ..RetryConfig::default() };
                let s3 = AmazonS3Builder::new()
                    .with_endpoint(endpoint)
                    .with_bucket_name(bucket)
                    .with_region(region)
                    .with_access_key_id(access_key)
                    .with_secret_access_key(secret_key)
                    .with_virtual_hosted_style_request(false)
                    .with_client_options(client)
                    .with_retry(retry)
                    .build()
                    .map_err(Error::internal)?;
                Ok(Files { objects: Arc::new(s3), is_disk: false, keyring })
            }
        }
    }

    /// Keeps a received upload under its hash, unless there is such a content already.
    pub(super) async fn keep(&self, received: &Received) -> Result<()> {
        let to = received.hash.file();
        match self.objects.head(&to).await {
            Ok(found) if found.size == received.stored_bytes => return Ok(()),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(Error::internal(error)),
        }
        self.put(received).await
    }

    /// Puts a received upload in its place, whatever is there.
    async fn put(&self, received: &Received) -> Result<()> {
        let to = received.hash.file();
        if self.is_disk {
            let from = Path::from(INCOMING).join(received.file.name());
            return self.objects.rename(&from, &to).await.map_err(Error::internal);
        }
        let file = tokio::fs::File::open(received.file.path()).await.map_err(Error::internal)?;
        let mut reader = tokio::io::BufReader::with_capacity(READ_BYTES, file);
        let mut writer =
            BufWriter::with_capacity(Arc::clone(&self.objects), to, PART_BYTES).with_max_concurrency(1);
        let copied = match tokio::io::copy_buf(&mut reader, &mut writer).await {
            Ok(_) => tokio::io::AsyncWriteExt::shutdown(&mut writer).await,
            Err(error) => Err(error),
        };
        if let Err(error) = copied {
            // What has been sent would take room in the store for ever.
            if let Err(error) = writer.abort().await {
                tracing::warn!(%error, "an upload to the object store can't be taken back");
            }
            return Err(Error::internal(error));
        }
        Ok(())
    }

    /// Reads some bytes of a content.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it isn't there, [`Error::Internal`] where it can't be opened or the store can't be reached.
    pub(super) async fn read(&self, from: &Path, range: Range<u64>) -> Result<ContentStream> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        match self.look_at(from).await? {
            Some(Stored { size_bytes, key: Some(key) }) => {
                let (span, first) = sealed::span(&range, size_bytes);
                let stored = self.read_stored(from, span).await?;
                Ok(sealed::open(stored, key, first, range, size_bytes))
            }
            _ => self.read_stored(from, range).await,
        }
    }

    /// Whether a file is sealed; `None` where nothing is.
    async fn look_at(&self, path: &Path) -> Result<Option<Stored>> {
        let Some(keyring) = &self.keyring else { return Ok(None) };
        let options = GetOptions { range: Some((0..FILE_HEAD_BYTES as u64).into()), ..GetOptions::default() };
        let found = self.objects.get_opts(path, options).await.map_err(missing)?;
        let size_bytes = found.meta.size;
        let head = found.bytes().await.map_err(Error::internal)?;
        Ok(Some(Stored { size_bytes, key: keyring.open_file(&head)? }))
    }

    /// Seals a content with the current key, where it isn't.
    pub(super) async fn reseal(&self, hash: ContentHash, directory: &FilePath, name: &str) -> Result<()> {
        let Some(keyring) = &self.keyring else { return Ok(()) };
        let path = hash.file();
        let options = GetOptions { range: Some((0..FILE_HEAD_BYTES as u64).into()), ..GetOptions::default() };
        let found = match self.objects.get_opts(&path, options).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(Error::internal(error)),
        };
        let stored_bytes = found.meta.size;
        let head = found.bytes().await.map_err(Error::internal)?;
        let size_bytes = match key_of_file(&head) {
            Some(id) if id == keyring.current() => return Ok(()),
            Some(_) => sealed::plain_size(stored_bytes),
            None => stored_bytes,
        };
        let mut incoming =
            create_file(directory.to_owned(), name.to_owned(), Some(Arc::clone(keyring))).await?;
        let mut content = self.read(&path, 0..size_bytes).await?;
        while let Some(bytes) = content.try_next().await.map_err(Error::internal)? {
            incoming = off_the_async_threads(move || incoming.append(&bytes)).await?;
        }
        let received = off_the_async_threads(move || incoming.finish(size_bytes)).await?;
        if received.hash != hash {
            return Err(Error::Internal(format!("the file {hash} is damaged")));
        }
        self.delete_thumbnails(hash).await?;
        self.put(&received).await
    }

    async fn read_stored(&self, from: &Path, range: Range<u64>) -> Result<ContentStream> {
        let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
        match self.objects.get_opts(from, options).await.map_err(missing)?.payload {
            GetResultPayload::File(file, _) => {
                let mut file = tokio::fs::File::from_std(file);
                file.seek(SeekFrom::Start(range.start)).await.map_err(Error::internal)?;
                let part = file.take(range.end - range.start);
                Ok(ReaderStream::with_capacity(part, READ_BYTES).boxed())
            }
            GetResultPayload::Stream(stream) => Ok(stream.map_err(io::Error::other).boxed()),
        }
    }

    /// Opens a file of the store as one that can be sought in; a remote one is copied into `directory` first,
    /// where it has no name and is gone when it is closed.
    pub(super) async fn open_file(
        &self,
        from: &Path,
        directory: &FilePath,
        name: &str,
    ) -> Result<std::fs::File> {
        if let Some(Stored { size_bytes, key: Some(_) }) = self.look_at(from).await? {
            return self.open_in_memory(from, sealed::plain_size(size_bytes)).await;
        }
        match self.objects.get(from).await.map_err(Error::internal)?.payload {
            GetResultPayload::File(file, _) => Ok(file),
            GetResultPayload::Stream(mut stream) => {
                let copy = create_file(directory.to_owned(), name.to_owned(), None).await?;
                let (copy, nameless) = copy.into_parts();
                drop(nameless);
                let mut copy = tokio::fs::File::from_std(copy);
                while let Some(piece) = stream.try_next().await.map_err(Error::internal)? {
                    tokio::io::AsyncWriteExt::write_all(&mut copy, &piece).await.map_err(Error::internal)?;
                }
                copy.rewind().await.map_err(Error::internal)?;
                Ok(copy.into_std().await)
            }
        }
    }

    /// What is sealed on disk is not written there to be looked at.
    async fn open_in_memory(&self, from: &Path, size_bytes: u64) -> Result<std::fs::File> {
        use rustix::fs::{MemfdFlags, memfd_create};
        let memory = memfd_create("aside-picture", MemfdFlags::CLOEXEC).map_err(Error::internal)?;
        let mut file = tokio::fs::File::from_std(std::fs::File::from(memory));
        let mut content = self.read(from, 0..size_bytes).await?;
        while let Some(piece) = content.try_next().await.map_err(Error::internal)? {
            tokio::io::AsyncWriteExt::write_all(&mut file, &piece).await.map_err(Error::internal)?;
        }
        tokio::io::AsyncWriteExt::flush(&mut file).await.map_err(Error::internal)?;
        file.rewind().await.map_err(Error::internal)?;
        Ok(file.into_std().await)
    }

    /// The whole of a small file; `None` where there is no such file.
    pub(super) async fn find_small(&self, from: &Path) -> Result<Option<Bytes>> {
        let found = match self.objects.get(from).await {
            Ok(found) => found.bytes().await.map_err(Error::internal)?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(Error::internal(error)),
        };
        let Some(keyring) = self.keyring.as_ref().filter(|_| key_of_file(&found).is_some()) else {
            return Ok(Some(found));
        };
        let Some(key) = keyring.open_file(&found)? else { return Ok(Some(found)) };
        let stored_bytes = found.len() as u64;
        let part = 0..sealed::plain_size(stored_bytes);
        let (span, first) = sealed::span(&part, stored_bytes);
        let start = usize::try_from(span.start).map_err(Error::internal)?;
        let stored = futures_util::stream::iter([Ok(found.slice(start..))]);
        let opened: Vec<Bytes> = sealed::open(stored, key, first, part, stored_bytes)
            .try_collect()
            .await
            .map_err(Error::internal)?;
        Ok(Some(opened.concat().into()))
    }

    /// Deletes a content and its thumbnails. That they are not there is as good.
    pub(super) async fn delete(&self, hash: ContentHash) -> Result<()> {
        self.delete_thumbnails(hash).await?;
        self.delete_path(&hash.file()).await
    }

    async fn delete_path(&self, path: &Path) -> Result<()> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    async fn delete_thumbnails(&self, hash: ContentHash) -> Result<()> {
        let thumbnails: Vec<Path> = self
            .objects
            .list(Some(&hash.path_in("thumbnails")))
            .map_ok(|found| found.location)
            .try_collect()
            .await
            .map_err(Error::internal)?;
        for path in &thumbnails {
            self.delete_path(path).await?;
        }
        Ok(())
    }

    pub(super) async fn put_small(&self, to: &Path, bytes: Bytes) -> Result<()> {
        let bytes = match self.keyring.as_ref().and_then(|keyring| keyring.begin_file()) {
            Some((head, key)) => sealed::seal_all(&head, key, &bytes).map_err(Error::internal)?,
            None => bytes,
        };
        self.objects.put(to, PutPayload::from_bytes(bytes)).await.map(drop).map_err(Error::internal)
    }
}
