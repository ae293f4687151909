//! Who is asking, when a reverse proxy stands in between.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;

/// The address of the client: the last one in `X-Forwarded-For` that was not written by someone who is not
/// trusted. Whatever stands before it in the header, the client may have made up.
pub fn client(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> SocketAddr {
    let values = headers.get_all("x-forwarded-for");
    let written: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
    let mut client = peer;
    for address in written.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !proxies.contains(&client.ip().to_canonical()) {
            break;
        }
        let Ok(address) = address.trim().parse() else { break };
        client = SocketAddr::new(address, 0);
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = ["127.0.0.1", "10.0.0.1"].map(|proxy| proxy.parse().expect("an address"));
        let cases: [(&str, &[&str], &str); 8] = [
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.9"], "9.9.9.9"),
            ("::ffff:127.0.0.1", &["9.9.9.9"], "9.9.9.9"),
            ("8.8.8.8", &["9.9.9.9"], "8.8.8.8"),
            ("127.0.0.1", &["1.1.1.1, 9.9.9.9"], "9.9.9.9"),
            ("127.0.0.1", &["1.1.1.1, 9.9.9.9, 10.0.0.1"], "9.9.9.9"),
            ("127.0.0.1", &["1.1.1.1", "9.9.9.9"], "9.9.9.9"),
            ("127.0.0.1", &["nonsense"], "127.0.0.1"),
        ];
        for (peer, written, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in written {
                headers.append("x-forwarded-for", value.parse().expect("a header"));
            }
            let peer = SocketAddr::new(peer.parse().expect("an address"), 1);
            let found = client(peer, &headers, &proxies).ip().to_canonical();
            assert_eq!(found.to_string(), expected, "{peer} with {written:?}");
        }
    }
}
