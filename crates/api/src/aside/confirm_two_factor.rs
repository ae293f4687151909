use std::sync::Arc;

use aside_domain::{Homeserver, two_factor};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// What the authenticator shows.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TwoFactorCode {
    #[schema(example = "123456")]
    code: String,
}

/// Codes for the day on which the authenticator is lost. They are shown this once, and each works once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    pub(crate) recovery_codes: Vec<String>,
}

/// Switch two-factor authentication on
///
/// From now on a password alone is refused. Sessions that are open stay open.
#[utoipa::path(
    post, path = "/_aside/v1/two_factor/confirm", tag = "two_factor",
    request_body = TwoFactorCode,
    responses((status = 200, description = "It is on.", body = RecoveryCodes))
)]
pub(crate) async fn confirm_two_factor(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(TwoFactorCode { code }): Body<TwoFactorCode>,
) -> Result<Json<RecoveryCodes>, ErrorAnswer> {
    let recovery_codes = two_factor::confirm(&hs, &session, &code).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}
