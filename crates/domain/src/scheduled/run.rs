//! Sending what is due.

use std::sync::Arc;

use aside_store::{Side, Tx, scheduled as store};
use serde_json::value::RawValue;

use super::{FAILED_KEPT_MS, tell, write};
use crate::accounts::Session;
use crate::jobs::{Outcome, Running};
use crate::{Error, Homeserver, Result, UserNum, messages, rooms, timers};

/// The job that looks after a user's messages; its key is the user's number.
pub(crate) const SEND: &str = "scheduled.send";
/// A message that is later than this, because the server was down, isn't sent any more: what it says may no longer hold.
const LATE_MAX_MS: i64 = 24 * 3_600_000;
/// How long to wait after something went wrong that may not go wrong again.
const RETRY_MS: i64 = 5_000;

/// Sends what is due of one user, in the order of its times.
pub(crate) async fn run_send(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let user = UserNum(job.key.parse().map_err(Error::internal)?);
    let now_ms = hs.clock.now_ms();
    let due = hs.store.write(Side::User(user), async move |tx| {
        let forgotten = store::delete_failed(tx, user, now_ms - FAILED_KEPT_MS).await?;
        Ok((store::take(tx, user, now_ms).await?, forgotten))
    });
    let (due, forgotten) = due.await?;
    let mut again_ts = None;
    if !due.is_empty() {
        let session = Session::without_device(&hs, user).await?;
        for message in &due {
            let sent = send(&hs, &session, message).await;
            again_ts = settle(&hs, user, message, sent).await?.or(again_ts);
        }
    }
    if forgotten > 0 || !due.is_empty() {
        tell(&hs, user).await?;
    }
    if forgotten > 0 {
        timers::scrub_soon(&hs).await?;
    }
    let next = hs.store.read(Side::User(user), async move |tx| {
        let failed = store::find_oldest_failed(tx, user).await?;
        let forget_ts = failed.map(|failed_ts| failed_ts.saturating_add(FAILED_KEPT_MS));
        Ok(store::find_next(tx, user).await?.into_iter().chain(forget_ts).min())
    });
    let next = next.await?.map(|next| again_ts.map_or(next, |again_ts| next.max(again_ts)));
    Ok(next.map_or(Outcome::Done, |at_ms| Outcome::Again { at_ms }))
}

/// Sends one message, as often as it takes: by its id it is sent once.
async fn send(hs: &Arc<Homeserver>, session: &Session, message: &store::Scheduled) -> Result<()> {
    if hs.clock.now_ms() > message.send_ts.saturating_add(LATE_MAX_MS) {
        return Err(Error::Refused("The server could not send it in time.".into()));
    }
    let room_id = rooms::load(hs, message.room).await?.room_id.clone();
    let room = rooms::access_joined_room(hs, session, &room_id).await?;
    // The conversation may have been encrypted since.
    write::check_kind(&room, &message.kind)?;
    let content = RawValue::from_string(message.content.clone()).map_err(Error::internal)?;
    let kind = message.kind.as_str().into();
    messages::say(hs, session, &room, kind, &message.id, content).await.map(drop)
}

/// Notes what became of a message; answers when to try again, where that makes sense.
async fn settle(
    hs: &Homeserver,
    user: UserNum,
    message: &store::Scheduled,
    sent: Result<()>,
) -> Result<Option<i64>> {
    let (id, now_ms) = (message.id.clone(), hs.clock.now_ms());
    let side = Side::User(user);
    match sent {
        Ok(()) => {
            hs.store.write(side, async move |tx| store::delete_sent(tx, user, &id).await).await?;
            Ok(None)
        }
        Err(error @ (Error::Internal(_) | Error::LimitExceeded { .. })) => {
            tracing::warn!(%error, user = user.0, "a scheduled message could not be sent yet");
            hs.store.write(side, async move |tx| store::put_back(tx, user, &id).await).await?;
            Ok(Some(now_ms + RETRY_MS))
        }
        Err(error) => {
            let rule = match &error {
                Error::Policy(verdict) => verdict.rules().last().map(|rule| rule.as_str()),
                _ => None,
            };
            let text = error.to_string();
            let fail = async move |tx: &Tx<'_>| store::set_failed(tx, user, &id, &text, rule, now_ms).await;
            hs.store.write(side, fail).await?;
            Ok(None)
        }
    }
}
