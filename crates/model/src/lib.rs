//! Words of Aside: ids, positions, and decisions that need nothing but their arguments.
//! No IO, no clock, no randomness, so everything here can be tested by tables of cases.

mod ids;
pub mod policy;
pub mod relation;
pub mod safety;

pub use ids::{QueuePosition, RoomNum, SyncToken, UserNum};
