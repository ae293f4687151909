//! Old entries of queues are deleted: what nobody has asked for in weeks is cheaper told as a limited sync.

use std::sync::Arc;
use std::time::Duration;

use aside_store::{Durability, Side, queue};

use crate::{Homeserver, Result, UserNum};

const EVERY: Duration = Duration::from_secs(60 * 60);
/// Users looked at together; between two batches others have their turn.
const BATCH: i64 = 500;
const PAUSE: Duration = Duration::from_millis(50);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Trims everybody's queue once an hour, by the age and the count that the settings allow.
pub(crate) async fn keep_trimmed(hs: Arc<Homeserver>) {
    while !hs.sleep(EVERY).await {
        match trim_all(&hs).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "trimmed queues"),
            Err(error) => tracing::error!(%error, "trimming queues failed"),
        }
    }
}

/// Answers how many entries were deleted.
pub async fn trim_all(hs: &Homeserver) -> Result<u64> {
    let (mut after, mut deleted) = (UserNum(0), 0);
    loop {
        let users =
            hs.store.read(Side::Sweep, async move |tx| queue::list_users(tx, after, BATCH).await).await?;
        let Some(last) = users.last() else { return Ok(deleted) };
        after = *last;
        for user in users {
            deleted += trim(hs, user).await?;
        }
        if hs.sleep(PAUSE).await {
            return Ok(deleted);
        }
    }
}

async fn trim(hs: &Homeserver, user: UserNum) -> Result<u64> {
    let before_ts = hs.clock.now_ms() - i64::from(hs.settings.queue_days) * DAY_MS;
    let keep_max = i64::try_from(hs.settings.queue_max_entries).unwrap_or(i64::MAX);
    // Most queues have nothing to trim, and a look is cheaper than a write.
    let upto = hs
        .store
        .read(Side::User(user), async move |tx| queue::find_trim(tx, user, before_ts, keep_max).await)
        .await?;
    let Some(upto) = upto else { return Ok(0) };
    let deleted = hs
        .store
        .write_with(Durability::Repairable, Side::User(user), async move |tx| {
            queue::trim(tx, user, upto).await
        })
        .await?;
    Ok(deleted)
}
