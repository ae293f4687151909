use super::section::{Invalid, section};

section! {
    /// Notifications that are sent to people's devices while they are away.
    pub struct Push {
        /// Whether a push gateway is told what a message says and who says it, where the client has not asked for ids only.
        /// Without this every gateway gets only ids, and the device asks the server for the rest. The security label of
        /// each conversation says when this is on. Browsers always get only ids.
        pub include_content: bool = false,

        /// Whom the operator of a push service may complain to: an address that begins with "mailto:" or "https://".
        /// Without it: server.base_url, or else the postmaster of server.name.
        pub contact: Option<String> = None => "mailto:admin@example.org",
    }
}

impl Push {
    pub fn validate(&self) -> Result<(), Invalid> {
        let is_address = |contact: &String| {
            let has_scheme = contact.starts_with("mailto:") || contact.starts_with("https://");
            has_scheme && contact.chars().all(|c| c.is_ascii_graphic())
        };
        match self.contact.as_ref().is_none_or(is_address) {
            true => Ok(()),
            false => Err(Invalid::new("contact", "does not begin with \"mailto:\" or \"https://\"")),
        }
    }
}
