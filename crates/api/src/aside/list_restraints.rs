use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use super::put_restraint::Restraint;
use crate::error::ErrorAnswer;

/// Somebody who is kept at a distance.
#[derive(Serialize, ToSchema)]
pub(crate) struct Restrained {
    kind: Restraint,
    user_id: String,
    since_ts: i64,
}

/// Everybody who is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Restraints {
    items: Vec<Restrained>,
}

/// Whom I restrict or mute
#[utoipa::path(
    get, path = "/_aside/v1/restraints", tag = "safety",
    responses((status = 200, description = "The list, by kind and user id.", body = Restraints))
)]
pub(crate) async fn list_restraints(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Restraints>, ErrorAnswer> {
    let listed = safety::list_restraints(&hs, &session).await?.into_iter();
    let items = listed
        .map(|(kind, user_id, since_ts)| Restrained { kind: kind.into(), user_id: user_id.to_string(), since_ts })
        .collect();
    Ok(Json(Restraints { items }))
}
