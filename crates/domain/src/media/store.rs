//! Where contents lie: in a folder or in an S3-compatible store, each under its hash.

use std::fmt;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

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

use super::incoming::{Received, create_file};
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

/// A content, or a part of it, piece by piece.
pub type ContentStream = BoxStream<'static, io::Result<Bytes>>;

pub(super) struct Files {
    objects: Arc<dyn ObjectStore>,
    is_disk: bool,
}

impl Files {
    pub(super) fn open(store: &MediaStore) -> Result<Files> {
        match store {
            MediaStore::Disk(directory) => {
                std::fs::create_dir_all(directory)
                    .map_err(|error| Error::Internal(format!("{}: {error}", directory.display())))?;
                let disk = LocalFileSystem::new_with_prefix(directory).map_err(Error::internal)?;
                Ok(Files { objects: Arc::new(disk.with_fsync(true)), is_disk: true })
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
                Ok(Files { objects: Arc::new(s3), is_disk: false })
            }
        }
    }

    /// Keeps a received upload under its hash, unless there is such a content already.
    pub(super) async fn keep(&self, received: &Received) -> Result<()> {
        let to = received.hash.file();
        match self.objects.head(&to).await {
            Ok(found) if found.size == received.size_bytes => return Ok(()),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(Error::internal(error)),
        }
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

    /// Reads some bytes of a file.
    ///
    /// # Errors
    /// [`Error::Internal`] where it isn't there or the store can't be reached.
    pub(super) async fn read(&self, from: &Path, range: Range<u64>) -> Result<ContentStream> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
        match self.objects.get_opts(from, options).await.map_err(Error::internal)?.payload {
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
        match self.objects.get(from).await.map_err(Error::internal)?.payload {
            GetResultPayload::File(file, _) => Ok(file),
            GetResultPayload::Stream(mut stream) => {
                let copy = create_file(directory.to_owned(), name.to_owned()).await?;
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

    /// The whole of a small file; `None` where there is no such file.
    pub(super) async fn find_small(&self, from: &Path) -> Result<Option<Bytes>> {
        match self.objects.get(from).await {
            Ok(found) => found.bytes().await.map(Some).map_err(Error::internal),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Deletes a content and its thumbnails. That they are not there is as good.
    pub(super) async fn delete(&self, hash: ContentHash) -> Result<()> {
        let thumbnails: Vec<Path> = self
            .objects
            .list(Some(&hash.path_in("thumbnails")))
            .map_ok(|found| found.location)
            .try_collect()
            .await
            .map_err(Error::internal)?;
        for path in thumbnails.into_iter().chain([hash.file()]) {
            match self.objects.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(Error::internal(error)),
            }
        }
        Ok(())
    }

    pub(super) async fn put_small(&self, to: &Path, bytes: Bytes) -> Result<()> {
        self.objects.put(to, PutPayload::from_bytes(bytes)).await.map(drop).map_err(Error::internal)
    }
}
