//! Media that may be looked at once: whoever isn't the sender and opens the file starts its end.

use std::sync::Arc;

use aside_store::media::Media;
use aside_store::{Side, timers};
use serde_json::Value;

use super::arm::{wake_again, wake_at};
use crate::jobs::{self, Job, Outcome, Running};
use crate::{Error, Homeserver, Result, RoomNum, UserNum};

/// The job that notes that somebody looked.
pub(crate) const VIEWED: &str = "timers.viewed";
/// A film is fetched in pieces, so there is a while until what was opened goes.
const LOOK_MS: i64 = 60_000;
const MESSAGES_MAX: i64 = 1_000;

/// Somebody opened a file.
pub(crate) async fn looked_at(hs: &Homeserver, media_id: &str, media: &Media, by: UserNum) -> Result<()> {
    let Some(room) = media.view_once_room.filter(|_| media.user != by) else { return Ok(()) };
    let key = format!("{}/{media_id}", room.0);
    if jobs::find_time(hs, VIEWED, &key).await?.is_some() {
        return Ok(());
    }
    jobs::schedule(hs, Job { kind: VIEWED, key, run_at_ms: hs.clock.now_ms(), payload: Value::Null }).await
}

/// Sets the end of the messages that show the file.
pub(crate) async fn run_viewed(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let (room, media_id) =
        job.key.split_once('/').ok_or_else(|| Error::Internal("a key without a room".into()))?;
    let num = RoomNum(room.parse().map_err(Error::internal)?);
    let due_ts = hs.clock.now_ms() + LOOK_MS;
    wake_at(&hs, num, due_ts).await?;
    let media_id = media_id.to_owned();
    hs.store
        .write(Side::Room(num), async move |tx| {
            for timer in timers::list_with_media(tx, num, due_ts, MESSAGES_MAX).await? {
                if serde_json::from_str::<Vec<String>>(&timer.media).is_ok_and(|ids| ids.contains(&media_id))
                {
                    timers::set_due(tx, num, timer.pos, due_ts).await?;
                }
            }
            Ok(())
        })
        .await?;
    wake_again(&hs, num, due_ts).await?;
    Ok(Outcome::Done)
}
