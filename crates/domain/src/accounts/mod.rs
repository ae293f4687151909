//! Accounts: who people are, and which of their devices is speaking.

mod names;
mod password;
mod profile;
mod sessions;
mod users;

pub use names::Names;
pub(crate) use names::{find_user_num, user_id};
pub use profile::Profile;
pub(crate) use profile::profile;
pub use sessions::{NewSession, Session, Sessions, authenticate, create_session};
pub use users::create_user;
