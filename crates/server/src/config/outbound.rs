use aside_domain::Destination;

use super::section::{Invalid, section};

section! {
    /// Requests that the server makes to addresses which its users name: push gateways, and pages that are linked to.
    pub struct Outbound {
        /// What may be reached although it is not the public internet, such as ["10.1.2.3", "10.2.0.0/16",
        /// "push.internal"]: a push gateway in the house. Whoever has an account can make the server send requests there.
        pub allow: Vec<String> = Vec::new(),
    }
}

impl Outbound {
    pub fn validate(&self) -> Result<(), Invalid> {
        let broken = self.allow.iter().find_map(|text| text.parse::<Destination>().err());
        broken.map_or(Ok(()), |reason| Err(Invalid::new("allow", format!("is refused: {reason}"))))
    }

    pub fn destinations(&self) -> Vec<Destination> {
        self.allow.iter().filter_map(|text| text.parse().ok()).collect()
    }
}
