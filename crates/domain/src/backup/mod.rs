//! Backups of room keys, which clients encrypt before they upload them (specification, 10.12.5.4 Server-side key backups).

mod keys;
mod versions;

pub use aside_store::backup::Which;
pub use keys::{NewSession, Stored, delete, get, put};
pub use versions::{NewVersion, Version, create, delete_version, find_current, find_version, update};
