use super::section::{Invalid, section};

const VERSIONS: [&str; 3] = ["10", "11", "12"];

section! {
    /// How conversations are made.
    pub struct Rooms {
        /// Whether a second direct conversation with the same person leads back to the first one.
        pub reuse_direct: bool = true,

        /// The room version of new rooms: "10", "11" or "12".
        pub default_version: String = "12".to_owned(),
    }
}

impl Rooms {
    pub fn validate(&self) -> Result<(), Invalid> {
        if VERSIONS.contains(&self.default_version.as_str()) {
            Ok(())
        } else {
            Err(Invalid::new("default_version", "is not one of the room versions 10, 11 and 12"))
        }
    }
}
