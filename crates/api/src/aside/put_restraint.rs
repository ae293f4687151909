use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Caller, Done, Path};
use crate::error::ErrorAnswer;

/// How somebody is kept at a distance: `restrict` puts what they say apart, without notifications, and hides receipts,
/// typing and presence from them; `mute` only leaves out notifications.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Restraint {
    Restrict,
    Mute,
}

impl From<Restraint> for safety::Restraint {
    fn from(kind: Restraint) -> Self {
        match kind {
            Restraint::Restrict => safety::Restraint::Restrict,
            Restraint::Mute => safety::Restraint::Mute,
        }
    }
}

impl From<safety::Restraint> for Restraint {
    fn from(kind: safety::Restraint) -> Self {
        match kind {
            safety::Restraint::Restrict => Restraint::Restrict,
            safety::Restraint::Mute => Restraint::Mute,
        }
    }
}

/// How, and whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct Which {
    pub(crate) kind: Restraint,
    #[param(value_type = String)]
    pub(crate) user_id: OwnedUserId,
}

/// Restrict or mute somebody
///
/// They are not told.
#[utoipa::path(
    put, path = "/_aside/v1/restraints/{kind}/{user_id}", tag = "safety",
    params(Which),
    responses((status = 200, description = "They are.", body = Done))
)]
pub(crate) async fn put_restraint(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(which): Path<Which>,
) -> Result<Json<Done>, ErrorAnswer> {
    safety::put_restraint(&hs, &session, which.kind.into(), &which.user_id).await?;
    Ok(Json(Done {}))
}
