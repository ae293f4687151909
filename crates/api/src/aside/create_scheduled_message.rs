use std::sync::Arc;

use aside_domain::scheduled::{self, NewScheduled};
use aside_domain::{Homeserver, rooms};
use axum::Json;
use axum::extract::State;
use ruma::serde::Raw;
use ruma::{OwnedRoomId, events::AnyMessageLikeEventContent};
use serde::Deserialize;
use utoipa::ToSchema;

use super::scheduled::ScheduledMessage;
use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// What is to be sent, where, and when.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewScheduledMessage {
    #[schema(value_type = String)]
    room_id: OwnedRoomId,
    /// `m.room.message`, `m.sticker`, `m.poll.start` (or `org.matrix.msc3381.poll.start`); in an encrypted conversation
    /// `m.room.encrypted`, as the client encrypted it.
    #[serde(rename = "type")]
    kind: String,
    #[schema(value_type = Object)]
    content: Raw<AnyMessageLikeEventContent>,
    /// At most a year ahead. A time that has passed means now.
    send_ts: i64,
}

/// Send a message later
///
/// It is sent within a second of its time, or once the server is back where it was down, up to a day later. Whether it may
/// be sent is judged then: by the policy, by blocks, by the conversation's own rules. What can't be sent stays in the list
/// for 30 days, with the reason. A person has at most 100 such messages; those for a conversation go when its author
/// leaves it.
///
/// For an encrypted conversation, encrypt the event now and hand over the ciphertext. Whoever comes into the conversation
/// before it is sent can't read it, nor can a device that was added meanwhile, unless it gets the key from a backup.
///
/// Whenever something changes here, all devices of the author get the account data `org.aside.scheduled`.
#[utoipa::path(
    post, path = "/_aside/v1/scheduled", tag = "scheduled",
    request_body = NewScheduledMessage,
    responses((status = 200, description = "It waits.", body = ScheduledMessage))
)]
pub(crate) async fn create_scheduled_message(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(body): Body<NewScheduledMessage>,
) -> Result<Json<ScheduledMessage>, ErrorAnswer> {
    let content = rooms::check_object(&body.content)?;
    let wanted = NewScheduled { kind: body.kind, content, send_ts: body.send_ts };
    let message = scheduled::create(&hs, &session, &body.room_id, wanted).await?;
    Ok(Json(message.into()))
}
