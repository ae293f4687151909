//! Who is there (specification, 11.8 Presence).
//!
//! A person is as present as the most present of their devices. A device is present while it syncs, and a short while
//! after; it is idle where it says so or where its user has done nothing for some minutes.

mod person;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ruma::presence::PresenceState;
use ruma::{OwnedDeviceId, UserId};

use super::{Subject, contacts_of, tell};
use crate::accounts::{self, Session};
use crate::privacy::{self, Audience};
use crate::relations::circle;
use crate::{Error, Homeserver, Limited, Result, UserNum, safety};

pub use person::Presence;
use person::{GONE_AFTER_MS, Person};

/// How long it is remembered when somebody was last there.
const REMEMBERED_MS: i64 = 60 * 60 * 1000;
const STATUS_BYTES_MAX: usize = 1024;
/// People kept; past it, others count as offline.
const PEOPLE_MAX: usize = 200_000;

/// Everyone who is there or was lately.
#[derive(Default)]
pub(super) struct People(Mutex<HashMap<UserNum, Person>>);

/// Who is told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Also the person's other devices, because the person said it.
    Everyone,
    /// What comes of itself would only wake the person's own syncs.
    Others,
}

impl People {
    fn people(&self) -> MutexGuard<'_, HashMap<UserNum, Person>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sync that waits; its device is there until this is dropped, and a short while after.
pub struct Syncing {
    hs: Arc<Homeserver>,
    user: UserNum,
    device_id: OwnedDeviceId,
}

impl Drop for Syncing {
    fn drop(&mut self) {
        let now = self.hs.clock.now_ms();
        let mut people = self.hs.ephemeral.people.people();
        let device = people
            .get_mut(&self.user)
            .and_then(|person| person.devices.iter_mut().find(|device| device.device_id == self.device_id));
        if let Some(device) = device {
            device.syncing = device.syncing.saturating_sub(1);
            device.seen_ms = now;
        }
    }
}

/// Notes that a device syncs, and with which `set_presence`. A device that comes back is active; one that was idle stays so
/// until its user does something. Nothing is noted where presence is switched off, or where the device or its user wants that.
pub async fn seen(hs: &Arc<Homeserver>, session: &Session, state: PresenceState) -> Result<Option<Syncing>> {
    if !hs.settings.presence || state == PresenceState::Offline || is_hidden(hs, session.user).await? {
        return Ok(None);
    }
    Ok(note_seen(hs, session, state))
}

/// Whether nobody sees if somebody is there. Then it isn't even noted, and nothing can come of it.
async fn is_hidden(hs: &Homeserver, user: UserNum) -> Result<bool> {
    Ok(privacy::presence_audience(hs, user).await? == Audience::NoOne)
}

fn note_seen(hs: &Arc<Homeserver>, session: &Session, state: PresenceState) -> Option<Syncing> {
    let now = hs.clock.now_ms();
    let changed = {
        let mut people = hs.ephemeral.people.people();
        if people.len() >= PEOPLE_MAX && !people.contains_key(&session.user) {
            return None;
        }
        let person = people.entry(session.user).or_insert_with(|| Person::new(now));
        let was_gone = person.state(now) == PresenceState::Offline;
        let device = person.device(&session.device_id, now);
        let is_gone = device.syncing == 0 && now - device.seen_ms >= GONE_AFTER_MS;
        if state == PresenceState::Unavailable || device.state == PresenceState::Offline || is_gone {
            device.state = state.clone();
        }
        device.seen_ms = now;
        device.syncing += 1;
        if was_gone && state == PresenceState::Online {
            person.active_ms = now;
        }
        person.is_changed(now)
    };
    if changed {
        tell_soon(hs, session.user, Told::Others);
    }
    Some(Syncing { hs: Arc::clone(hs), user: session.user, device_id: session.device_id.clone() })
}

/// Sets the session's user's presence. What changes nothing is told to nobody.
///
/// # Errors
/// [`Error::Forbidden`] where it is said of somebody else, [`Error::Invalid`] for an unknown state, [`Error::TooLarge`].
pub async fn put(
    hs: &Arc<Homeserver>,
    session: &Session,
    user_id: &UserId,
    state: PresenceState,
    status_msg: Option<String>,
) -> Result<()> {
    if session.user_id != user_id {
        return Err(Error::forbidden("You can't set the presence of other users."));
    }
    if !matches!(state, PresenceState::Online | PresenceState::Unavailable | PresenceState::Offline) {
        return Err(Error::invalid("presence", "online, unavailable or offline"));
    }
    if status_msg.as_ref().is_some_and(|status| status.len() > STATUS_BYTES_MAX) {
        return Err(Error::TooLarge(format!("the status is longer than {STATUS_BYTES_MAX} bytes")));
    }
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if !hs.settings.presence || is_hidden(hs, session.user).await? {
        return Ok(());
    }
    let now = hs.clock.now_ms();
    let changed = {
        let mut people = hs.ephemeral.people.people();
        if people.len() >= PEOPLE_MAX && !people.contains_key(&session.user) {
            return Ok(());
        }
        let person = people.entry(session.user).or_insert_with(|| Person::new(now));
        let status_msg = status_msg.filter(|status| !status.is_empty());
        let status_changed = person.status_msg != status_msg;
        person.status_msg = status_msg;
        if state == PresenceState::Online {
            person.active_ms = now;
        }
        let device = person.device(&session.device_id, now);
        (device.state, device.seen_ms) = (state, now);
        person.is_changed(now) || status_changed
    };
    if changed {
        tell_soon(hs, session.user, Told::Everyone);
    }
    Ok(())
}

/// Notes that the session's user did something; who was idle is online again.
pub(crate) fn active(hs: &Arc<Homeserver>, session: &Session) {
    if !hs.settings.presence {
        return;
    }
    let now = hs.clock.now_ms();
    let changed = {
        let mut people = hs.ephemeral.people.people();
        let Some(person) = people.get_mut(&session.user) else { return };
        person.active_ms = now;
        let device = person.device(&session.device_id, now);
        if device.state == PresenceState::Unavailable {
            device.state = PresenceState::Online;
        }
        person.is_changed(now)
    };
    if changed {
        tell_soon(hs, session.user, Told::Others);
    }
}

/// How present somebody is, for somebody who shares a room with them.
///
/// # Errors
/// [`Error::Forbidden`] where they share none, or there is no such person.
pub async fn get(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<Presence> {
    let stranger = || Error::forbidden("You share no room with this user, or there is no such user.");
    let user = match session.user_id == user_id {
        true => session.user,
        false => accounts::find_user_num(hs, user_id).await?.ok_or_else(stranger)?,
    };
    if user != session.user && contacts_of(hs, session.user).await?.binary_search(&user).is_err() {
        return Err(stranger());
    }
    shown(hs, session.user, user).await
}

/// How present somebody is, as far as somebody else may see it.
pub(crate) async fn shown(hs: &Homeserver, viewer: UserNum, user: UserNum) -> Result<Presence> {
    if !privacy::may_see_presence(hs, viewer, user).await? {
        return Ok(Presence::unknown());
    }
    if viewer != user && safety::hides_from(hs, user, &accounts::user_id(hs, viewer).await?).await? {
        return Ok(Presence::unknown());
    }
    Ok(known(hs, user).unwrap_or_else(Presence::unknown))
}

/// How present somebody is, where anything is known of them.
fn known(hs: &Homeserver, user: UserNum) -> Option<Presence> {
    let now = hs.clock.now_ms();
    hs.ephemeral.people.people().get(&user).map(|person| person.presence(now))
}

/// To be called once somebody chose another audience: those who saw them are told how it looks now, and so are they
/// themselves of the others, as whoever hides may not see others either.
pub(crate) async fn audience_changed(hs: &Homeserver, user: UserNum, is_hidden: bool) -> Result<()> {
    if is_hidden {
        hs.ephemeral.people.people().remove(&user);
    }
    let contacts = contacts_of(hs, user).await?;
    tell(hs, &contacts, Subject::Presence(user));
    let known: Vec<UserNum> = {
        let people = hs.ephemeral.people.people();
        contacts.iter().copied().filter(|contact| people.contains_key(contact)).collect()
    };
    for contact in known {
        tell(hs, &[user], Subject::Presence(contact));
    }
    Ok(())
}

/// Whose presence a user is told when they start anew: that of everyone who is there.
pub(crate) async fn present(hs: &Homeserver, user: UserNum) -> Result<Vec<UserNum>> {
    let now = hs.clock.now_ms();
    let contacts = contacts_of(hs, user).await?;
    let people = hs.ephemeral.people.people();
    let is_there =
        |user: &UserNum| people.get(user).is_some_and(|person| person.state(now) != PresenceState::Offline);
    Ok(contacts.iter().copied().filter(is_there).collect())
}

/// Tells everyone who shares a room with somebody, after the caller has gone on: it may take a look at many rooms.
fn tell_soon(hs: &Arc<Homeserver>, user: UserNum, told: Told) {
    let hs = Arc::clone(hs);
    tokio::spawn(async move {
        match listeners(&hs, user, told).await {
            Ok(listeners) => tell(&hs, &listeners, Subject::Presence(user)),
            Err(error) => tracing::error!(%error, user = user.0, "nobody is told of a change of presence"),
        }
    });
}

/// Who hears of somebody's presence: those who share a room with them and are among whom they show it to.
async fn listeners(hs: &Homeserver, user: UserNum, told: Told) -> Result<Vec<UserNum>> {
    let contacts = contacts_of(hs, user).await?;
    let is_meant = |other: &UserNum| told == Told::Everyone || *other != user;
    let listeners = contacts.iter().copied().filter(is_meant);
    Ok(match privacy::presence_audience(hs, user).await? {
        Audience::Everyone => listeners.collect(),
        Audience::NoOne => listeners.filter(|other| *other == user).collect(),
        Audience::Contacts => {
            let circle = circle(hs, user).await?;
            listeners.filter(|other| *other == user || circle.binary_search(other).is_ok()).collect()
        }
    })
}

/// Somebody has come into a room: they and its members see from now on whether the other is there.
pub(super) fn introduce(hs: &Homeserver, user: UserNum, members: &[UserNum]) {
    let is_known = |user: UserNum| hs.ephemeral.people.people().contains_key(&user);
    let others: Vec<UserNum> = members.iter().copied().filter(|member| *member != user).collect();
    if is_known(user) {
        tell(hs, &others, Subject::Presence(user));
    }
    for other in others.into_iter().filter(|other| is_known(*other)) {
        tell(hs, &[user], Subject::Presence(other));
    }
}

/// Notes who has become idle or has gone, and forgets who has been gone for long.
pub(super) fn expire(hs: &Arc<Homeserver>, now_ms: i64) {
    let mut changed = Vec::new();
    hs.ephemeral.people.people().retain(|user, person| {
        if person.is_changed(now_ms) {
            changed.push(*user);
        }
        let seen_ms = person.devices.iter().map(|device| device.seen_ms).max().unwrap_or(person.active_ms);
        person.told != PresenceState::Offline || now_ms - seen_ms < REMEMBERED_MS
    });
    for user in changed {
        tell_soon(hs, user, Told::Others);
    }
}
