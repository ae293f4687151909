use std::sync::Arc;

use aside_domain::relations::{self, Common};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::kind::Kind;
use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// Somebody, as far as the one who asks may know.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    #[schema(example = "@bob:example.org")]
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    /// Other fields of their Matrix profile, where they show them.
    #[schema(value_type = Object)]
    profile: Map<String, Value>,
    /// Whether the platform has checked who they are.
    verified: bool,
    /// Signs of trust that the platform gave.
    badges: Vec<String>,
    /// Whether it is the account of a page or a business.
    page: bool,
    /// The day since which the account has belonged to whoever has it now.
    account_since_ts: i64,
    /// What both have in common; absent where they don't show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    common: Option<InCommon>,
    /// What you are to them.
    you: Vec<Kind>,
    /// What they are to you, as far as that is for you to know.
    they: Vec<Kind>,
}

/// What two people have in common.
#[derive(Serialize, ToSchema)]
struct InCommon {
    /// People whom both follow, or have among their contacts or connections.
    mutuals: usize,
    /// Some of them.
    mutual_user_ids: Vec<String>,
    /// Groups and organisations that both belong to.
    groups: Vec<Group>,
    /// Conversations that both are in.
    rooms: usize,
}

/// A group or an organisation of the platform.
#[derive(Serialize, ToSchema)]
struct Group {
    kind: Kind,
    item: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl From<Common> for InCommon {
    fn from(common: Common) -> InCommon {
        let group = |(kind, item, label)| Group { kind: Kind(kind), item, label };
        InCommon {
            mutuals: common.mutual_count,
            mutual_user_ids: common.mutual_sample.into_iter().map(|user_id| user_id.to_string()).collect(),
            groups: common.groups.into_iter().map(group).collect(),
            rooms: common.rooms,
        }
    }
}

/// Somebody's card
///
/// What helps to judge somebody before answering them. It holds no more than they show to whoever asks, and to whom they have
/// blocked it looks as if they showed little to anybody.
#[utoipa::path(
    get, path = "/_aside/v1/people/{user_id}", tag = "people",
    params(("user_id" = String, Path)),
    responses((status = 200, description = "What may be known of them.", body = Person))
)]
pub(crate) async fn get_person(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(user_id): Path<OwnedUserId>,
) -> Result<Json<Person>, ErrorAnswer> {
    let person = relations::find_person(&hs, &session, &user_id).await?;
    let mut profile = person.profile.0;
    let mut text = |field: &str| profile.remove(field).and_then(|value| value.as_str().map(str::to_owned));
    Ok(Json(Person {
        user_id: person.user_id.to_string(),
        display_name: text("displayname"),
        avatar_url: text("avatar_url"),
        profile,
        verified: person.verified,
        badges: person.badges,
        page: person.is_page,
        account_since_ts: person.account_since_ms,
        common: person.common.map(InCommon::from),
        you: person.you.into_iter().map(Kind).collect(),
        they: person.they.into_iter().map(Kind).collect(),
    }))
}
