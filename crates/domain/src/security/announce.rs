//! Telling a conversation that what protects it has changed.

use std::sync::Arc;

use aside_store::Side;
use ruma::OwnedUserId;
use ruma::events::StateEventType;
use serde_json::{Value, json};

use super::label::{AtRest, Facts};
use crate::jobs::{self, Job, Outcome, Running};
use crate::messages::{Sender, append};
use crate::rooms::{self, Draft, Pdu, Room};
use crate::{Error, Homeserver, Result, RoomNum};

/// The job that tells one room; its key is the room's number.
pub(crate) const ANNOUNCE: &str = "security.announce";
/// How long a change may take to be written, where nobody came back to say that it was.
pub(crate) const PATIENCE_MS: i64 = 5_000;
/// The event that tells it. Only the server writes it.
pub(crate) const EVENT: &str = "org.aside.security";

/// Whether a piece of state changes what protects a room.
pub(crate) fn matters(pdu: &Pdu) -> bool {
    pdu.state_key.is_some()
        && matches!(
            pdu.kind.to_string().as_str(),
            "m.room.encryption" | "m.room.retention" | crate::timers::SETTING
        )
}

/// Has a room told what has changed, if something has. To be scheduled before the change, so that it isn't forgotten, and
/// again after it, so that nobody waits.
pub(crate) async fn announce_later(hs: &Homeserver, room: RoomNum, at_ms: i64) -> Result<()> {
    jobs::schedule(
        hs,
        Job { kind: ANNOUNCE, key: room.0.to_string(), run_at_ms: at_ms, payload: Value::Null },
    )
    .await
}

pub(crate) async fn run_announce(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let num = RoomNum(job.key.parse().map_err(Error::internal)?);
    announce(&hs, num).await?;
    Ok(Outcome::Done)
}

/// Writes the event where it says something else than the one before it.
async fn announce(hs: &Arc<Homeserver>, num: RoomNum) -> Result<()> {
    let room = rooms::load(hs, num).await?;
    let facts = Facts::of(hs, &room);
    let content = content(&facts);
    let told: Option<Value> = room.state.get(EVENT, "").and_then(|pdu| pdu.content_as());
    if told.as_ref() == Some(&content) {
        return Ok(());
    }
    // Nobody left with the power to set state is nobody to be told.
    let Some(actor) = actor(&room) else { return Ok(()) };
    let draft = Draft::state(StateEventType::from(EVENT), "", rooms::content(&content)?);
    let sender = Sender { by_server: true, ..Sender::without_txn(&actor) };
    append(hs, num, sender, draft).await.map(drop)
}

fn content(facts: &Facts) -> Value {
    let mut content = json!({
        "level": facts.level.as_str(),
        "sealed": facts.at_rest == AtRest::Sealed,
        "body": facts.text(),
    });
    if let Some(after_ms) = facts.disappears_after_ms {
        content["disappears_after_ms"] = json!(after_ms);
    }
    content
}

/// The server has no account in the room, so it writes in the name of somebody who could.
fn actor(room: &Room) -> Option<OwnedUserId> {
    let levels = room.power_levels();
    let kind = StateEventType::from(EVENT);
    let mut joined = room.state.joined().map(|(_, member)| &member.user_id);
    joined.find(|user_id| levels.user_can_send_state(user_id, kind.clone())).cloned()
}

/// What the configuration says of every room, as it was when rooms were last told.
const TOLD: &str = "security_told";

/// Tells every room, where the configuration is another than when they were last told.
pub(crate) async fn tell_if_configured_anew(hs: &Arc<Homeserver>) -> Result<()> {
    use aside_store::names;
    let now =
        format!("sealed={} https={}", hs.store.is_sealed(), hs.settings.base_url.starts_with("https://"));
    let told = hs.store.read(Side::Named, async |tx| names::find_setting(tx, TOLD).await).await?;
    if told.as_deref() == Some(now.as_str()) {
        return Ok(());
    }
    // A server at its first start has nobody to tell.
    if told.is_some() {
        let job =
            Job { kind: ANNOUNCE_ALL, key: String::new(), run_at_ms: hs.clock.now_ms(), payload: json!(0) };
        jobs::schedule(hs, job).await?;
    }
    Ok(hs.store.write(Side::Named, async move |tx| names::put_setting(tx, TOLD, &now).await).await?)
}

/// The job that has all rooms told.
pub(crate) const ANNOUNCE_ALL: &str = "security.announce_all";
/// Rooms that are told at a time.
const ROOMS_AT_A_TIME: i64 = 200;

pub(crate) async fn run_announce_all(hs: Arc<Homeserver>, job: Running) -> Result<Outcome> {
    let after = RoomNum(job.payload_as()?);
    let list =
        async move |tx: &aside_store::Tx<'_>| aside_store::rooms::list(tx, after, ROOMS_AT_A_TIME).await;
    let rooms = hs.store.read(Side::Sweep, list).await?;
    let Some(last) = rooms.last() else { return Ok(Outcome::Done) };
    for room in &rooms {
        announce(&hs, *room).await?;
    }
    let (now_ms, payload) = (hs.clock.now_ms(), json!(last.0));
    jobs::schedule(&hs, Job { kind: ANNOUNCE_ALL, key: String::new(), run_at_ms: now_ms, payload }).await?;
    Ok(Outcome::Done)
}
