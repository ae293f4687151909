//! The contract of the store, on SQLite and on a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod accounts;
mod aliases;
mod directory;
mod driver;
mod engines;
mod identity;
mod jobs;
mod keys;
mod people;
mod previews;
mod push;
mod queue;
mod receipts;
mod relations;
mod requests;
mod safety;
mod scheduled;
mod second_factors;
mod statements;
