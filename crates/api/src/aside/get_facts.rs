use std::sync::Arc;

use aside_domain::{Homeserver, relations};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Path, Service};
use crate::error::ErrorAnswer;

/// What the platform knows of somebody, as decisions use it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Facts {
    /// In full years, today; of an age band the youngest age.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<u8>,
    verified: bool,
    badges: Vec<String>,
    page: bool,
    open: bool,
    created_ts: i64,
    /// Since when the account has belonged to whoever has it now.
    trust_from_ts: i64,
}

/// What is known of somebody
#[utoipa::path(
    get, path = "/_aside/v1/service/people/{user_id}", tag = "service",
    params(("user_id" = String, Path)),
    responses((status = 200, description = "What is known.", body = Facts)),
    security(("service_token" = []))
)]
pub(crate) async fn get_facts(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Path(user_id): Path<OwnedUserId>,
) -> Result<Json<Facts>, ErrorAnswer> {
    let facts = relations::find_facts(&hs, &service, &user_id).await?;
    Ok(Json(Facts {
        age: facts.age_years,
        verified: facts.verified,
        badges: facts.badges,
        page: facts.is_page,
        open: facts.is_open,
        created_ts: facts.created_ms,
        trust_from_ts: facts.trust_from_ms,
    }))
}
