//! A room's lane: whoever holds it appends, in one transaction, everything that waits for it.
//!
//! Events of a room form a chain, so only one at a time can be next. Many senders in a hot room would make it slower;
//! one holder that takes what waits makes it faster. The lane holds within this process; other processes on the same
//! database are noticed because the room's position moved, and then the batch is built again on the newer room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aside_store::events::Event;
use aside_store::timers::Timer;
use aside_store::{Side, Tx, events, relations, rooms as room_store};
use ruma::events::TimelineEventType;
use ruma::{OwnedEventId, OwnedUserId, UserId};
use tokio::sync::oneshot;

use super::change::Change;
use super::deliver::{self, Bringing, Pending, deliver_pending};
use crate::accounts;
use crate::rooms::{self, Draft, Pdu, Room};
use crate::safety::{self, Reach};
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

struct Waiting {
    sender: Sender,
    draft: Draft,
    /// The person a member event is about.
    member: Option<UserNum>,
    /// What the room notes of an invite that the policy let pass.
    admitted: Option<aside_store::requests::Waiting>,
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
        let results = append_batch(&hs, num, &batch).await;
        match results {
            Ok(results) => {
                for (waiting, result) in batch.into_iter().zip(results) {
                    let _ = waiting.answer.send(result);
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

/// A draft that became the room's next event, waiting for the commit.
struct Built {
    index: usize,
    appended: Appended,
    member: Option<UserNum>,
    effects: Effects,
}

/// What comes with an event besides its row.
#[derive(Default)]
struct Effects {
    redacts: Option<OwnedEventId>,
    changes: Vec<Change>,
    timer: Option<timers::Armed>,
    /// Whether it answers what others wrote, where messages wait for that.
    answers: bool,
    /// Whose answer the room waits for after it.
    requests: Vec<policy::Change>,
}

async fn append_batch(
    hs: &Arc<Homeserver>,
    num: RoomNum,
    batch: &[Waiting],
) -> Result<Vec<Result<OwnedEventId>>> {
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
            return Ok(finished(results));
        }
        let afterwards = prepare(hs, num, &built).await?;
        let room = Arc::new(room);
        let events = built.iter().map(|built| built.appended.clone()).collect();
        let news = Pending::of(Arc::clone(&room), events);
        let ahead = deliver::ahead(hs, &news).await;
        match write_batch(hs, &before, &room, &built, ahead).await {
            Ok(brought) => {
                for Built { index, appended, .. } in &built {
                    results[*index] = Some(Ok(appended.pdu.event_id.clone()));
                }
                match redacts_state(&room, &built) {
                    // The copy at hand still holds the content that is no more.
                    true => hs.rooms.forget(num),
                    false => hs.rooms.remember(room),
                }
                hs.backlog.note(num);
                brought.keys().for_each(|&user| hs.bell.ring(user));
                deliver_pending(hs, num, Pending { brought, ..news });
                afterwards.run(hs, num).await;
                return Ok(finished(results));
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

/// Whether a piece of the current state was emptied.
fn redacts_state(room: &Room, built: &[Built]) -> bool {
    let targets: Vec<&OwnedEventId> =
        built.iter().filter_map(|built| built.effects.redacts.as_ref()).collect();
    !targets.is_empty() && room.state.all().any(|pdu| targets.contains(&&pdu.event_id))
}

type Results = Vec<Option<Result<OwnedEventId>>>;

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

/// Builds the batch's events one on the other, and answers the room as it will be after them.
async fn build_batch(
    hs: &Homeserver,
    before: &Arc<Room>,
    batch: &[Waiting],
    results: &mut Results,
) -> (Room, Vec<Built>) {
    let mut room = Room::clone(before);
    let mut built: Vec<Built> = Vec::with_capacity(batch.len());
    for (index, waiting) in batch.iter().enumerate() {
        if results[index].is_some() {
            continue;
        }
        let twin = built.iter().find(|other| {
            let Sender { user_id, txn, .. } = &batch[other.index].sender;
            txn.is_some() && *txn == waiting.sender.txn && *user_id == waiting.sender.user_id
        });
        if let Some(twin) = twin {
            results[index] = Some(Ok(twin.appended.pdu.event_id.clone()));
            continue;
        }
        match build_one(hs, &room, waiting, &built).await {
            Ok((appended, effects)) => {
                match appended.event.withheld {
                    true => room.pass_over(&appended.pdu),
                    false => room.apply(Arc::clone(&appended.pdu), waiting.member),
                }
                room.note(&effects.requests);
                built.push(Built { index, appended, member: waiting.member, effects });
            }
            Err(error) => results[index] = Some(Err(error)),
        }
    }
    (room, built)
}

/// `earlier` are events of the same batch, which the database doesn't know yet.
async fn build_one(
    hs: &Homeserver,
    room: &Room,
    waiting: &Waiting,
    earlier: &[Built],
) -> Result<(Appended, Effects)> {
    let Waiting { sender, draft, member, admitted, .. } = waiting;
    let requests = match sender.by_server {
        true => Vec::new(),
        false => policy::gate(hs, room, &sender.user_id, draft, *member, admitted.as_ref()).await?,
    };
    let now_ms = hs.clock.now_ms();
    let reach = safety::reach(hs, room, sender, draft).await?;
    let draft = match &reach {
        Reach::Wordless(wordless) => wordless.as_ref(),
        Reach::Everyone | Reach::Nobody => draft,
    };
    let (pdu, mut event) = rooms::build(hs, room, &sender.user_id, draft, now_ms)?;
    event.withheld = matches!(reach, Reach::Nobody);
    if let Some((device_id, txn)) = &sender.txn {
        event.device_id = Some(device_id.clone());
        event.txn = Some(txn.clone());
    }
    let mut effects = Effects { requests, ..Effects::default() };
    match &draft.redacts {
        Some(target) => {
            let emptied = super::redact::check(hs, room, sender, target, now_ms).await?;
            // What a blocked person has said may go; what others said is not theirs to take away unseen.
            if emptied.is_own || !event.withheld {
                effects.changes = emptied.changes;
                effects.redacts = Some(target.clone());
            }
        }
        None if pdu.state_key.is_none() => {
            let unwritten = earlier.iter().map(|built| &*built.appended.event);
            let changes = super::edit::check(hs, room, &event, unwritten).await?;
            // An edit that reaches nobody leaves what others read as it is.
            effects.changes = if event.withheld { Vec::new() } else { changes };
            effects.timer = timers::arm(hs, room, &event).await?;
            effects.answers = !event.withheld && timers::answers(room, &event);
        }
        None => {}
    }
    Ok((Appended { pdu: Arc::new(pdu), event: Arc::new(event) }, effects))
}

/// Writes a batch, and what can be written to its members' queues with it; answers whom it has been brought to, and whether
/// they are to be notified.
async fn write_batch(
    hs: &Homeserver,
    before: &Room,
    after: &Room,
    built: &[Built],
    ahead: Vec<Bringing>,
) -> std::result::Result<HashMap<UserNum, bool>, aside_store::Error> {
    let (num, expected, next_pos) = (before.num, before.next_pos, after.next_pos);
    let last_event_id = after.last_event_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let writes: Vec<Write> = built.iter().map(Write::of).collect();
    let work = async move |tx: &Tx<'_>| {
        room_store::advance(tx, num, expected, next_pos, &last_event_id).await?;
        for write in &writes {
            write.run(tx, num).await?;
        }
        Ok(())
    };
    let members: Vec<(UserNum, bool)> =
        ahead.iter().map(|bringing| (bringing.user, bringing.notifies())).collect();
    let ahead = ahead.into_iter().map(Bringing::write).collect();
    let ((), written) = hs.store.write_then(Side::Room(num), work, ahead).await?;
    // Whoever it couldn't be written for is brought it afterwards.
    Ok(members
        .into_iter()
        .zip(written)
        .filter(|(_, written)| written.is_ok())
        .map(|(member, _)| member)
        .collect())
}

/// Everything that one event changes in its room's tables.
pub(crate) struct Write {
    event: Arc<Event>,
    member: Option<room_store::Member>,
    relation: Option<relations::Relation>,
    changes: Vec<Change>,
    timer: Option<Timer>,
    answers: bool,
    requests: Vec<policy::Change>,
}

impl Write {
    fn of(built: &Built) -> Write {
        let mut write = Write::new(&built.appended, built.member);
        write.requests.clone_from(&built.effects.requests);
        write.changes = built.effects.changes.clone();
        write.answers = built.effects.answers;
        write.timer = built.effects.timer.as_ref().map(|armed| armed.timer.clone());
        write
    }

    /// `member` is the number of the person a member event is about.
    pub(crate) fn new(appended: &Appended, member: Option<UserNum>) -> Write {
        let Appended { pdu, event } = appended;
        Write {
            event: Arc::clone(event),
            member: member.filter(|_| !event.withheld).map(|user| room_store::Member {
                user_id: pdu.state_key.clone().unwrap_or_default(),
                user,
                membership: rooms::membership_of(pdu),
                pos: pdu.pos,
            }),
            relation: super::relation::of(event),
            changes: Vec::new(),
            timer: None,
            answers: false,
            requests: Vec::new(),
        }
    }

    pub(crate) async fn run(&self, tx: &Tx<'_>, num: RoomNum) -> aside_store::Result<()> {
        let event = &self.event;
        events::insert(tx, num, event).await?;
        // State that is withheld is in the log, but was never in force.
        if let Some(state_key) = event.state_key.as_ref().filter(|_| !event.withheld) {
            room_store::put_state(tx, num, &event.kind, state_key, event.pos).await?;
        }
        if let Some(member) = &self.member {
            room_store::put_member(tx, num, member).await?;
        }
        if let Some(relation) = &self.relation {
            relations::insert(tx, num, relation).await?;
        }
        for change in &self.requests {
            change.run(tx, num).await?;
        }
        for change in &self.changes {
            change.run(tx, num, &event.event_id).await?;
        }
        if self.answers {
            aside_store::timers::answered(tx, num, &event.sender).await?;
        }
        match &self.timer {
            Some(timer) => aside_store::timers::insert(tx, num, timer).await,
            None => Ok(()),
        }
    }
}
