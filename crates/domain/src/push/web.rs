//! Browsers: how a notification is told to one by its push service (RFC 8030).

use aside_outbound::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::json;

use super::send::{News, Told, unanswered};
use super::subscription::Subscription;
use crate::{Error, Homeserver, Result};

/// How long a push service keeps it for a browser that is away.
const LIFE_S: u32 = 24 * 3_600;
/// Nothing in the answer is of interest, but only a connection whose answer was read can be used again.
const ANSWER_BYTES_MAX: usize = 4 << 10;

/// Tells a browser of a message: where it is, never what it says.
///
/// # Errors
/// [`Error::Internal`] where the push service can't be reached or didn't take it.
pub(super) async fn send(
    hs: &Homeserver,
    subscription: &Subscription,
    news: &News,
    unread: i64,
) -> Result<Told> {
    let room_id = news.room.room_id.as_str();
    let message = json!({
        "event_id": news.event.event_id,
        "room_id": room_id,
        "prio": if news.is_urgent() { "high" } else { "low" },
        "counts": { "unread": unread },
    });
    let body = subscription.encrypt(message.to_string().as_bytes())?;
    let authorization =
        hs.vapid.authorization(&subscription.endpoint, &hs.settings.push_contact, hs.clock.now_ms())?;
    let text = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let headers = HeaderMap::from_iter([
        (header::AUTHORIZATION, text(&authorization)?),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
        (HeaderName::from_static("ttl"), HeaderValue::from(LIFE_S)),
        (
            HeaderName::from_static("urgency"),
            HeaderValue::from_static(if news.is_urgent() { "high" } else { "normal" }),
        ),
        (HeaderName::from_static("topic"), text(&subscription.topic(room_id))?),
    ]);
    match hs.outbound.post(&subscription.endpoint, headers, body, ANSWER_BYTES_MAX).await {
        Ok(answer) if answer.is_success() => Ok(Told::Yes),
        // Not found and gone: the person has withdrawn their permission. Forbidden: they subscribed with another server's key.
        Ok(answer) if matches!(answer.status, 403 | 404 | 410) => Ok(Told::Gone),
        Ok(answer) => Err(Error::internal(format!("the push service answered {}", answer.status))),
        Err(error) => unanswered(error),
    }
}
