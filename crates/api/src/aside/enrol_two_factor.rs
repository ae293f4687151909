use std::sync::Arc;

use aside_domain::{Homeserver, two_factor};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// Proof that it is the account's owner who asks.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordProof {
    /// Of the account; where two-factor authentication is on, with a code behind it.
    pub(crate) password: String,
}

/// What an authenticator is to be given.
#[derive(Serialize, ToSchema)]
pub(crate) struct TwoFactorSecret {
    /// In Base32, for those who type.
    secret: String,
    /// An `otpauth` link, to be shown as a QR code.
    uri: String,
}

/// Begin two-factor authentication
///
/// Makes a secret for an authenticator (RFC 6238: SHA-1, six digits, thirty seconds). Nothing is asked for until a code was
/// shown within an hour, by `POST /_aside/v1/two_factor/confirm`.
#[utoipa::path(
    post, path = "/_aside/v1/two_factor/enrol", tag = "two_factor",
    request_body = PasswordProof,
    responses((status = 200, description = "A new secret.", body = TwoFactorSecret))
)]
pub(crate) async fn enrol_two_factor(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<Json<TwoFactorSecret>, ErrorAnswer> {
    let two_factor::Enrolment { secret, uri } = two_factor::begin(&hs, &session, &password).await?;
    Ok(Json(TwoFactorSecret { secret, uri }))
}
