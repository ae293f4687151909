//! How many requests to one host are under way, so that a slow one doesn't hold up those to others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::{Error, Result, Url};

/// Requests to one host at the same time.
const OF_ONE_HOST_MAX: usize = 8;
/// Requests to all hosts at the same time. Each may take a thread for looking up its name.
const OF_ALL_MAX: usize = 64;

#[derive(Default)]
pub(crate) struct Hosts(Mutex<HashMap<String, usize>>);

/// The right to ask a host once.
pub(crate) struct Turn<'h> {
    hosts: &'h Hosts,
    host: String,
}

impl Hosts {
    /// # Errors
    /// [`Error::Busy`], [`Error::BadAddress`] where the URL has no host.
    pub(crate) fn enter(&self, url: &Url) -> Result<Turn<'_>> {
        let host = url.host_str().ok_or(Error::BadAddress)?.to_owned();
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = under_way.values().sum();
        let of_host = under_way.get(&host).copied().unwrap_or(0);
        if all >= OF_ALL_MAX || of_host >= OF_ONE_HOST_MAX {
            return Err(Error::Busy);
        }
        under_way.insert(host.clone(), of_host + 1);
        Ok(Turn { hosts: self, host })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut under_way = self.hosts.0.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.get_mut(&self.host) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(under_way.remove(&self.host)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_host_does_not_hold_up_others() {
        let hosts = Hosts::default();
        let url = |text: &str| Url::parse(text).unwrap();
        let turns: Vec<_> =
            (0..OF_ONE_HOST_MAX).map(|_| hosts.enter(&url("https://slow.example/")).unwrap()).collect();
        assert_eq!(hosts.enter(&url("https://slow.example/other")).err(), Some(Error::Busy));
        assert!(hosts.enter(&url("https://quick.example/")).is_ok());
        drop(turns);
        assert!(hosts.enter(&url("https://slow.example/")).is_ok());
        assert!(hosts.0.lock().unwrap().is_empty(), "nothing is remembered of hosts that nobody asks");
    }
}
