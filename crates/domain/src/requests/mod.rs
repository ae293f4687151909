//! Message requests: conversations and groups that somebody else would like to have with a person, until they answer.
//!
//! A request is the recipient's ordinary invite to the room and a row on their side. Joining is accepting and leaving is declining,
//! whichever API is used. Where a stranger's request for a conversation of two is declined, nothing happens in the room: the sender
//! goes on seeing an invite.

mod answer;
mod facts;
mod list;
mod preview;
mod settle;

pub use answer::{Answer, answer, answer_all, read};
pub use facts::Facts;
pub use list::{Listed, Sort, Wanted, list};
pub use preview::{Preview, preview};
pub use settle::reported;
pub(crate) use settle::{
    Brought, accepted, bring, brought, declines_silently, expire, is_dropped, news, silently, was_declined,
    withdrawn,
};
