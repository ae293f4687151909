//! What an event does to those before it: a redaction empties one and its edits, an edit may replace what it edits.
//!
//! It is found out before the event is written and done in the same transaction, with the rows of the search index, so that
//! emptied text is nowhere from the moment on at which its sender is answered.

use aside_store::events::{self, Event};
use aside_store::search::{self, Word};
use aside_store::{Tx, relations};

use crate::Result;
use crate::rooms::{self, Room};
use crate::search::{Tokens, words_of};

/// One change to an event that is in the log.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Its content becomes what redaction leaves of it.
    Empty { pos: i64, content: String, words: Vec<Word> },
    /// An edit that a newer one replaced: its content is gone. That there was one is still counted.
    Supersede { pos: i64, words: Vec<Word> },
    /// Its content becomes what an edit makes of it, where no history is kept.
    Replace { pos: i64, content: String, words: Vec<Word>, new_words: Vec<Word> },
}

impl Change {
    /// # Errors
    /// [`crate::Error::Internal`] where the stored content isn't JSON.
    pub(super) fn empty(tokens: &Tokens, room: &Room, event: &Event) -> Result<Change> {
        Ok(Change::Empty {
            pos: event.pos,
            content: rooms::redacted_content(&room.rules, event)?,
            words: words_of(tokens, room.num, event),
        })
    }

    pub(super) fn supersede(tokens: &Tokens, room: &Room, event: &Event) -> Change {
        Change::Supersede { pos: event.pos, words: words_of(tokens, room.num, event) }
    }

    pub(super) fn replace(tokens: &Tokens, room: &Room, event: &Event, content: String) -> Change {
        let after = Event { content: content.clone(), ..event.clone() };
        let words = words_of(tokens, room.num, event);
        Change::Replace { pos: event.pos, content, words, new_words: words_of(tokens, room.num, &after) }
    }

    /// Does it, on behalf of the event with this id. The room's row is held since its next position was taken.
    pub(super) async fn run(
        &self,
        tx: &Tx<'_>,
        room: crate::RoomNum,
        event_id: &str,
    ) -> aside_store::Result<()> {
        match self {
            Change::Empty { pos, content, words } => {
                events::redact(tx, room, *pos, content, event_id).await?;
                relations::delete(tx, room, *pos).await?;
                search::delete(tx, room, *pos, words).await
            }
            Change::Supersede { pos, words } => {
                events::replace(tx, room, *pos, "{}").await?;
                search::delete(tx, room, *pos, words).await
            }
            Change::Replace { pos, content, words, new_words } => {
                events::replace(tx, room, *pos, content).await?;
                search::delete(tx, room, *pos, words).await?;
                search::insert(tx, room, *pos, new_words).await
            }
        }
    }
}
