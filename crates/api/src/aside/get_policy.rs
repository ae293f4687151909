use std::sync::Arc;

use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// The rules that hold for whoever asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Policy {
    /// The name of the profile.
    id: String,
    /// One sentence for people.
    about: String,
    /// Every key of the profile, by section, as docs/operating/policy.md explains them. Clients apply those of `content`,
    /// `text` and `stranger` themselves in encrypted conversations, which the server can't read.
    #[schema(value_type = Object)]
    rules: Value,
}

/// The policy in force
///
/// Text, media and group limits, which settings people have, and what strangers may do.
#[utoipa::path(
    get, path = "/_aside/v1/policy", tag = "policy",
    responses((status = 200, description = "The rules that hold for whoever asks.", body = Policy))
)]
pub(crate) async fn get_policy(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Policy>, ErrorAnswer> {
    let profile = hs.policy_for(session.user).await?;
    let rules = serde_json::to_value(&*profile).map_err(aside_domain::Error::internal)?;
    Ok(Json(Policy { id: profile.profile.id.clone(), about: profile.profile.about.clone(), rules }))
}
