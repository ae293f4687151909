//! Full-text search over what the server can read.
//!
//! Every word of a message is a row beside the room's log, made after the sender was answered; `docs/adr/0008` says why
//! it is an index of our own. What is found is looked up in the log and compared with what was asked for, so nothing is
//! shown that is no longer there or that the user may not see.

mod find;
mod index;
mod text;
mod words;

pub use find::search;
pub(crate) use index::{Backlog, catch_up, keep_indexed};
pub(crate) use text::words_of;
pub(crate) use words::Tokens;
