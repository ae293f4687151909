use std::sync::Arc;

use aside_domain::{Homeserver, two_factor};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// How it stands with two-factor authentication.
#[derive(Serialize, ToSchema)]
pub(crate) struct TwoFactor {
    /// Whether a code has to stand behind the password.
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    since_ts: Option<i64>,
    /// How many recovery codes are left.
    recovery_codes: i64,
}

/// Two-factor authentication
///
/// Whether it is on for the account. Where it is, the code that an authenticator shows is typed directly behind the
/// password, wherever a Matrix client asks for a password: `secret-word123456`. A recovery code stands there as well. Where
/// the code is missing, the errcode is `ORG.ASIDE.SECOND_FACTOR`.
#[utoipa::path(
    get, path = "/_aside/v1/two_factor", tag = "two_factor",
    responses((status = 200, description = "How it stands.", body = TwoFactor))
)]
pub(crate) async fn get_two_factor(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<TwoFactor>, ErrorAnswer> {
    let two_factor::Status { since_ts, recovery_codes } = two_factor::status(&hs, &session).await?;
    Ok(Json(TwoFactor { enabled: since_ts.is_some(), since_ts, recovery_codes }))
}
