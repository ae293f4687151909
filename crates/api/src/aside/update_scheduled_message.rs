use std::sync::Arc;

use aside_domain::{Homeserver, rooms, scheduled};
use axum::Json;
use axum::extract::State;
use ruma::events::AnyMessageLikeEventContent;
use ruma::serde::Raw;
use serde::Deserialize;
use utoipa::ToSchema;

use super::scheduled::ScheduledMessage;
use super::{Body, Caller, Path};
use crate::error::ErrorAnswer;

/// What is to be different.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ScheduledChange {
    /// In an encrypted conversation, encrypted anew.
    #[schema(value_type = Option<Object>)]
    content: Option<Raw<AnyMessageLikeEventContent>>,
    /// A time that has passed means now.
    send_ts: Option<i64>,
}

/// Change a message that waits
///
/// One that could not be sent waits again. While it is being sent, the answer is `409`.
#[utoipa::path(
    put, path = "/_aside/v1/scheduled/{scheduled_id}", tag = "scheduled",
    params(("scheduled_id" = String, Path)),
    request_body = ScheduledChange,
    responses((status = 200, description = "It waits.", body = ScheduledMessage))
)]
pub(crate) async fn update_scheduled_message(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(id): Path<String>,
    Body(body): Body<ScheduledChange>,
) -> Result<Json<ScheduledMessage>, ErrorAnswer> {
    let content = body.content.as_ref().map(rooms::check_object).transpose()?;
    let message = scheduled::change(&hs, &session, &id, content, body.send_ts).await?;
    Ok(Json(message.into()))
}
