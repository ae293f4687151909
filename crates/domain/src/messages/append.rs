//! A room's lane: whoever holds it appends, in one transaction, everything that waits for it.
//!
//! Events of a room form a chain, so only one at a time can be next. Many senders in a hot room would make it slower;
//! one holder that takes what waits makes it faster. The lane holds within this process; other processes on the same
//! database are noticed because the room's position moved, and then the batch is built again on the newer room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aside_store::events::Event;
use aside_store::{Side, events};
use ruma::events::TimelineEventType;
use ruma::{OwnedEventId, OwnedUserId, UserId};
use tokio::sync::oneshot;

use super::bring;
use super::build::{Built, build_batch};
use super::deliver::{self, Pending, deliver_pending};
use super::write::write_batch;
use crate::accounts;
use crate::rooms::{self, Draft, Pdu};
use crate::{Error, Homeserver, Result, RoomNum, UserNum, policy, requests, security, timers};

/// Events of one room that share a transaction.
const BATCH_MAX: usize = 64;
/// Events that may wait for one room; past it, senders are told to come again.
const WAITING_MAX: usize = 4096;
/// How often a batch is built again because another process was faster.
const ATTEMPTS_MAX: usize = 16;

/// Who sends, and how to know the request when it is repeated.
#[derive(Debug, Clone)]
pub struct Sender {
    pub user_id: OwnedUserId,
    /// The device and the request's path kind with its transaction id.
    pub txn: Option<(String, String)>,
    /// Whether the server does it by itself in this person's name, so that no rule for people holds.
    pub by_server: bool,
}

impl Sender {
    pub fn without_txn(user_id: &UserId) -> Self {
        Sender { user_id: user_id.to_owned(), txn: None, by_server: false }
    }

    pub fn with_txn(user_id: &UserId, device_id: &str, txn: String) -> Self {
        Sender { txn: Some((device_id.to_owned(), txn)), ..Sender::without_txn(user_id) }
    }

    /// The server in somebody's name; the same `name` does it once.
    pub(crate) fn server_for(user_id: &UserId, name: String) -> Self {
        // No device is called so, and so none takes the event for its own.
        Sender { by_server: true, ..Sender::with_txn(user_id, "", name) }
    }
}

/// Events waiting for their room, by room. A room is listed while somebody holds its lane.
#[derive(Default)]
pub struct Lanes {
    waiting: Mutex<HashMap<RoomNum, Vec<Waiting>>>,
    pub(super) deliveries: deliver::Deliveries,
}

/// An event that somebody wants in the room's log.
pub(super) struct Waiting {
    pub(super) sender: Sender,
    pub(super) draft: Draft,
    /// The person a member event is about.
    pub(super) member: Option<UserNum>,
    /// What the room notes of an invite that the policy let pass.
    pub(super) admitted: Option<aside_store::requests::Waiting>,
    answer: oneshot::Sender<Result<OwnedEventId>>,
}

/// An event that is in the room's log now.
#[derive(Debug, Clone)]
pub(crate) struct Appended {
    pub pdu: Arc<Pdu>,
    pub event: Arc<Event>,
}

/// Appends an event to a room's log and answers its id once it is on disk. The room's rules decide whether it may be.
///
/// # Errors
/// [`Error::Forbidden`] by the room's rules, [`Error::TooLarge`], [`Error::BadJson`], [`Error::NotFound`] where a member event is about
/// nobody, [`Error::LimitExceeded`] where too much waits already.
pub async fn append(
    hs: &Arc<Homeserver>,
    room: RoomNum,
    sender: Sender,
    draft: Draft,
) -> Result<OwnedEventId> {
    let member = find_member(hs, &draft).await?;
    let policy::Passed { admitted, accepts } = match member {
        Some(member) => policy::pass(hs, room, &sender.user_id, &draft, member).await?,
        None => policy::Passed::default(),
    };
    let is_state = draft.state_key.is_some();
    let (answer, answered) = oneshot::channel();
    let waiting = Waiting { sender, draft, member, admitted, answer };
    let is_first = {
        let mut lanes = hs.lanes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match lanes.get_mut(&room) {
            Some(lane) if lane.len() >= WAITING_MAX => {
                return Err(Error::LimitExceeded { retry_after_ms: 1000 });
            }
            Some(lane) => {
                lane.push(waiting);
                false
            }
            None => {
                lanes.insert(room, vec![waiting]);
                true
            }
        }
    };
    if is_first {
        // A task of its own: a sender who goes away must not take others' events along.
        tokio::spawn(hold_lane(Arc::clone(hs), room));
    }
    let event_id = answered.await.map_err(Error::internal)??;
    if let Some((room_id, request)) = accepts {
        requests::accepted(hs, &room_id, &request).await?;
    }
    if is_state {
        deliver::settled(hs, room).await;
    }
    Ok(event_id)
}

async fn find_member(hs: &Homeserver, draft: &Draft) -> Result<Option<UserNum>> {
    if draft.kind != TimelineEventType::RoomMember {
        return Ok(None);
    }
    let Some(state_key) = draft.state_key.as_deref() else { return Ok(None) };
    let user_id = UserId::parse(state_key).map_err(|error| Error::invalid("state_key", error.to_string()))?;
    let found = accounts::find_user_num(hs, &user_id).await?;
    found.map(Some).ok_or(Error::NotFound("user"))
}

async fn hold_lane(hs: Arc<Homeserver>, num: RoomNum) {
    loop {
        let batch: Vec<Waiting> = {
            let mut lanes = hs.lanes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(lane) = lanes.get_mut(&num) else { return };
            if lane.is_empty() {
                lanes.remove(&num);
                return;
            }
            let count = lane.len().min(BATCH_MAX);
            lane.drain(..count).collect()
        };
        match append_batch(&hs, num, &batch).await {
            Ok(Done { results, untold }) => {
                for (waiting, result) in batch.into_iter().zip(results) {
                    let _ = waiting.answer.send(result);
                }
                if !untold.is_empty() {
                    // Where their own event comes before the answer, clients don't know it for theirs: whoever answers goes first.
                    tokio::task::yield_now().await;
                    untold.into_iter().for_each(|user| hs.bell.ring(user));
                }
            }
            Err(error) => {
                let reason = error.to_string();
                for waiting in batch {
                    let _ = waiting.answer.send(Err(Error::Internal(reason.clone())));
                }
            }
        }
    }
}

/// What has become of a batch.
struct Done {
    results: Vec<Result<OwnedEventId>>,
    /// Whoever is to be told of it once the senders have been answered.
    untold: Vec<UserNum>,
}

async fn append_batch(hs: &Arc<Homeserver>, num: RoomNum, batch: &[Waiting]) -> Result<Done> {
    let mut may_repeat = false;
    for _ in 0..ATTEMPTS_MAX {
        let before = rooms::load(hs, num).await?;
        // Hardly any request is a repeated one. The database notices it; so does a rule, which its first time has changed.
        let mut results = match may_repeat {
            true => repeated(hs, num, batch).await?,
            false => batch.iter().map(|_| None).collect(),
        };
        let (room, built) = build_batch(hs, &before, batch, &mut results).await;
        if !may_repeat && results.iter().any(|result| matches!(result, Some(Err(_)))) {
            may_repeat = true;
            continue;
        }
        if built.is_empty() {
            return Ok(Done { results: finished(results), untold: Vec::new() });
        }
        let afterwards = prepare(hs, num, &built).await?;
        let room = Arc::new(room);
        let events = built.iter().map(|built| built.appended.clone()).collect();
        let news = Pending::of(Arc::clone(&room), events);
        let ahead = bring::ahead(hs, &news).await;
        match write_batch(hs, &before, &room, &built, ahead).await {
            Ok(brought) => {
                for Built { index, appended, .. } in &built {
                    results[*index] = Some(Ok(appended.pdu.event_id.clone()));
                }
                hs.backlog.note(num);
                deliver_pending(hs, num, Pending { brought: brought.members, ..news });
                afterwards.run(hs, num).await;
                return Ok(Done { results: finished(results), untold: brought.untold });
            }
            Err(aside_store::Error::Conflict(_)) => hs.rooms.forget(num),
            Err(aside_store::Error::Database(text)) if text.contains("23505") || text.contains("UNIQUE") => {
                // The same request came before; the next round finds the first one's event.
                may_repeat = true;
                hs.rooms.forget(num);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::LimitExceeded { retry_after_ms: 1000 })
}

/// What is to be done once a batch is in the log.
struct Afterwards {
    next_due_ts: Option<i64>,
    changes_security: bool,
}

/// Schedules the jobs that a batch needs before it is written, so that nothing is forgotten if the process dies.
async fn prepare(hs: &Homeserver, num: RoomNum, built: &[Built]) -> Result<Afterwards> {
    let armed: Vec<&timers::Armed> = built.iter().filter_map(|built| built.effects.timer.as_ref()).collect();
    if !armed.is_empty() {
        timers::prepare(hs, num, &armed).await?;
    }
    let changes_security = built.iter().any(|built| security::matters(&built.appended.pdu));
    if changes_security {
        security::announce_later(hs, num, hs.clock.now_ms() + security::PATIENCE_MS).await?;
    }
    Ok(Afterwards { next_due_ts: armed.iter().map(|armed| armed.timer.due_ts).min(), changes_security })
}

impl Afterwards {
    /// The events are in the log, whatever becomes of this.
    async fn run(&self, hs: &Homeserver, num: RoomNum) {
        let mut done = Ok(());
        if let Some(due_ts) = self.next_due_ts {
            done = timers::wake_again(hs, num, due_ts).await;
        }
        if self.changes_security && done.is_ok() {
            done = security::announce_later(hs, num, hs.clock.now_ms()).await;
        }
        if let Err(error) = done {
            tracing::error!(%error, room = num.0, "a job could not be scheduled again");
        }
    }
}

/// What becomes of each event of a batch; `None` where that is not known yet.
pub(super) type Results = Vec<Option<Result<OwnedEventId>>>;

fn finished(results: Results) -> Vec<Result<OwnedEventId>> {
    let unanswered = || Err(Error::Internal("an event was neither written nor refused".into()));
    results.into_iter().map(|result| result.unwrap_or_else(unanswered)).collect()
}

/// Finds the events of requests that were made before, with the same transaction id by the same device.
async fn repeated(hs: &Homeserver, num: RoomNum, batch: &[Waiting]) -> Result<Results> {
    let requests: Vec<Option<(String, String, String)>> = batch
        .iter()
        .map(|waiting| {
            let (device_id, txn) = waiting.sender.txn.clone()?;
            Some((waiting.sender.user_id.to_string(), device_id, txn))
        })
        .collect();
    if requests.iter().all(Option::is_none) {
        return Ok(batch.iter().map(|_| None).collect());
    }
    let found = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let mut found = Vec::with_capacity(requests.len());
            for request in &requests {
                found.push(match request {
                    Some((sender, device_id, txn)) => {
                        events::find_by_txn(tx, num, sender, device_id, txn).await?
                    }
                    None => None,
                });
            }
            Ok(found)
        })
        .await?;
    Ok(found.into_iter().map(|id| id.and_then(|id| OwnedEventId::try_from(id).ok()).map(Ok)).collect())
}
