use std::sync::Arc;

use aside_domain::relations::{self, RelationUpdate, Written};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::Kind;
use super::{Body, Service};
use crate::error::ErrorAnswer;

/// Bytes of one call; ten thousand updates have about a fifth of it.
pub(crate) const MAX_BYTES: usize = 8 << 20;

/// Updates of relations, together at most 10,000.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RelationUpdates {
    /// Relations that are to be. One that is there gets its label, `committed` and `until_ts` from here.
    #[serde(default)]
    put: Vec<Edge>,
    /// Relations that are not to be any more. They are deleted before the others are written.
    #[serde(default)]
    delete: Vec<Edge>,
}

/// A relation of one person with another, or with a group or an organisation.
#[derive(Deserialize, ToSchema)]
#[schema(as = RelationUpdate)]
pub(crate) struct Edge {
    kind: Kind,
    #[schema(value_type = String, example = "@alice:example.org")]
    from: OwnedUserId,
    /// With whom; left out for `group` and `organisation`.
    #[schema(value_type = Option<String>, example = "@bob:example.org")]
    to: Option<OwnedUserId>,
    /// The id of the group, organisation, listing or order.
    item: Option<String>,
    /// What people call it.
    label: Option<String>,
    /// Whether buyer and seller have agreed.
    #[serde(default)]
    committed: bool,
    /// Whether the same holds the other way. `match`, `listing`, `order` and `suggested` always do.
    #[serde(default)]
    mutual: bool,
    /// Since when; the present where it isn't said.
    since_ts: Option<i64>,
    /// Until when; for good where it isn't said.
    until_ts: Option<i64>,
}

impl From<Edge> for RelationUpdate {
    fn from(edge: Edge) -> RelationUpdate {
        RelationUpdate {
            kind: edge.kind.0,
            from: edge.from,
            to: edge.to,
            item: edge.item,
            label: edge.label,
            committed: edge.committed,
            mutual: edge.mutual,
            since_ms: edge.since_ts,
            until_ms: edge.until_ts,
        }
    }
}

/// What became of the updates.
#[derive(Serialize, ToSchema)]
pub(crate) struct RelationUpdatesDone {
    put: UpdatesDone,
    delete: UpdatesDone,
}

/// What became of a list of updates.
#[derive(Serialize, ToSchema)]
pub(crate) struct UpdatesDone {
    /// How many hold now.
    done: usize,
    /// Places in the list, from 0, of those about people who are not users here. Nothing was done about them.
    skipped: Vec<usize>,
}

impl From<Written> for UpdatesDone {
    fn from(written: Written) -> UpdatesDone {
        UpdatesDone { done: written.written, skipped: written.skipped }
    }
}

/// Write and delete relations
///
/// Up to 10,000 in one call, which may be repeated: the same call twice is the same as once. Where one of them can't be,
/// nothing is done.
#[utoipa::path(
    post, path = "/_aside/v1/service/relations", tag = "service",
    request_body = RelationUpdates,
    responses((status = 200, description = "What was done.", body = RelationUpdatesDone)),
    security(("service_token" = []))
)]
pub(crate) async fn write_relations(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Body(updates): Body<RelationUpdates, MAX_BYTES>,
) -> Result<Json<RelationUpdatesDone>, ErrorAnswer> {
    let updates_of = |edges: Vec<Edge>| edges.into_iter().map(RelationUpdate::from).collect();
    let (put, delete) = (updates_of(updates.put), updates_of(updates.delete));
    let (put, delete) = relations::write_relations(&hs, &service, put, delete).await?;
    Ok(Json(RelationUpdatesDone { put: put.into(), delete: delete.into() }))
}
