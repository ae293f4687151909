use std::sync::Arc;

use aside_domain::requests::{self, Sort, Wanted};
use aside_domain::{Error, Homeserver};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::page::{Page, Paging};
use super::request::MessageRequest;
use super::{Caller, Query};
use crate::error::ErrorAnswer;

/// Which requests to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichRequests {
    /// `pending` (as without it), `accepted`, `declined`, `blocked` or `expired`.
    state: Option<String>,
    /// `inbox`, `requests`, `hidden` or `spam`; all without it.
    folder: Option<String>,
    /// Part of the sender's id or name.
    sender: Option<String>,
    /// A word of what was said, or of the group's name. What is encrypted is not searched.
    keyword: Option<String>,
    unread: Option<bool>,
    /// Whether conversations of two, or only groups.
    direct: Option<bool>,
    /// The least `priority` that a request must have, 0 to 100.
    #[serde(default)]
    min_priority: u8,
    /// `recent` (as without it) or `priority`.
    #[serde(default)]
    sort: RequestOrder,
}

/// What stands first.
#[derive(Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RequestOrder {
    #[default]
    Recent,
    Priority,
}

/// Message requests
///
/// Nobody is told that they were looked at.
#[utoipa::path(
    get, path = "/_aside/v1/requests", tag = "requests",
    params(WhichRequests, Paging),
    responses((status = 200, description = "A page of requests.", body = Page<MessageRequest>))
)]
pub(crate) async fn list_requests(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(which): Query<WhichRequests>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<MessageRequest>>, ErrorAnswer> {
    let offset = match paging.from.as_deref() {
        None => 0,
        Some(from) => from.parse().map_err(|_| Error::invalid("from", "not a page of this list"))?,
    };
    let wanted = Wanted {
        state: which.state,
        folder: which.folder,
        sender: which.sender,
        keyword: which.keyword,
        unread: which.unread,
        direct: which.direct,
        min_priority: which.min_priority,
        sort: match which.sort {
            RequestOrder::Recent => Sort::Recent,
            RequestOrder::Priority => Sort::Priority,
        },
        offset,
        limit: paging.limit(),
    };
    let (listed, total) = requests::list(&hs, &session, &wanted).await?;
    let end = offset.saturating_add(listed.len());
    let next_batch = (end < total).then(|| end.to_string());
    Ok(Json(Page { items: listed.into_iter().map(MessageRequest::from).collect(), next_batch }))
}
