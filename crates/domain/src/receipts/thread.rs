//! Which part of a room a receipt is about (specification, 11.6.2.2 Threaded read receipts).

use aside_store::events::{self, Event};
use aside_store::{Tx, relations};
use ruma::{EventId, OwnedEventId};

use crate::messages::relation_of;
use crate::{Error, Result, RoomNum};

/// How many relations are followed from an event to its thread's root: an edit of a reply in a thread takes two.
const STEPS_MAX: usize = 4;

/// A part of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thread {
    /// All of it, whatever the threads.
    Unthreaded,
    /// What is in no thread.
    Main,
    /// The thread below an event.
    Of(OwnedEventId),
}

impl Thread {
    /// Reads a request's `thread_id`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is neither `main` nor an event id.
    pub fn parse(thread_id: &str) -> Result<Thread> {
        if thread_id == "main" {
            return Ok(Thread::Main);
        }
        let root = EventId::parse(thread_id);
        root.map(Thread::Of).map_err(|_| Error::invalid("thread_id", "neither \"main\" nor an event id"))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Thread::Unthreaded => "",
            Thread::Main => "main",
            Thread::Of(root) => root.as_str(),
        }
    }

    /// Checks that an event belongs here. A thread's root is in the main timeline and in its thread.
    pub(super) async fn check(
        &self,
        tx: &Tx<'_>,
        room: RoomNum,
        event: Event,
    ) -> aside_store::Result<Result<()>> {
        let outside = || Err(Error::invalid("thread_id", "the event is not in this thread"));
        if *self == Thread::Unthreaded {
            return Ok(Ok(()));
        }
        let (own_id, is_related) = (event.event_id.clone(), event.related);
        let root = find_root(tx, room, event).await?;
        Ok(match self {
            Thread::Main if root.is_none() => Ok(()),
            Thread::Of(wanted) if root.as_deref() == Some(wanted.as_str()) => Ok(()),
            Thread::Of(wanted) if *wanted == own_id && is_related => {
                let replies = relations::list_bundled(tx, room, &own_id).await?;
                let is_root = replies.iter().any(|reply| reply.rel_type == "m.thread");
                if is_root { Ok(()) } else { outside() }
            }
            _ => outside(),
        })
    }
}

/// The root of the thread that an event is in, itself or by what it relates to.
async fn find_root(tx: &Tx<'_>, room: RoomNum, mut event: Event) -> aside_store::Result<Option<String>> {
    for _ in 0..STEPS_MAX {
        let Some(relation) = relation_of(&event) else { return Ok(None) };
        if relation.rel_type == "m.thread" {
            return Ok(Some(relation.parent_id));
        }
        match events::find(tx, room, &relation.parent_id).await? {
            Some(parent) => event = parent,
            None => return Ok(None),
        }
    }
    Ok(None)
}
