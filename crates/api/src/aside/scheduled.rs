//! How a message that waits is described, alone and in lists.

use aside_domain::scheduled::Scheduled;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A message that is to be sent at a time to come.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScheduledMessage {
    scheduled_id: String,
    room_id: String,
    /// The type of the event.
    #[serde(rename = "type")]
    kind: String,
    #[schema(value_type = Object)]
    content: Value,
    send_ts: i64,
    /// Why it could not be sent; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<SendingFailure>,
    created_ts: i64,
    changed_ts: i64,
}

/// Why a message could not be sent when its time had come.
#[derive(Serialize, ToSchema)]
pub(crate) struct SendingFailure {
    /// A sentence for its author.
    error: String,
    /// The rule of the policy that refused it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
}

impl From<Scheduled> for ScheduledMessage {
    fn from(message: Scheduled) -> ScheduledMessage {
        ScheduledMessage {
            scheduled_id: message.id,
            room_id: message.room_id.to_string(),
            kind: message.kind,
            content: message.content,
            send_ts: message.send_ts,
            failure: message
                .failure
                .map(|failure| SendingFailure { error: failure.text, rule: failure.rule }),
            created_ts: message.created_ts,
            changed_ts: message.changed_ts,
        }
    }
}
