//! When a message that is being sent will have to go.

use aside_model::policy::TimerStart;
use aside_store::events::Event;
use aside_store::timers::{Timer, WAITS};
use aside_store::{Side, events, media as media_store};
use serde::Deserialize;
use serde_json::{Value, json};

use super::expire::EXPIRE;
use super::setting;
use crate::jobs::{self, Job};
use crate::rooms::Room;
use crate::{Error, Homeserver, Result, RoomNum, media};

/// What was sent to be seen once and was not looked at goes after this long.
const UNSEEN_KEPT_MS: i64 = 14 * 24 * 3_600_000;
/// A job that comes this soon may be running already, and have looked before the message is there.
const MARGIN_MS: i64 = 20_000;

/// A message's timer, and what else has to be prepared for it.
#[derive(Debug, Clone)]
pub(crate) struct Armed {
    pub(crate) timer: Timer,
    /// Media that may be looked at once.
    view_once: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Marks {
    #[serde(rename = "org.matrix.self_destruct_after")]
    self_destruct_after: Option<i64>,
    #[serde(rename = "org.aside.view_once", default)]
    view_once: bool,
}

/// The timer of a message, where it has one.
///
/// # Errors
/// [`Error::Forbidden`] where it is to be seen once and the profile has no such thing.
pub(crate) async fn arm(hs: &Homeserver, room: &Room, event: &Event) -> Result<Option<Armed>> {
    let (after_ms, retention_ms) = (setting::after_ms(room), setting::retention_ms(room));
    // Most messages carry no mark; looking for the words is cheaper than parsing.
    let is_marked = event.content.contains("self_destruct") || event.content.contains("org.aside.view_once");
    let unless_answered_ms = setting::unless_answered_ms(room);
    if after_ms.is_none() && retention_ms.is_none() && unless_answered_ms.is_none() && !is_marked {
        return Ok(None);
    }
    let marks: Marks = match is_marked {
        true => serde_json::from_str(&event.content).unwrap_or_default(),
        false => Marks::default(),
    };
    let profile = hs.policy();
    let rules = &profile.ephemeral;
    if marks.view_once && !rules.view_once {
        return Err(Error::forbidden("Nothing can be sent here to be seen once."));
    }
    let sent = event.origin_server_ts;
    let has_readers = room.state.joined().any(|(_, member)| member.user_id.as_str() != event.sender);
    let waits_for_readers = rules.start_recipient == TimerStart::Read && has_readers;
    let is_offered = setting::are_offered(hs);
    let after_ms = after_ms.filter(|_| is_offered);
    let ends = [
        after_ms.filter(|_| !waits_for_readers).map(|after| sent.saturating_add(after)),
        retention_ms.filter(|_| is_offered).map(|after| sent.saturating_add(after)),
        marks.self_destruct_after.filter(|_| is_offered),
        marks.view_once.then_some(sent + UNSEEN_KEPT_MS),
    ];
    let after_read_ms = after_ms.filter(|_| waits_for_readers);
    let mut due_ts = ends.into_iter().flatten().min();
    let mut answered_ts = None;
    if let Some(waits_ms) = unless_answered_ms.filter(|_| is_offered)
        && !is_answered(hs, room, event).await?
    {
        answered_ts = Some(due_ts.unwrap_or(WAITS));
        due_ts = due_ts.into_iter().chain([sent.saturating_add(waits_ms)]).min();
    }
    if due_ts.is_none() && after_read_ms.is_none() {
        return Ok(None);
    }
    let shown = media::ids_in(hs, &event.content);
    let timer = Timer {
        pos: event.pos,
        sender: event.sender.clone(),
        due_ts: due_ts.unwrap_or(WAITS),
        after_read_ms,
        answered_ts,
        media: json!(shown).to_string(),
    };
    Ok(Some(Armed { timer, view_once: if marks.view_once { shown } else { Vec::new() } }))
}

async fn is_answered(hs: &Homeserver, room: &Room, event: &Event) -> Result<bool> {
    let (num, sender) = (room.num, event.sender.clone());
    let has_answer = async move |tx: &aside_store::Tx<'_>| events::has_answer(tx, num, &sender).await;
    Ok(hs.store.read(Side::Room(num), has_answer).await?)
}

/// Whether an event answers what others wrote, in a conversation that waits for that.
pub(crate) fn answers(room: &Room, event: &Event) -> bool {
    setting::unless_answered_ms(room).is_some()
        && matches!(event.kind.as_str(), "m.room.message" | "m.room.encrypted" | "m.sticker")
}

/// To be called before messages with timers are written: their room's job is there before there is something for it to do,
/// so that no message can stay because a process died at the wrong moment.
pub(crate) async fn prepare(hs: &Homeserver, room: RoomNum, armed: &[&Armed]) -> Result<()> {
    for Armed { timer, view_once } in armed.iter().filter(|armed| !armed.view_once.is_empty()) {
        let Some(owner) = media::owner(hs, &timer.sender).await? else { continue };
        for media_id in view_once.clone() {
            hs.store
                .write(Side::Named, async move |tx| {
                    media_store::set_view_once(tx, &media_id, owner, room).await
                })
                .await?;
        }
    }
    match armed.iter().map(|armed| armed.timer.due_ts).min() {
        Some(due_ts) if due_ts < WAITS => wake_at(hs, room, due_ts).await,
        _ => Ok(()),
    }
}

/// Sees to it that a room's messages are looked after at a time.
pub(super) async fn wake_at(hs: &Homeserver, room: RoomNum, at_ms: i64) -> Result<()> {
    let known = jobs::find_time(hs, EXPIRE, &room.0.to_string()).await?;
    if known.is_some_and(|known| known <= at_ms && known > hs.clock.now_ms() + MARGIN_MS) {
        return Ok(());
    }
    let job = Job { kind: EXPIRE, key: room.0.to_string(), run_at_ms: at_ms, payload: Value::Null };
    jobs::schedule_at_latest(hs, job).await
}

/// To be called after the rows were written. Where the machine slept in between, the job has come and gone without them.
pub(crate) async fn wake_again(hs: &Homeserver, room: RoomNum, due_ts: i64) -> Result<()> {
    let now_ms = hs.clock.now_ms();
    if due_ts > now_ms {
        return Ok(());
    }
    let job = Job { kind: EXPIRE, key: room.0.to_string(), run_at_ms: now_ms, payload: Value::Null };
    jobs::schedule_at_latest(hs, job).await
}
