use std::sync::Arc;

use aside_domain::{Homeserver, two_factor};
use axum::Json;
use axum::extract::State;

use super::confirm_two_factor::RecoveryCodes;
use super::enrol_two_factor::PasswordProof;
use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// Get new recovery codes
///
/// The earlier ones work no longer.
#[utoipa::path(
    post, path = "/_aside/v1/two_factor/recovery_codes", tag = "two_factor",
    request_body = PasswordProof,
    responses((status = 200, description = "Ten new codes.", body = RecoveryCodes))
)]
pub(crate) async fn renew_recovery_codes(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<Json<RecoveryCodes>, ErrorAnswer> {
    let recovery_codes = two_factor::renew_codes(&hs, &session, &password).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}
