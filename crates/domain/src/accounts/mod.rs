//! Accounts: who people are, and which of their devices is speaking.

mod announce;
mod care;
mod credentials;
pub mod devices;
mod localpart;
mod login;
mod names;
mod password;
mod profile;
mod register;
mod sessions;
mod uia;
mod users;

pub use announce::Announcements;
pub(crate) use care::remove;
pub use care::{Connection, change_password, check_new_password, deactivate, list_connections};
pub(crate) use credentials::demand_password;
pub use login::{log_in, log_out, log_out_everywhere};
pub use names::Names;
pub(crate) use names::{find_user_num, user_id};
pub use password::Hashers;
pub(crate) use profile::profile;
pub use profile::{Profile, delete_field, find_profile, set_field};
pub use register::{NewAccount, is_available, is_token_valid, register};
pub(crate) use sessions::hash_of;
pub use sessions::{Device, NewSession, Session, Sessions, authenticate, create_session, note_seen, refresh};
pub use uia::{Interactions, complete_in_browser, require_password};
pub use users::create_user;
use users::insert_user;
