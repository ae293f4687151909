//! What passes by without being stored: who is typing, and who is there. It lives in this process and is gone with it.

mod contacts;
mod inboxes;
pub mod presence;
pub mod typing;

use std::sync::Arc;
use std::time::Duration;

use crate::messages::Appended;
use crate::rooms::{Room, membership_of};
use crate::{Homeserver, UserNum};

use contacts::Contacts;
use inboxes::Inboxes;
use presence::People;
use typing::Typing;

pub(crate) use contacts::contacts_of;
pub(crate) use inboxes::{Changed, Subject};
pub(crate) use presence::active;

/// In larger rooms nobody is told who types or who is there: it would cost more than it is worth.
const MEMBERS_MAX: usize = 2_000;
/// How often it is looked who has stopped typing or gone away.
const TICK: Duration = Duration::from_secs(1);
const TICKS_BETWEEN_TRIMS: u32 = 60;

/// What passes by.
pub(crate) struct Ephemeral {
    pub(crate) inboxes: Inboxes,
    typing: Typing,
    people: People,
    contacts: Contacts,
}

impl Ephemeral {
    /// `now_ms`: the start of the process, in milliseconds since 1970.
    pub(crate) fn new(now_ms: i64, shared: bool) -> Self {
        Ephemeral {
            inboxes: Inboxes::new(now_ms),
            typing: Typing::new(now_ms),
            people: People::default(),
            contacts: Contacts::new(shared),
        }
    }
}

/// Notes a change for everyone whom it concerns, and wakes those who wait.
fn tell(hs: &Homeserver, users: &[UserNum], subject: Subject) {
    hs.ephemeral.inboxes.note(users, subject, hs.clock.now_ms());
    for user in users {
        hs.bell.ring(*user);
    }
}

/// The people in a room who are told what passes by in it.
fn audience(room: &Room) -> Vec<UserNum> {
    let joined: Vec<UserNum> = room.state.joined().map(|(num, _)| num).take(MEMBERS_MAX + 1).collect();
    if joined.len() > MEMBERS_MAX { Vec::new() } else { joined }
}

/// To be called once people came into a room or left it: those who share a room now see whether the other is there.
pub(crate) fn people_moved(hs: &Homeserver, room: &Room, events: &[Appended]) {
    let is_member = |appended: &&Appended| appended.event.kind == "m.room.member";
    if !events.iter().any(|appended| is_member(&appended)) {
        return;
    }
    let members = audience(room);
    for member in &members {
        hs.ephemeral.contacts.forget(*member);
    }
    for appended in events.iter().filter(is_member) {
        let is_moved = |user_id: &str| appended.pdu.state_key.as_deref() == Some(user_id);
        let found = room.state.members().iter().find(|(_, member)| is_moved(member.user_id.as_str()));
        let Some((moved, _)) = found else { continue };
        hs.ephemeral.contacts.forget(*moved);
        if hs.settings.presence && membership_of(&appended.pdu) == "join" {
            presence::introduce(hs, *moved, &members);
        }
    }
}

/// Ends what ends by itself, as long as the process runs.
pub(crate) async fn keep_time(hs: Arc<Homeserver>) {
    let mut ticks = 0_u32;
    while !hs.sleep(TICK).await {
        let now = hs.clock.now_ms();
        typing::expire(&hs, now).await;
        presence::expire(&hs, now);
        ticks += 1;
        if ticks.is_multiple_of(TICKS_BETWEEN_TRIMS) {
            hs.ephemeral.inboxes.trim(now);
        }
    }
}
