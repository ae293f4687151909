use std::sync::Arc;

use aside_domain::{Homeserver, relations};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::kind::Kind;
use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// Which relation, and with whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct With {
    /// `follow`, `contact`, `connection`, `page_like` or `like`.
    pub(crate) kind: Kind,
    #[param(value_type = String, example = "@bob:example.org")]
    pub(crate) user_id: OwnedUserId,
}

/// What holds now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Said {
    /// Whether the other one says so, too: the connection is made, the two match, each follows the other.
    mutual: bool,
}

/// Follow, ask, accept, like
///
/// Follows somebody, likes them or their page, or asks them to be a contact or connection. Who was asked accepts by asking
/// back.
#[utoipa::path(
    put, path = "/_aside/v1/relations/{kind}/{user_id}", tag = "relations",
    params(With),
    responses((status = 200, description = "It is noted.", body = Said))
)]
pub(crate) async fn put_relation(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(with): Path<With>,
) -> Result<Json<Said>, ErrorAnswer> {
    let mutual = relations::put(&hs, &session, with.kind.0, &with.user_id).await?;
    Ok(Json(Said { mutual }))
}
