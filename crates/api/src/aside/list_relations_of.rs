use std::sync::Arc;

use aside_domain::{Homeserver, relations};
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;

use super::list_relations::{Relation, Which};
use super::page::{Page, Paging};
use super::{Path, Query, Service};
use crate::error::ErrorAnswer;

/// Anybody's relations
#[utoipa::path(
    get, path = "/_aside/v1/service/people/{user_id}/relations", tag = "service",
    params(("user_id" = String, Path), Which, Paging),
    responses((status = 200, description = "A page of relations.", body = Page<Relation>)),
    security(("service_token" = []))
)]
pub(crate) async fn list_relations_of(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Path(user_id): Path<OwnedUserId>,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Relation>>, ErrorAnswer> {
    let (listed, next_batch) = relations::list_of(&hs, &service, &user_id, which.on(paging)).await?;
    Ok(Json(Page { items: listed.into_iter().map(Relation::from).collect(), next_batch }))
}
