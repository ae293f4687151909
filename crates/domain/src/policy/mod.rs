//! Contact policies at work: which profile holds for whom, what is known of two people, and where the verdict is enforced.
//!
//! The verdict itself is [`aside_model::policy::decide`], which is pure. An invite is judged before it is written, in a
//! transaction of the sender's side that also takes from their budget ([`admit`]); messages into a request and the size of
//! groups are judged in the room's lane, in the transaction that stores the event ([`gate`]). An established conversation pays for
//! one look at an empty map. `docs/adr/0007` says why.

mod admit;
mod book;
mod content;
mod encryption;
mod explain;
mod gate;
mod gather;
mod replay;

pub(crate) use admit::{Occasion, Passed, admit, pass, was_turned_away};
pub use book::{Policies, PolicySettings, read_profile};
pub(crate) use content::{check_message, note_text, text_of};
pub(crate) use encryption::{check_encryption, encryption, no_encryption};
pub use explain::{Explained, explain};
pub(crate) use gate::{Change, gate};
pub use replay::{Change as ReplayedChange, Replayed, replay};
