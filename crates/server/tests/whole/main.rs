//! Whole-server tests with people in them: a real server, a real SQLite file, spoken to over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod backup;
mod bad_input;
mod crash;
mod endpoints;
mod keys;
mod login;
mod messages;
mod registration;
mod signing;
mod sync;
mod to_device;
