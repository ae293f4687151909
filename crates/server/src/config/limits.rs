use super::section::{Invalid, section};

section! {
    /// What one client, or all of them together, may ask of the server.
    pub struct Limits {
        /// Whether requests are counted per user and per address, and refused for a while when there are too
        /// many. Without this, passwords can be guessed at full speed.
        pub rate_limits: bool = true,

        /// The largest body of a request, in bytes. Uploads of media have their own limit.
        pub max_request_bytes: usize = 1024 * 1024,

        /// How many connections may be open at once; further ones wait until one is closed.
        pub max_connections: usize = 16_384,
    }
}

/// An event may have 65,536 bytes, so a smaller limit would refuse what the protocol allows.
const SMALLEST_REQUEST_BYTES: usize = 128 * 1024;

impl Limits {
    pub fn validate(&self) -> Result<(), Invalid> {
        if self.max_request_bytes < SMALLEST_REQUEST_BYTES {
            let reason = format!("is less than {SMALLEST_REQUEST_BYTES}, which the protocol needs");
            return Err(Invalid::new("max_request_bytes", reason));
        }
        if self.max_connections == 0 {
            return Err(Invalid::new("max_connections", "lets nobody in"));
        }
        Ok(())
    }
}
