//! Decisions and their effects. The door (`api`) calls in here; nothing here knows HTTP or SQL.
//!
//! Everything hangs on one [`Homeserver`], handed to plain functions grouped by subject.

pub mod account_data;
pub mod accounts;
pub mod backup;
mod cache;
mod clock;
pub mod directory;
pub mod ephemeral;
mod error;
mod events;
pub mod gifs;
pub mod history;
mod homeserver;
pub mod identity;
pub mod jobs;
pub mod keys;
mod limits;
pub mod media;
pub mod messages;
pub mod operators;
mod per_user;
pub mod policy;
pub mod previews;
pub mod privacy;
pub mod push;
pub mod receipts;
pub mod registration;
pub mod relations;
pub mod reports;
pub mod requests;
pub mod rooms;
pub mod safety;
pub mod scheduled;
mod sealing;
pub mod search;
pub mod security;
mod settings;
pub mod sync;
mod timers;
pub mod to_device;
pub mod turn;
pub mod two_factor;

pub use aside_model::{QueuePosition, RoomNum, SyncToken, UserNum};
pub use aside_outbound::Destination;
pub use clock::{Clock, Random};
pub use error::{Error, Result};
pub use homeserver::{Homeserver, server_name};
pub use limits::Limited;
pub use settings::{MediaStore, Settings};
