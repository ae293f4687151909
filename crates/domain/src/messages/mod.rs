//! The desk: everything that is said in a room goes through here.

mod append;
mod bring;
mod build;
mod change;
mod deliver;
mod edit;
mod redact;
mod relation;
mod send;
mod sweep;
mod windows;
mod write;

pub(crate) use append::Appended;
pub use append::{Lanes, Sender, append};
pub(crate) use deliver::{catch_up, deliver_receipts_soon, deliver_soon, settled};
pub(crate) use redact::draft as redaction;
pub use redact::redact;
pub(crate) use redact::redact_as;
pub(crate) use relation::of as relation_of;
pub(crate) use send::{say, txn_id};
pub use send::{send, send_state};
pub(crate) use sweep::Delivered;
pub use sweep::sweep;
pub(crate) use windows::describe;
pub(crate) use write::Write;
