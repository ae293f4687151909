use std::sync::Arc;

use aside_domain::{Homeserver, scheduled};
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::scheduled::ScheduledMessage;
use super::{Caller, Query};
use crate::error::ErrorAnswer;

/// Which messages to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichScheduled {
    /// Of one conversation; of all without it.
    #[param(value_type = Option<String>)]
    room_id: Option<OwnedRoomId>,
}

/// All of them: there are few.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScheduledMessages {
    items: Vec<ScheduledMessage>,
}

/// Messages that wait to be sent
///
/// Those that could not be sent among them, the next one first.
#[utoipa::path(
    get, path = "/_aside/v1/scheduled", tag = "scheduled",
    params(WhichScheduled),
    responses((status = 200, description = "All of them.", body = ScheduledMessages))
)]
pub(crate) async fn list_scheduled_messages(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(which): Query<WhichScheduled>,
) -> Result<Json<ScheduledMessages>, ErrorAnswer> {
    let listed = scheduled::list(&hs, &session, which.room_id.as_deref()).await?;
    Ok(Json(ScheduledMessages { items: listed.into_iter().map(ScheduledMessage::from).collect() }))
}
