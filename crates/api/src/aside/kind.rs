//! Kinds of relations as the API spells them.

use std::borrow::Cow;

use aside_domain::relations::RelationKind;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A kind of relation, described with all of its words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Kind(pub(crate) RelationKind);

impl PartialSchema for Kind {
    fn schema() -> RefOr<Schema> {
        let words = RelationKind::ALL.iter().map(|kind| kind.as_str());
        let about = "What one person is to another, or to a group.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words))
            .description(Some(about))
            .into()
    }
}

impl ToSchema for Kind {
    fn name() -> Cow<'static, str> {
        "RelationKind".into()
    }
}
