use std::sync::Arc;

use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Path, Service};
use crate::error::ErrorAnswer;

/// Whose rules somebody has.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PolicyGroup {
    /// One of `policy.groups` in the configuration; `null` for the server's profile.
    group: Option<String>,
}

/// Give somebody the rules of a group
#[utoipa::path(
    put, path = "/_aside/v1/service/people/{user_id}/policy_group", tag = "service",
    params(("user_id" = String, Path)),
    request_body = PolicyGroup,
    responses((status = 200, description = "They have these rules now.", body = PolicyGroup)),
    security(("service_token" = []))
)]
pub(crate) async fn put_policy_group(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Path(user_id): Path<OwnedUserId>,
    Body(wanted): Body<PolicyGroup>,
) -> Result<Json<PolicyGroup>, ErrorAnswer> {
    hs.set_policy_group(&service, &user_id, wanted.group.clone()).await?;
    Ok(Json(wanted))
}
