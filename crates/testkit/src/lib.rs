//! People with names, for whole-server tests: a real server on a real SQLite file, spoken to over HTTP.

mod authenticator;
mod files;
mod outside;
mod person;
mod server;

pub use authenticator::code_at;
pub use files::{File, in_path, stream};
pub use outside::{Asked, Outside};
pub use person::{Answer, Person, bodies, path, text, timeline};
pub use reqwest::Method;
pub use server::{TestServer, http_client};
