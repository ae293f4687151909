//! Safety: whom people keep away, and what is said of a text before it is sent or shown.
//!
//! Whom somebody blocks is the list that Matrix clients know as ignored users, so blocking in any client is blocking here.
//! Beside what the specification asks of it (what they say is not shown), a block stops what the blocked person does
//! where it comes in, on every path; and they are not told.

mod blocks;
mod check;
mod edge;
mod filters;
mod forward;
mod house;
mod mask;
mod pair;
mod platform;
mod restraints;

pub(crate) use blocks::set_ignored;
pub use blocks::{Block, block, blocks, blocks_since, unblock};
pub use check::{Checked, Counterpart, check};
pub(crate) use edge::{link_warnings, links_of};
pub use filters::{folder_of, phrases, set_phrases};
pub(crate) use forward::check_forward;
pub(crate) use house::HouseRules;
pub(crate) use mask::masks;
pub(crate) use pair::{
    Reach, check_invite, drops_invite, heard_reason, hides_from, is_deaf_to, keeps_quiet, reach,
};
pub(crate) use platform::{follow_platform, keeps_away};
pub use restraints::{Restraint, list_restraints, put_restraint, remove_restraint};
pub(crate) use restraints::{RestraintCache, restraints};
