//! Events as people see them: which of them they may see, and how they are written for clients.
//!
//! Whoever reads a stretch of a room's log for somebody does it in one transaction of the room's side:
//!
//! ```ignore
//! let viewer = Viewer::in_sync(hs, session, &room).upto(user_room.last_pos);
//! let raws = hs.store.read(Side::Room(num), async move |tx| {
//!     let mut events = events::range(tx, num, from, to, direction, limit).await?;
//!     let mut reader = viewer.open(tx, from).await?;
//!     events.retain(|event| reader.sees(event.pos));
//!     reader.render::<AnySyncTimelineEvent>(tx, &events).await
//! }).await?;
//! ```
//!
//! A viewer may also write the state that a [`crate::rooms::Room`] holds, without a read: [`Viewer::state_event`].

mod aggregate;
mod filter;
mod json;
mod reader;
mod visibility;

pub(crate) use filter::EventFilter;
pub(crate) use json::stripped_state_json;
pub(crate) use reader::{Reader, Viewer};
pub(crate) use visibility::history_visibility_of;

/// A place in a room's log as a pagination token: just before the event at `pos`.
pub(crate) fn position_token(pos: i64) -> String {
    format!("p{pos}")
}
