//! Whole-server tests with people in them: a real server, a real SQLite file, spoken to over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![expect(clippy::cloned_ref_to_slice_refs, reason = "a list of one reads best as a list")]

mod account;
mod account_data;
mod aliases;
mod backup;
mod bad_input;
mod blocking;
mod content_rules;
mod crash;
mod devices;
mod directory;
mod edits;
mod endpoints;
mod history;
mod identity;
mod keys;
mod login;
mod media;
mod members;
mod messages;
mod own_api;
mod pages;
mod people;
mod policy;
mod presence;
mod privacy;
mod profiles;
mod push_rules;
mod receipts;
mod redaction;
mod registration;
mod relations;
mod remote_media;
mod reports;
mod requests;
mod rooms;
mod safety_check;
mod scheduled;
mod sealing;
mod search;
mod security;
mod signing;
mod state;
mod sync;
mod threads;
mod thumbnails;
mod timers;
mod to_device;
mod two_factor;
mod typing;
mod unread;
