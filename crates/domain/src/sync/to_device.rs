//! Messages for this device alone, and how many of its keys are left.

use std::collections::BTreeMap;

use aside_store::{Side, Tx, to_device};
use ruma::events::AnyToDeviceEvent;
use ruma::serde::Raw;
use ruma::{OneTimeKeyAlgorithm, UInt};
use serde_json::value::RawValue;

use super::Window;
use crate::{Error, QueuePosition, Result, SyncToken, UserNum, keys};

/// Messages that one sync brings; the others come with the next ones.
const MESSAGES_MAX: usize = 100;
/// A request isn't repeated after so long; until then it is remembered, so that it isn't delivered twice.
const REQUESTS_REMEMBERED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What is left of a device's keys.
#[derive(Default)]
pub(super) struct KeyCounts {
    pub(super) one_time: BTreeMap<OneTimeKeyAlgorithm, UInt>,
    pub(super) unused_fallback: Vec<OneTimeKeyAlgorithm>,
}

/// A device's own list as a sync finds it.
#[derive(Default)]
pub(super) struct Waiting {
    /// Messages to bring, JSON, oldest first.
    events: Vec<String>,
    /// Where the device will be in its list after them.
    pub(super) until: QueuePosition,
    /// Whether there are messages that the device has acknowledged.
    acknowledged: bool,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Reads the list from where the device is up to `position`; `is_news` where the queue says that there is something new.
    pub(super) async fn read(
        tx: &Tx<'_>,
        user: UserNum,
        device_id: &str,
        since: Option<SyncToken>,
        position: QueuePosition,
        is_news: bool,
    ) -> aside_store::Result<Waiting> {
        let after = since.map_or(0, |since| since.to_device);
        let first = to_device::find_first(tx, user, device_id).await?;
        let acknowledged = first.is_some_and(|first| first <= after);
        let is_behind = since.is_none_or(|since| since.to_device < since.position);
        if first.is_none() || !(is_news || is_behind) {
            return Ok(Waiting { events: Vec::new(), until: position, acknowledged });
        }
        let limit = MESSAGES_MAX + 1;
        let mut rows = to_device::list(tx, user, device_id, after, position, limit as i64).await?;
        let until = match rows.len() > MESSAGES_MAX {
            true => {
                rows.truncate(MESSAGES_MAX);
                rows.last().map_or(position, |(seq, _)| *seq)
            }
            false => position,
        };
        Ok(Waiting { events: rows.into_iter().map(|(_, event)| event).collect(), until, acknowledged })
    }
}

/// A device that syncs from a token has what was answered before; it is deleted.
pub(super) async fn acknowledge(window: &Window<'_>) -> Result<()> {
    let Some(since) = window.since.filter(|_| window.to_device.acknowledged) else { return Ok(()) };
    let (user, device_id) = (window.session.user, window.session.device_id.clone());
    let long_ago = window.hs.clock.now_ms() - REQUESTS_REMEMBERED_MS;
    window
        .hs
        .store
        .write(Side::User(user), async move |tx| {
            to_device::delete_upto(tx, user, device_id.as_str(), since.to_device).await?;
            to_device::delete_requests(tx, user, long_ago).await
        })
        .await?;
    Ok(())
}

pub(super) fn collect(window: &Window<'_>) -> Result<Vec<Raw<AnyToDeviceEvent>>> {
    let events = window.to_device.events.iter();
    let raw =
        |json: &String| RawValue::from_string(json.clone()).map(Raw::from_json).map_err(Error::internal);
    events.map(raw).collect()
}

pub(super) async fn key_counts(window: &Window<'_>) -> Result<KeyCounts> {
    let (one_time, unused_fallback) = match &window.counts {
        Some(counts) => keys::counted(&counts.left),
        None => keys::left(window.hs, window.session).await?,
    };
    Ok(KeyCounts { one_time, unused_fallback })
}
