use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{Page, Paging};
use super::{Caller, Query};
use crate::error::ErrorAnswer;

/// Somebody who is blocked.
#[derive(Serialize, ToSchema)]
pub(crate) struct Blocked {
    user_id: String,
    /// Since when; absent where another client blocked them, which doesn't say.
    #[serde(skip_serializing_if = "Option::is_none")]
    since_ts: Option<i64>,
}

/// Whom I block
///
/// The list is the one that Matrix clients know as ignored users (`m.ignored_user_list`): blocking in any client is
/// blocking here.
#[utoipa::path(
    get, path = "/_aside/v1/blocks", tag = "safety",
    params(Paging),
    responses((status = 200, description = "A page of the list, by user id.", body = Page<Blocked>))
)]
pub(crate) async fn list_blocks(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Blocked>>, ErrorAnswer> {
    let blocks = safety::blocks(&hs, &session).await?.into_iter();
    let after = |user_id: &str| paging.from.as_deref().is_none_or(|from| user_id > from);
    let mut items: Vec<Blocked> = blocks
        .filter(|block| after(block.user_id.as_str()))
        .map(|block| Blocked { user_id: block.user_id.to_string(), since_ts: block.since_ts })
        .collect();
    let next_batch = (items.len() > paging.limit()).then(|| items[paging.limit() - 1].user_id.clone());
    items.truncate(paging.limit());
    Ok(Json(Page { items, next_batch }))
}
