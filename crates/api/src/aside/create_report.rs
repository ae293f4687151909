use std::sync::Arc;

use aside_domain::reports::{self, Disclosed, NewReport, Subject};
use aside_domain::{Error, Homeserver};
use axum::Json;
use axum::extract::State;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// What is wrong.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewReportBody {
    /// The message, together with its `room_id`.
    #[schema(value_type = Option<String>)]
    event_id: Option<OwnedEventId>,
    /// The conversation, or where the message is.
    #[schema(value_type = Option<String>)]
    room_id: Option<OwnedRoomId>,
    /// The account, where neither a message nor a conversation is meant.
    #[schema(value_type = Option<String>)]
    user_id: Option<OwnedUserId>,
    /// One of `GET /_aside/v1/report_reasons`.
    reason: String,
    /// At most 4,000 bytes.
    #[serde(default)]
    comment: String,
    /// Messages of the same conversation that moderators should see, at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    context: Vec<OwnedEventId>,
    /// What the client read in an encrypted conversation, at most 20 messages of 64 KiB together. Moderators are told that
    /// the server can't verify it.
    #[serde(default)]
    disclosed: Vec<DisclosedMessage>,
}

/// A message as the reporter's client has decrypted it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DisclosedMessage {
    #[schema(value_type = String)]
    event_id: OwnedEventId,
    sender: Option<String>,
    /// The decrypted content.
    #[schema(value_type = Object)]
    content: Value,
}

/// A report that was filed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportFiled {
    report_id: String,
}

impl ReportFiled {
    pub(crate) fn of(num: i64) -> Self {
        ReportFiled { report_id: num.to_string() }
    }
}

/// Report a message, a conversation or an account
///
/// Whom it is about isn't told.
#[utoipa::path(
    post, path = "/_aside/v1/reports", tag = "reports",
    request_body = NewReportBody,
    responses((status = 200, description = "It waits for a moderator.", body = ReportFiled))
)]
pub(crate) async fn create_report(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(body): Body<NewReportBody>,
) -> Result<Json<ReportFiled>, ErrorAnswer> {
    let subject = match (body.event_id, body.room_id, body.user_id) {
        (Some(event_id), Some(room_id), None) => Subject::Message { room_id, event_id },
        (None, Some(room_id), None) => Subject::Conversation { room_id },
        (None, None, Some(user_id)) => Subject::Account { user_id },
        _ => {
            let reason = "name a message with its room, a room, or a user";
            return Err(Error::invalid("event_id", reason).into());
        }
    };
    let disclosed = body
        .disclosed
        .into_iter()
        .map(|DisclosedMessage { event_id, sender, content }| Disclosed { event_id, sender, content });
    let report = NewReport {
        subject,
        reason: body.reason,
        comment: body.comment,
        context: body.context,
        disclosed: disclosed.collect(),
    };
    let num = reports::file(&hs, &session, report).await?;
    Ok(Json(ReportFiled::of(num)))
}
