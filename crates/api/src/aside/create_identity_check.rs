use std::sync::Arc;

use aside_domain::{Homeserver, identity};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::identity::IdentityCheck;
use super::{Body, Service};
use crate::error::ErrorAnswer;

/// Whose identity document is needed, and what for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewIdentityCheck {
    #[schema(value_type = String, example = "@alice:example.org")]
    user_id: OwnedUserId,
    /// One sentence for the person, at most 500 characters.
    #[schema(example = "To sell on this platform you have to be 18 or older.")]
    purpose: String,
}

/// Ask for an identity document
///
/// The person has 30 days to hand one in, and may say no. Asking again for the same purpose while that check is open is the
/// same check. Documents are taken only where the database is sealed.
#[utoipa::path(
    post, path = "/_aside/v1/service/identity_checks", tag = "service",
    request_body = NewIdentityCheck,
    responses((status = 200, description = "The person is asked.", body = IdentityCheck)),
    security(("service_token" = []))
)]
pub(crate) async fn create_identity_check(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Body(wanted): Body<NewIdentityCheck>,
) -> Result<Json<IdentityCheck>, ErrorAnswer> {
    let check = identity::ask(&hs, &service, &wanted.user_id, &wanted.purpose).await?;
    Ok(Json(check.into()))
}
