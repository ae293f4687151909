//! Looking over one's own settings now and then: people are reminded, and say when they have done it.

use serde_json::{Value, json};

use crate::account_data::{self, GLOBAL};
use crate::accounts::Session;
use crate::relations;
use crate::{Homeserver, Result};

/// The account data that says when a user last looked over their settings.
const REVIEW: &str = "org.aside.safety_review";
const DAY_MS: i64 = 24 * 3_600_000;
/// How long a review holds.
const EVERY_MS: i64 = 180 * DAY_MS;
/// A new account is asked once it has been used for a while.
const FIRST_AFTER_MS: i64 = 30 * DAY_MS;

/// Whether it is time to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    pub due: bool,
    /// When it is or was due, in milliseconds since 1970.
    pub due_ts: i64,
    pub last_ts: Option<i64>,
}

/// Whether the session's user should look over their privacy and security settings.
pub async fn review(hs: &Homeserver, session: &Session) -> Result<Review> {
    let content = account_data::find(hs, session.user, GLOBAL, REVIEW).await?;
    let content: Option<Value> = content.and_then(|content| serde_json::from_str(&content).ok());
    let last_ts = content.and_then(|content| content["reviewed_ts"].as_i64());
    let due_ts = match last_ts {
        Some(last) => last.saturating_add(EVERY_MS),
        None => relations::facts(hs, session.user).await?.created_ms.saturating_add(FIRST_AFTER_MS),
    };
    Ok(Review { due: due_ts <= hs.clock.now_ms(), due_ts, last_ts })
}

/// Notes that the session's user has looked.
pub async fn set_reviewed(hs: &Homeserver, session: &Session) -> Result<()> {
    let content = json!({ "reviewed_ts": hs.clock.now_ms() }).to_string();
    account_data::set(hs, session.user, GLOBAL, REVIEW, content).await
}
