//! Which addresses may be reached: the public internet, and what the operator allows besides.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Networks of IPv4 that are not the public internet (RFC 6890 and what came later), as address and prefix length.
const RESERVED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Behind the provider's own translation of addresses.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local; where clouds answer questions about the machine.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is reserved for later, and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The part of IPv6 that is given out at all.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks inside it that are not the public internet, or that carry an address of IPv4 which nobody looked at.
const RESERVED_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// How a machine that has only IPv6 reaches one that has only IPv4: the address is in the last 32 bits.
const TRANSLATED: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address is one of the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !RESERVED_V4.iter().any(|(network, length)| is_in_v4(ip, *network, *length)),
        IpAddr::V6(ip) if is_in_v6(ip, TRANSLATED.0, TRANSLATED.1) => {
            is_public(Ipv4Addr::from_bits(ip.to_bits() as u32).into())
        }
        IpAddr::V6(ip) => {
            is_in_v6(ip, GLOBAL_V6.0, GLOBAL_V6.1)
                && !RESERVED_V6.iter().any(|(network, length)| is_in_v6(ip, *network, *length))
        }
    }
}

fn is_in_v4(ip: Ipv4Addr, network: Ipv4Addr, length: u32) -> bool {
    (ip.to_bits() ^ network.to_bits()).leading_zeros() >= length
}

fn is_in_v6(ip: Ipv6Addr, network: Ipv6Addr, length: u32) -> bool {
    (ip.to_bits() ^ network.to_bits()).leading_zeros() >= length
}

/// Something that the operator lets the server reach although it is not public: an address, a network, or whatever addresses
/// a name has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Network { address: IpAddr, length: u32 },
    Host(String),
}

impl Destination {
    fn has_address(&self, ip: IpAddr) -> bool {
        match (self, ip.to_canonical()) {
            (Destination::Network { address: IpAddr::V4(network), length }, IpAddr::V4(ip)) => {
                is_in_v4(ip, *network, *length)
            }
            (Destination::Network { address: IpAddr::V6(network), length }, IpAddr::V6(ip)) => {
                is_in_v6(ip, *network, *length)
            }
            _ => false,
        }
    }
}

impl FromStr for Destination {
    type Err = String;

    /// Reads `10.1.2.3`, `10.0.0.0/8`, `fd00::/8` or `push.internal`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (address, length) = match text.split_once('/') {
            None => (text, None),
            Some((address, length)) => (address, Some(length)),
        };
        if let Ok(address) = address.parse::<IpAddr>() {
            let all = if address.is_ipv4() { 32 } else { 128 };
            let length = match length {
                None => Some(all),
                Some(length) => length.parse().ok().filter(|length| *length <= all),
            };
            let length = length.ok_or_else(|| format!("\"{text}\" is not a network"))?;
            return Ok(Destination::Network { address, length });
        }
        let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if length.is_some() || text.is_empty() || !text.chars().all(is_of_host) {
            return Err(format!("\"{text}\" is neither an address nor a network nor the name of a host"));
        }
        Ok(Destination::Host(text.to_ascii_lowercase()))
    }
}

/// What may be reached.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allowed(pub(crate) Vec<Destination>);

impl Allowed {
    pub(crate) fn address(&self, ip: IpAddr) -> bool {
        is_public(ip) || self.0.iter().any(|destination| destination.has_address(ip))
    }

    /// Whether a host may have any address.
    pub(crate) fn host(&self, name: &str) -> bool {
        let is_named = |destination: &Destination| matches!(destination, Destination::Host(host) if host.eq_ignore_ascii_case(name));
        self.0.iter().any(is_named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for ip in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in
            ["2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
        {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn the_operator_allows_addresses_networks_and_names() {
        let allowed = Allowed(
            ["127.0.0.1", "10.1.0.0/16", "fd00::/8", "Push.Internal"]
                .map(|text| text.parse().unwrap())
                .into(),
        );
        for ip in ["127.0.0.1", "10.1.255.1", "fd12::1", "::ffff:127.0.0.1", "8.8.8.8"] {
            assert!(allowed.address(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["127.0.0.2", "10.2.0.1", "fe80::1", "::1"] {
            assert!(!allowed.address(ip.parse().unwrap()), "{ip}");
        }
        assert!(allowed.host("push.internal") && allowed.host("PUSH.internal"));
        assert!(!allowed.host("other.push.internal") && !allowed.host("localhost"));
        for text in ["", "10.0.0.0/33", "10.0.0.0/x", "fd00::/129", "host/8", "a b", "http://host", "[::1]"] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
