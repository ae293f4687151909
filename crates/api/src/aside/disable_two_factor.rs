use std::sync::Arc;

use aside_domain::{Homeserver, two_factor};
use axum::Json;
use axum::extract::State;

use super::enrol_two_factor::PasswordProof;
use super::{Body, Caller, Done};
use crate::error::ErrorAnswer;

/// Switch two-factor authentication off
///
/// It takes the password and a code; whoever has lost both authenticator and recovery codes asks the operator.
#[utoipa::path(
    post, path = "/_aside/v1/two_factor/disable", tag = "two_factor",
    request_body = PasswordProof,
    responses((status = 200, description = "It is off.", body = Done))
)]
pub(crate) async fn disable_two_factor(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(PasswordProof { password }): Body<PasswordProof>,
) -> Result<Json<Done>, ErrorAnswer> {
    two_factor::disable(&hs, &session, &password).await?;
    Ok(Json(Done {}))
}
