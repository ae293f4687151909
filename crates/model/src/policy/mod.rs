//! Who may write to whom, where it lands and what a stranger may send: platforms' rules as data, and one pure function that
//! judges by them.
//!
//! A [`Profile`] is a TOML file (`profiles/` has those that are built in). [`decide`] takes a profile and [`Inputs`], and
//! answers a [`Verdict`] with its reasons. `docs/operating/policy.md` tells how to write a profile.

mod built_in;
mod case;
mod content;
mod decide;
mod inputs;
mod keys;
mod limits;
mod load;
mod profile;
mod sections;
mod start;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

pub use built_in::{BUILT_IN, DEFAULT, built_in};
pub use case::Case;
pub use content::{Seen, look};
pub use decide::{decide, refused_encryption};
pub use inputs::{Deed, Inputs};
pub use keys::Key;
pub use load::{Loaded, Problem, load};
pub use profile::{Profile, allows_one_more};
pub use sections::*;
pub use verdict::{Action, Reason, Rule, Value, Verdict};
pub use words::{
    AddRequires, Choice, Condition, Conditions, Consent, E2ee, Folder, Kind, LinkMode, Links, MediaMode,
    PiiMode, Scope, StrangerAdd, TimerStart, Unit, UnknownAge,
};
