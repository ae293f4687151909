//! What protects a conversation, told truthfully: who can read it, what is known about it, and for how long.
//!
//! Nothing here is a promise of its own. It is worked out from the configuration and the room's state each time it is
//! asked for, and when that changes, the conversation is told by an event (`org.aside.security`).

mod announce;
mod label;
mod metadata;

pub(crate) use announce::{
    ANNOUNCE, ANNOUNCE_ALL, EVENT, PATIENCE_MS, announce_later, matters, run_announce, run_announce_all,
    tell_if_configured_anew,
};
pub use label::{AtRest, Encryption, Label, Level, Reader, label};
pub use metadata::{Kept, Metadata};
