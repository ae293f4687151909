//! How often somebody may do something.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::{Error, Result};

/// What is limited, each by its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Registrations and name checks, by address.
    Registration,
    /// Log-in attempts, by address and by account.
    Login,
    /// Events sent, by user.
    Send,
    /// Rooms created, invites and joins, by user.
    Room,
    /// Uploads, by user.
    Upload,
    /// Link previews and searches for moving pictures, by user.
    Preview,
    /// Everything else worth a limit, by user.
    Other,
}

/// Each kind's sustained rate a second and its burst.
const QUOTAS: [(Limited, u32, u32); 7] = [
    (Limited::Registration, 1, 20),
    (Limited::Login, 1, 20),
    (Limited::Send, 20, 200),
    (Limited::Room, 5, 100),
    (Limited::Upload, 5, 100),
    (Limited::Preview, 2, 50),
    (Limited::Other, 50, 500),
];

/// The key of an address: whoever has one IPv6 address has 2⁶⁴ of them.
pub(crate) fn address(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let network = ip.to_bits() >> 64 << 64;
            format!("{}/64", Ipv6Addr::from_bits(network))
        }
    }
}

pub(crate) struct Limits {
    limiters: Option<Vec<(Limited, DefaultKeyedRateLimiter<String>)>>,
    clock: DefaultClock,
}

impl Limits {
    pub(crate) fn new(enabled: bool) -> Self {
        let limiter = |(kind, rate, burst): (Limited, u32, u32)| {
            let quota = Quota::per_second(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN))
                .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
            (kind, RateLimiter::keyed(quota))
        };
        let limiters = enabled.then(|| QUOTAS.into_iter().map(limiter).collect());
        Limits { limiters, clock: DefaultClock::default() }
    }

    /// # Errors
    /// [`Error::LimitExceeded`] with how long to wait.
    pub(crate) fn check(&self, kind: Limited, key: impl Into<String>) -> Result<()> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        let Some((_, limiter)) = limiters.iter().find(|(limited, _)| *limited == kind) else { return Ok(()) };
        limiter.check_key(&key.into()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Error::LimitExceeded {
                retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1),
            }
        })
    }

    /// Forgets keys whose limits are full again.
    pub(crate) fn forget_idle(&self) {
        for (_, limiter) in self.limiters.iter().flatten() {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_is_limited_with_its_network() {
        for (ip, key) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(ip.parse().map(address), Ok(key.to_owned()));
        }
    }
}
