use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::secret::{self, Secret};
use super::section::{Invalid, section};

/// What holds the bytes of uploaded files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    Disk,
    S3,
}

section! {
    /// Files that people send each other.
    pub struct Media {
        /// The largest file that may be uploaded, in bytes.
        pub max_upload_bytes: u64 = 100 * 1024 * 1024,

        /// The largest picture of which a thumbnail is made, in pixels. Larger ones are kept as they are.
        pub max_pixels: u64 = 32_000_000,

        /// Where the files are kept: "disk" (the folder media in the data folder) or "s3" (any S3-compatible
        /// store).
        pub store: StoreKind = StoreKind::Disk,

        /// The address of the S3-compatible store. Without it: Amazon's for the region.
        pub s3_endpoint: Option<String> = None => "https://s3.example.org",

        /// The bucket; it must exist.
        pub s3_bucket: Option<String> = None => "aside-media",

        /// The region of the bucket.
        pub s3_region: String = "us-east-1".to_owned(),

        /// The id of the access key.
        pub s3_access_key: Option<String> = None => "AKEXAMPLE",

        /// The secret half of the access key.
        pub s3_secret_key: Option<Secret> = None => "a long secret",

        /// A file that holds the secret half instead.
        pub s3_secret_key_file: Option<PathBuf> = None => "/run/secrets/aside-s3-secret-key",
    }
}

impl Media {
    pub fn read_secrets(&mut self) -> Result<(), Invalid> {
        secret::fill(
            &mut self.s3_secret_key,
            &mut self.s3_secret_key_file,
            ("s3_secret_key", "s3_secret_key_file"),
        )
    }

    pub fn validate(&self) -> Result<(), Invalid> {
        if self.max_upload_bytes == 0 {
            return Err(Invalid::new("max_upload_bytes", "leaves room for no file at all"));
        }
        if self.store == StoreKind::Disk {
            return Ok(());
        }
        let needed = [
            ("s3_bucket", self.s3_bucket.is_some()),
            ("s3_access_key", self.s3_access_key.is_some()),
            ("s3_secret_key", self.s3_secret_key.is_some()),
        ];
        match needed.iter().find(|(_, present)| !present) {
            Some((key, _)) => Err(Invalid::new("store", format!("needs media.{key} too"))),
            None => Ok(()),
        }
    }

    /// The address of the S3-compatible store.
    pub fn endpoint(&self) -> String {
        let amazon = || format!("https://s3.{}.amazonaws.com", self.s3_region);
        self.s3_endpoint.clone().unwrap_or_else(amazon)
    }
}
