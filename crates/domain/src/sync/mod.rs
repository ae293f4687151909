//! Sync: bringing a device what is new for its user since it last asked (specification, 10.4 Syncing).
//!
//! One range of the user's queue says what is new; a collector per section of the answer reads it. Nothing here looks at
//! rooms that have no news, so the cost doesn't depend on how many rooms a user has.

mod account_data;
mod device_lists;
mod ephemeral;
mod filters;
mod receipts;
mod rooms;
mod state;
mod summary;
mod timeline;
mod to_device;
mod trim;
mod unread;
mod window;

use std::sync::Arc;
use std::time::Duration;

use ruma::api::client::filter::FilterDefinition;
use ruma::api::client::sync::sync_events::v3::Response;

pub(crate) use filters::StoredFilters;
pub use filters::{create_filter, find_filter};
pub(crate) use trim::keep_trimmed;
pub use trim::trim_all;
pub(crate) use window::Window;

use crate::accounts::Session;
use crate::{Homeserver, Result, SyncToken, messages};

/// A waiting sync reads again after this long even if nothing rang: a lost ring costs a delay, never a message.
const POLL: Duration = Duration::from_secs(10);

/// What a device asks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `None` for the first sync.
    pub since: Option<SyncToken>,
    pub filter: FilterDefinition,
    pub full_state: bool,
    /// State up to the end of the timeline rather than up to its start.
    pub use_state_after: bool,
    /// How long to wait where there is nothing new.
    pub timeout: Duration,
}

/// Answers what is new, at once or as soon as there is something, or nothing after `timeout`.
pub async fn sync(hs: &Arc<Homeserver>, session: &Session, wanted: &Wanted) -> Result<Response> {
    let timeout = wanted.timeout.min(Duration::from_millis(hs.settings.sync_max_timeout_ms));
    let deadline = tokio::time::Instant::now() + timeout;
    let mut is_first = true;
    loop {
        // Listen, then read, then wait: what comes in between is heard.
        let mut listener = hs.bell.listen(session.user);
        if std::mem::take(&mut is_first) {
            messages::catch_up(hs, session.user).await;
        }
        // On the heap, and gone while waiting: thousands of parked syncs each hold this function's state.
        let window = Box::pin(Window::open(hs, session, wanted)).await?;
        to_device::acknowledge(&window).await?;
        if !window.is_empty() {
            let response = Box::pin(answer(&window, wanted)).await?;
            // Entries may turn out to hold nothing for this device; then it waits on from where it was.
            if window.is_initial() || !response_is_empty(&response) {
                return Ok(response);
            }
        }
        let now = tokio::time::Instant::now();
        if now >= deadline || hs.shutdown.is_cancelled() {
            let mut response = Response::new(window.until.to_string());
            add_key_counts(&mut response, &window).await?;
            return Ok(response);
        }
        drop(window);
        tokio::select! {
            () = listener.heard() => {}
            () = tokio::time::sleep_until(deadline.min(now + POLL)) => {}
            () = hs.shutdown.cancelled() => {}
        }
    }
}

async fn answer(window: &Window<'_>, wanted: &Wanted) -> Result<Response> {
    let mut response = Response::new(window.until.to_string());
    response.rooms = rooms::collect(window, wanted).await?;
    response.account_data.events = account_data::global(window).await?;
    response.presence.events = ephemeral::presence(window).await?;
    response.to_device.events = to_device::collect(window)?;
    response.device_lists = device_lists::collect(window).await?;
    add_key_counts(&mut response, window).await?;
    Ok(response)
}

/// Clients take an algorithm that isn't named for one whose keys have run out, so every answer says what is left.
async fn add_key_counts(response: &mut Response, window: &Window<'_>) -> Result<()> {
    let keys = to_device::key_counts(window).await?;
    response.device_one_time_keys_count = keys.one_time;
    response.device_unused_fallback_key_types = Some(keys.unused_fallback);
    Ok(())
}

fn response_is_empty(response: &Response) -> bool {
    response.rooms.is_empty()
        && response.account_data.is_empty()
        && response.presence.is_empty()
        && response.to_device.is_empty()
        && response.device_lists.is_empty()
}
