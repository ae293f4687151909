//! What the server knows about a conversation besides what is said in it. End-to-end encryption hides none of this.

use crate::rooms::Room;
use crate::{Homeserver, scheduled, timers};

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// As long as the conversation exists on the server.
    WithTheRoom,
    /// As long as the account or device that it is about.
    WithTheAccount,
    /// Only the newest is kept.
    UntilReplaced,
    Days(u32),
    Milliseconds(i64),
}

/// One kind of thing that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// A word for programs.
    pub what: &'static str,
    /// A sentence for people.
    pub text: &'static str,
    pub kept: Kept,
}

/// Notifications that were read are listed for this long.
const NOTIFICATIONS_DAYS: u32 = 30;

pub(super) fn of(hs: &Homeserver, room: &Room) -> Vec<Metadata> {
    let content_kept = timers::shortest_ms(hs, room).map_or(Kept::WithTheRoom, Kept::Milliseconds);
    let known = [
        ("content", "What was said, encrypted or not.", content_kept),
        (
            "messages",
            "That a message was sent: by whom, when, of which type and size. This can be counted, and it stays when a \
             message's content is deleted.",
            Kept::WithTheRoom,
        ),
        ("members", "Who is and was in the conversation, and when they came and went.", Kept::WithTheRoom),
        ("state", "Name, topic, picture and settings of the conversation.", Kept::WithTheRoom),
        (
            "relations",
            "Which message answers, edits or reacts to which, and with which emoji; clients don't encrypt this.",
            Kept::WithTheRoom,
        ),
        ("receipts", "How far each person has read.", Kept::UntilReplaced),
        (
            "devices",
            "Each person's devices, and when and from which address they were last seen.",
            Kept::WithTheAccount,
        ),
        (
            "queue",
            "That there was something new for a person, without its content.",
            Kept::Days(hs.settings.queue_days),
        ),
        (
            "scheduled",
            "What a person has written to be sent later, as their device encrypted it where the conversation is encrypted, \
             until it is sent or taken back. What can't be sent is kept for its author.",
            Kept::Days(scheduled::FAILED_KEPT_DAYS),
        ),
        (
            "notifications",
            "Which messages notified whom. Push services that a person's devices have chosen are told the ids of these \
             messages.",
            Kept::Days(NOTIFICATIONS_DAYS),
        ),
        ("media", "Size, type and uploader of files.", content_kept),
    ];
    known.into_iter().map(|(what, text, kept)| Metadata { what, text, kept }).collect()
}
