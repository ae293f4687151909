//! How large the files of a message are, whatever the message says.

use aside_store::{Side, media as store};
use serde_json::Value;

use super::release::ids_of;
use crate::{Error, Homeserver, Result};

/// The size of the largest file of this server that a content shows, in bytes; 0 where there is none.
///
/// # Errors
/// [`Error::Refused`] where a file was announced and has not come yet, so that nobody knows how large it will be.
pub(crate) async fn size_in(hs: &Homeserver, content: &str) -> Result<i64> {
    let Ok(content) = serde_json::from_str::<Value>(content) else { return Ok(0) };
    let mut largest = 0;
    for media_id in ids_of(hs, &content) {
        let found = hs.store.read(Side::Named, async move |tx| store::find(tx, &media_id).await).await?;
        let Some(media) = found else { continue };
        let content = media.content.ok_or_else(|| {
            Error::Refused("Send a file once it is uploaded: its size is limited here.".into())
        })?;
        largest = largest.max(content.size_bytes);
    }
    Ok(largest)
}
