//! Sealing files anew.

use super::store::ContentHash;
use crate::{Homeserver, Result};

/// Seals a content with the current key, where it is plain or sealed with another.
pub(crate) async fn reseal(hs: &Homeserver, hash: &[u8]) -> Result<()> {
    let files = hs.media.files(&hs.settings).await?;
    files.reseal(ContentHash::from_bytes(hash)?, &hs.media.incoming_dir, &hs.random.text(32)).await
}
