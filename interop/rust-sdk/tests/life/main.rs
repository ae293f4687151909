//! The life of a direct message, lived by unmodified clients of the Matrix Rust SDK.

// The futures of the SDK are nested deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod account;
mod conversation;
mod device;
mod homeserver;
mod keys;
