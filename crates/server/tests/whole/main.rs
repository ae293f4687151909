//! Whole-server tests with people in them: a real server, a real SQLite file, spoken to over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod account;
mod backup;
mod bad_input;
mod crash;
mod devices;
mod directory;
mod endpoints;
mod keys;
mod login;
mod messages;
mod pages;
mod profiles;
mod registration;
mod signing;
mod sync;
mod to_device;
