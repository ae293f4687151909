//! How present one person is, from their devices.

use ruma::OwnedDeviceId;
use ruma::presence::PresenceState;

/// A device that has not synced for so long is gone.
pub(super) const GONE_AFTER_MS: i64 = 30 * 1000;
/// Somebody who has done nothing for so long is idle.
const IDLE_AFTER_MS: i64 = 5 * 60 * 1000;
/// Somebody who has done something within this time is called active.
const ACTIVE_FOR_MS: i64 = 60 * 1000;
/// Devices kept of one person.
const DEVICES_MAX: usize = 16;

/// Somebody who is there or was lately.
pub(super) struct Person {
    pub(super) devices: Vec<Device>,
    pub(super) status_msg: Option<String>,
    /// When they last did something, in milliseconds since 1970.
    pub(super) active_ms: i64,
    /// What others were told last.
    pub(super) told: PresenceState,
}

/// One of their devices.
pub(super) struct Device {
    pub(super) device_id: OwnedDeviceId,
    pub(super) state: PresenceState,
    pub(super) seen_ms: i64,
    /// Syncs that wait at this moment.
    pub(super) syncing: u32,
}

/// How present somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    pub state: PresenceState,
    pub status_msg: Option<String>,
    /// `None` where they have not been seen lately.
    pub last_active_ago_ms: Option<i64>,
    pub currently_active: bool,
}

impl Presence {
    /// What is told of those of whom nothing is known, or nothing may be.
    pub(crate) fn unknown() -> Self {
        Presence {
            state: PresenceState::Offline,
            status_msg: None,
            last_active_ago_ms: None,
            currently_active: false,
        }
    }
}

impl Person {
    pub(super) fn new(now_ms: i64) -> Self {
        Person { devices: Vec::new(), status_msg: None, active_ms: now_ms, told: PresenceState::Offline }
    }

    /// The device, which is noted where it is new, in the place of the one that was seen longest ago where there are many.
    pub(super) fn device(&mut self, device_id: &OwnedDeviceId, now_ms: i64) -> &mut Device {
        let known = self.devices.iter().position(|device| device.device_id == *device_id);
        let index = known.unwrap_or_else(|| {
            if self.devices.len() >= DEVICES_MAX {
                let oldest = self.devices.iter().enumerate().min_by_key(|(_, device)| device.seen_ms);
                let oldest = oldest.map_or(0, |(index, _)| index);
                self.devices.swap_remove(oldest);
            }
            let state = PresenceState::Offline;
            self.devices.push(Device { device_id: device_id.clone(), state, seen_ms: now_ms, syncing: 0 });
            self.devices.len() - 1
        });
        &mut self.devices[index]
    }

    pub(super) fn state(&self, now_ms: i64) -> PresenceState {
        let alive = |device: &&Device| device.syncing > 0 || now_ms - device.seen_ms < GONE_AFTER_MS;
        let mut states = self.devices.iter().filter(alive).map(|device| &device.state);
        let is_idle = now_ms - self.active_ms >= IDLE_AFTER_MS;
        let (mut online, mut unavailable) = (false, false);
        for state in states.by_ref() {
            online |= *state == PresenceState::Online;
            unavailable |= *state == PresenceState::Unavailable;
        }
        match (online, unavailable) {
            (true, _) if !is_idle => PresenceState::Online,
            (true, _) | (false, true) => PresenceState::Unavailable,
            (false, false) => PresenceState::Offline,
        }
    }

    pub(super) fn presence(&self, now_ms: i64) -> Presence {
        let state = self.state(now_ms);
        let ago = (now_ms - self.active_ms).max(0);
        Presence {
            currently_active: state == PresenceState::Online && ago < ACTIVE_FOR_MS,
            state,
            status_msg: self.status_msg.clone(),
            last_active_ago_ms: Some(ago),
        }
    }

    /// Answers whether others are to be told.
    pub(super) fn is_changed(&mut self, now_ms: i64) -> bool {
        let state = self.state(now_ms);
        let changed = state != self.told;
        self.told = state;
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn person(devices: &[(PresenceState, i64, u32)]) -> Person {
        let mut person = Person::new(NOW);
        for (number, (state, seen_ago_ms, syncing)) in devices.iter().enumerate() {
            person.devices.push(Device {
                device_id: format!("D{number}").into(),
                state: state.clone(),
                seen_ms: NOW - seen_ago_ms,
                syncing: *syncing,
            });
        }
        person
    }

    #[test]
    fn a_person_is_as_present_as_their_most_present_device() {
        use PresenceState::{Offline, Online, Unavailable};
        let cases = [
            (vec![], 0, Offline),
            (vec![(Online, 0, 0)], 0, Online),
            (vec![(Online, GONE_AFTER_MS, 0)], 0, Offline),
            (vec![(Online, GONE_AFTER_MS, 1)], 0, Online),
            (vec![(Offline, 0, 1)], 0, Offline),
            (vec![(Unavailable, 0, 1), (Online, 0, 0)], 0, Online),
            (vec![(Unavailable, 0, 1), (Online, GONE_AFTER_MS, 0)], 0, Unavailable),
            (vec![(Online, 0, 1)], IDLE_AFTER_MS, Unavailable),
        ];
        for (devices, active_ago_ms, expected) in cases {
            let mut person = person(&devices);
            person.active_ms = NOW - active_ago_ms;
            assert_eq!(person.state(NOW), expected, "{devices:?} {active_ago_ms}");
        }
    }

    #[test]
    fn the_device_seen_longest_ago_makes_room() {
        let mut person = person(&[]);
        for number in 0..DEVICES_MAX + 3 {
            person.device(&format!("D{number}").into(), NOW + number as i64);
        }
        assert_eq!(person.devices.len(), DEVICES_MAX);
        assert!(person.devices.iter().all(|device| device.seen_ms >= NOW + 3));
    }
}
