//! Which pushers are being sent to at this moment, and everybody's pushers, kept at hand.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::per_user::PerUser;

/// What has to be known of each of a user's pushers when there is news for them.
pub(crate) type Pushers = PerUser<Vec<Known>>;

/// A pusher that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The key of the job that sends to it.
    pub(super) key: String,
    /// Whether it is told of the number of unread messages without a message.
    pub(super) counts: bool,
}

/// Sending to one pusher takes turns, so that it is told everything once and in order. What comes meanwhile is noted here,
/// and the one who sends looks again.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<String, bool>>);

/// Pushers of one user that are sent to at the same time; one user must not keep everybody else waiting.
const OF_ONE_USER_MAX: usize = 4;

/// The right to send to a pusher.
pub(super) struct Flight<'f> {
    flights: &'f Flights,
    key: &'f str,
    is_over: bool,
}

impl Flights {
    /// Notes news for a pusher that is being sent to; `false` where it isn't.
    pub(super) fn note(&self, key: &str) -> bool {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.get_mut(key).map(|has_news| *has_news = true).is_some()
    }

    /// `None` where it is being sent to already, or to too many of its user's others. The key begins with the user's number.
    pub(super) fn begin<'f>(&'f self, key: &'f str) -> Option<Flight<'f>> {
        let user = key.split('/').next()?;
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = flights.keys().filter(|other| other.split('/').next() == Some(user)).count();
        if of_user >= OF_ONE_USER_MAX || flights.contains_key(key) {
            return None;
        }
        flights.insert(key.to_owned(), false);
        Some(Flight { flights: self, key, is_over: false })
    }
}

impl Flight<'_> {
    /// Whether there was news since it began, or since it was asked last. Where there wasn't, the flight is over.
    pub(super) fn goes_on(&mut self) -> bool {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = flights.get_mut(self.key).is_some_and(std::mem::take);
        if !goes_on {
            flights.remove(self.key);
            self.is_over = true;
        }
        goes_on
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sends_and_looks_again_for_what_came_meanwhile() {
        let flights = Flights::default();
        assert!(!flights.note("1/a"), "nobody is there to look again");
        let mut flight = flights.begin("1/a").unwrap();
        assert!(flights.begin("1/a").is_none(), "one at a time");
        assert!(flights.note("1/a") && flights.note("1/a"));
        assert!(flight.goes_on());
        assert!(!flight.goes_on(), "all of it was seen");
        assert!(!flights.note("1/a"), "who comes now has to begin anew");
        drop(flights.begin("1/a").unwrap());
        let next = flights.begin("1/a");
        drop(flight);
        assert!(next.is_some() && flights.begin("1/a").is_none(), "a flight that is over ends no other");
    }

    #[test]
    fn one_user_leaves_room_for_others() {
        let flights = Flights::default();
        let keys: Vec<String> = (0..=OF_ONE_USER_MAX).map(|number| format!("1/{number}")).collect();
        let under_way: Vec<_> = keys.iter().filter_map(|key| flights.begin(key)).collect();
        assert_eq!(under_way.len(), OF_ONE_USER_MAX);
        assert!(flights.begin("11/a").is_some());
    }
}
