//! Reading what was said in rooms: pages of the log, one event and what surrounds it, state, members, relations, threads.

mod context;
mod event;
mod members;
mod page;
mod relations;
mod state;
mod threads;
mod token;

pub(crate) use context::around;
pub use context::{Context, context};
pub use event::{event, event_at_time};
pub use members::{JoinedMember, joined_members, members};
pub use page::{Page, PageRequest, messages};
pub use relations::{RECURSION_DEPTH, Related, RelatedRequest, relations};
pub use state::{StateFormat, state, state_event};
pub use threads::threads;

pub use aside_store::events::Direction;
