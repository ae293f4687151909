use std::sync::Arc;

use aside_domain::relations::{self, Listed, Way};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::kind::Kind;
use super::page::{Page, Paging};
use super::{Caller, Query};
use crate::error::ErrorAnswer;

/// Which relations to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    kind: Kind,
    /// `out` for those that one has with others (as without it), `in` for those that others have with one.
    #[serde(default)]
    direction: Direction,
    /// Whether to list only those that don't hold both ways: with `in`, who waits for an answer. A page may then be
    /// shorter than asked for.
    #[serde(default)]
    pending: bool,
}

impl Which {
    /// The relations that a page of these has.
    pub(crate) fn on(self, paging: Paging) -> relations::Which {
        let Which { kind: Kind(kind), direction, pending } = self;
        let limit = paging.limit();
        relations::Which { kind, way: direction.into(), pending, from: paging.from, limit }
    }
}

/// Which way relations go.
#[derive(Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RelationDirection)]
pub(crate) enum Direction {
    #[default]
    Out,
    In,
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Way {
        match direction {
            Direction::Out => Way::Out,
            Direction::In => Way::In,
        }
    }
}

/// A relation in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Relation {
    /// With whom; absent for groups and organisations.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// The id of the group, organisation, listing or order, where the kind has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Whether buyer and seller have agreed.
    committed: bool,
    /// Whether it holds the other way, too.
    mutual: bool,
    since_ts: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ts: Option<i64>,
}

impl From<Listed> for Relation {
    fn from(listed: Listed) -> Relation {
        Relation {
            user_id: listed.user_id.map(|user_id| user_id.to_string()),
            item: listed.item,
            label: listed.label,
            committed: listed.committed,
            mutual: listed.is_mutual,
            since_ts: listed.since_ms,
            until_ts: listed.until_ms,
        }
    }
}

/// One's own relations
///
/// The newest first. What others keep to themselves (whom they like, have blocked or muted) can't be listed from the other
/// end.
#[utoipa::path(
    get, path = "/_aside/v1/relations", tag = "relations",
    params(Which, Paging),
    responses((status = 200, description = "A page of relations.", body = Page<Relation>))
)]
pub(crate) async fn list_relations(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Relation>>, ErrorAnswer> {
    let (listed, next_batch) = relations::list(&hs, &session, which.on(paging)).await?;
    Ok(Json(Page { items: listed.into_iter().map(Relation::from).collect(), next_batch }))
}
