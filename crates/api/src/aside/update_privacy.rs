use std::collections::BTreeMap;
use std::sync::Arc;

use aside_domain::{Homeserver, privacy};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::get_privacy::{self, Privacy};
use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// Names of settings with the words that are chosen; `null` takes a choice back, and the platform's default holds again.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = json!({ "who_may_message": "people_you_follow", "typing": "off", "active_status": null }))]
pub(crate) struct PrivacyChoices(BTreeMap<String, Option<String>>);

/// Choose one's privacy
///
/// What is left out stays as it is. Where one of the choices can't be, nothing changes.
#[utoipa::path(
    patch, path = "/_aside/v1/privacy", tag = "privacy",
    request_body = PrivacyChoices,
    responses((status = 200, description = "Every setting, as it is now.", body = Privacy))
)]
pub(crate) async fn update_privacy(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(choices): Body<PrivacyChoices>,
) -> Result<Json<Privacy>, ErrorAnswer> {
    privacy::change(&hs, &session, choices.0.into_iter().collect()).await?;
    get_privacy::of(&hs, &session).await
}
