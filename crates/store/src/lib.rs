//! Memory: the only crate that knows SQL.
//!
//! Everything is read and written through [`Store::read`] and [`Store::write`], whose closures are handed a [`Tx`].
//! The same closure runs on embedded SQLite and on PostgreSQL; `docs/adr/0004` says how and why.
//! Each file below holds the statements of one subject, each statement on the tables of one [`Side`].

mod db;
mod migrate;
mod postgres;
mod sides;
mod sqlite;
mod tx;

pub mod account_data;
pub mod aliases;
pub mod backup;
pub mod budgets;
pub mod complaints;
pub mod cross_signing;
pub mod dialect;
pub mod directory;
pub mod events;
pub mod facts;
pub mod filters;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod measures;
pub mod media;
pub mod moderation;
pub mod names;
pub mod notifications;
pub mod previews;
pub mod privacy;
pub mod profiles;
pub mod pushers;
pub mod queue;
pub mod receipts;
pub mod registration;
pub mod relations;
pub mod reports;
pub mod requests;
pub mod rooms;
pub mod scheduled;
pub mod seal;
pub mod sealing;
pub mod search;
pub mod second_factors;
pub mod ties;
pub mod timers;
pub mod to_device;
pub mod users;

pub use db::{Durability, Location, Store};
pub use sides::{Side, SideKind, TABLES};
pub use tx::{Arg, Column, Row, Tx};

/// What can go wrong in the database. A missing row is not an error but an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's expectation no longer holds (a position moved on, a unique key is taken).
    /// The work was rolled back and may be tried again from fresh data.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The database can't be reached or is shutting down.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// What is sealed can't be opened with the keys that were given; the end of a sentence.
    #[error("{0}")]
    Sealed(String),
    /// The database refused a statement, or holds something it should not.
    #[error("database: {0}")]
    Database(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Database(error.to_string())
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        if error.is_closed() {
            return Error::Unavailable(error.to_string());
        }
        match error.as_db_error() {
            Some(db) => Error::Database(format!("{} ({})", db.message(), db.code().code())),
            None => Error::Database(error.to_string()),
        }
    }
}
