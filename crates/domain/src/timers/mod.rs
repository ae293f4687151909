//! Messages that disappear: after a time, once they were read, or once they were looked at.
//!
//! What is to go is a row beside the room's log, written in the transaction of its message; one job for each room wakes
//! when the next of them is due (`docs/adr/0008`). At that time the server redacts the message in its sender's name, so
//! that every client drops it, and with the redaction the content leaves the log, the search index and the media store.

mod arm;
mod expire;
mod read;
mod setting;
mod view_once;

pub(crate) use arm::{Armed, answers, arm, prepare, wake_again};
pub(crate) use expire::{EXPIRE, SCRUB, run_expire, run_scrub, scrub_soon};
pub(crate) use read::read_upto;
pub(crate) use setting::{SETTING, check_setting, may_disappear, shortest_ms};
pub(crate) use view_once::{VIEWED, looked_at, run_viewed};
