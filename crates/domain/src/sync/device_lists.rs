//! Whose devices changed, so that clients look at their keys again.

use ruma::api::client::sync::sync_events::DeviceLists;

use super::Window;
use crate::{Result, keys};

/// Where the device starts anew it has to look at everybody anyway.
pub(super) async fn collect(window: &Window<'_>) -> Result<DeviceLists> {
    if window.is_initial() || window.entries.is_empty() {
        return Ok(DeviceLists::new());
    }
    keys::between(window.hs, window.session.user, &window.entries).await
}
