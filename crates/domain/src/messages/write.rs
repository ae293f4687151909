//! Writing events into their room's log, with everything that they change.

use std::collections::HashMap;
use std::sync::Arc;

use aside_store::events::Event;
use aside_store::timers::Timer;
use aside_store::{Side, Tx, events, relations, rooms as room_store};
use ruma::OwnedEventId;

use super::Appended;
use super::bring::Bringing;
use super::build::Built;
use super::change::Change;
use crate::rooms::{self, Room};
use crate::{Homeserver, RoomNum, UserNum, policy};

/// Whom a batch was brought to when it was written.
pub(super) struct Brought {
    /// Whether it is worth a notification, by member.
    pub(super) members: HashMap<UserNum, bool>,
    /// Those of them who have not been told: they sent it.
    pub(super) untold: Vec<UserNum>,
}

/// Writes a batch, and what can be written to its members' queues with it. They read it while the disk takes it in; this
/// answers after that.
pub(super) async fn write_batch(
    hs: &Arc<Homeserver>,
    before: &Room,
    after: &Arc<Room>,
    built: &[Built],
    ahead: Vec<Bringing>,
) -> std::result::Result<Brought, aside_store::Error> {
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
    let (members, ahead): (Vec<_>, Vec<_>) = ahead
        .into_iter()
        .map(|bringing| {
            let is_own = has_sent(after, built, bringing.user);
            ((bringing.user, is_own, bringing.notifies()), bringing.write())
        })
        .unzip();
    let (server, room, listening) = (Arc::clone(hs), Arc::clone(after), members.clone());
    let empties_state = redacts_state(after, built);
    let committed = move |(_, written): &((), Vec<aside_store::Result<bool>>)| {
        match empties_state {
            // The copy at hand still holds the content that is no more.
            true => server.rooms.forget(num),
            false => server.rooms.remember(room),
        }
        for ((user, is_own, _), written) in listening.iter().zip(written) {
            if !is_own && written.is_ok() {
                server.bell.ring(*user);
            }
        }
    };
    let ((), written) = hs.store.write_then(Side::Room(num), work, ahead, committed).await?;
    let mut brought = Brought { members: HashMap::new(), untold: Vec::new() };
    // Whoever it couldn't be written for is brought it afterwards.
    for ((user, is_own, notifies), _) in
        members.into_iter().zip(written).filter(|(_, written)| written.is_ok())
    {
        brought.members.insert(user, notifies);
        brought.untold.extend(is_own.then_some(user));
    }
    Ok(brought)
}

/// Whether a member sent something of a batch.
fn has_sent(room: &Room, built: &[Built], user: UserNum) -> bool {
    let member = room.state.members().get(&user);
    member.is_some_and(|member| built.iter().any(|built| built.appended.pdu.sender == member.user_id))
}

/// Whether a piece of the current state was emptied.
fn redacts_state(room: &Room, built: &[Built]) -> bool {
    let targets: Vec<&OwnedEventId> =
        built.iter().filter_map(|built| built.effects.redacts.as_ref()).collect();
    !targets.is_empty() && room.state.all().any(|pdu| targets.contains(&&pdu.event_id))
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
