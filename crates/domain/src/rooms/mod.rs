//! Rooms: their state, who may reach them, how they are made and how people come and go.

mod access;
pub mod aliases;
mod create;
mod direct;
pub mod directory;
mod faces;
mod hierarchy;
mod membership;
mod pdu;
mod power;
mod room;
mod summary;
mod upgrade;

pub use access::{JoinedRoom, VisibleRoom, access_joined_room, access_visible_room, joined};
pub use create::{NewRoom, create};
pub(crate) use direct::is_direct_room;
pub(crate) use faces::show_profile;
pub use hierarchy::{Hierarchy, hierarchy};
pub use membership::{ban, forget, invite, join, kick, knock, leave, unban};
pub use pdu::{Draft, Pdu, check_object};
pub(crate) use pdu::{build, content, redacted_content};
pub use room::{Member, Room, Rooms, State};
pub(crate) use room::{find_room_num, load, load_upto, membership_in, membership_of};
pub use summary::summary;
pub use upgrade::upgrade;

/// Versions that rooms may have here; the authorization rules of others are older or not stable.
pub const SUPPORTED_VERSIONS: [&str; 3] = ["10", "11", "12"];

pub fn is_supported(version: &ruma::RoomVersionId) -> bool {
    SUPPORTED_VERSIONS.contains(&version.as_str())
}
