use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ruma::ServerName;

use super::section::{Invalid, section};

section! {
    /// Who this server is and where it listens.
    pub struct Server {
        /// The part of every user's id after the colon, as in @alice:example.org.
        /// It is written into the database at the first start and cannot be changed later.
        pub name: String = "localhost".to_owned(),

        /// The address and port on which requests are answered, without TLS. Put a reverse proxy in front of
        /// it before it is reachable from other machines.
        pub listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8008)),

        /// The address under which clients reach this server, given out in /.well-known/matrix/client.
        /// Without it: http:// and the address above.
        pub base_url: Option<String> = None => "https://chat.example.org",

        /// The addresses of reverse proxies whose X-Forwarded-For header is believed. Anyone else could write
        /// into it what they like, and so escape the limits per address.
        pub trusted_proxies: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
    }
}

impl Server {
    pub fn validate(&self) -> Result<(), Invalid> {
        <&ServerName>::try_from(self.name.as_str())
            .map_err(|_| Invalid::new("name", "is not a host name with an optional port"))?;
        match &self.base_url {
            Some(url) if !(url.starts_with("http://") || url.starts_with("https://")) => {
                Err(Invalid::new("base_url", "does not begin with http:// or https://"))
            }
            _ => Ok(()),
        }
    }

    /// The public address, never with a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(self.listen)),
        }
    }
}

/// "Every address" is where a server listens, not where a client can go.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
