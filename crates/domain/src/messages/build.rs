//! Building the events of a batch, each on the room as those before it leave it.

use std::sync::Arc;

use ruma::OwnedEventId;

use super::append::{Results, Waiting};
use super::change::Change;
use super::{Appended, Sender};
use crate::rooms::{self, Room};
use crate::safety::{self, Reach};
use crate::{Homeserver, Result, UserNum, policy, timers};

/// A draft that became the room's next event, waiting for the commit.
pub(super) struct Built {
    pub(super) index: usize,
    pub(super) appended: Appended,
    pub(super) member: Option<UserNum>,
    pub(super) effects: Effects,
}

/// What comes with an event besides its row.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) redacts: Option<OwnedEventId>,
    pub(super) changes: Vec<Change>,
    pub(super) timer: Option<timers::Armed>,
    /// Whether it answers what others wrote, where messages wait for that.
    pub(super) answers: bool,
    /// Whose answer the room waits for after it.
    pub(super) requests: Vec<policy::Change>,
}

/// Builds the batch's events one on the other, and answers the room as it will be after them.
pub(super) async fn build_batch(
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
