use std::sync::Arc;

use aside_domain::relations::{self, PersonUpdate};
use aside_domain::Homeserver;
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::write_relations::{MAX_BYTES, UpdatesDone};
use super::{Body, Service};
use crate::error::ErrorAnswer;

/// What the platform knows of people, at most 10,000 of them.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PeopleUpdates {
    people: Vec<Person>,
}

/// What the platform knows of somebody. What is left out stays as it is, `null` forgets it.
#[derive(Deserialize, ToSchema)]
#[schema(as = PersonUpdate)]
pub(crate) struct Person {
    #[schema(value_type = String, example = "@alice:example.org")]
    user_id: OwnedUserId,
    /// Their birthday. It is shown to nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "2001-02-28")]
    birth_date: Option<Option<String>>,
    /// Their youngest and oldest age, where the birthday is not to be stored here.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<AgeBand>)]
    age_band: Option<Option<AgeBand>>,
    /// Whether the platform has checked who they are.
    verified: Option<bool>,
    /// Signs of trust that the platform gives, all of them.
    badges: Option<Vec<String>>,
    /// Whether it is the account of a page or a business.
    page: Option<bool>,
    /// Whether everybody may write to them.
    open: Option<bool>,
    /// When the account was sold, handed over or newly linked. Trust is earned from then on.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    trust_from_ts: Option<Option<i64>>,
}

/// Ages in full years, both included.
#[derive(Deserialize, ToSchema)]
struct AgeBand {
    min: u8,
    max: u8,
}

/// Tells what is `null` from what is left out.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

impl From<Person> for (OwnedUserId, PersonUpdate) {
    fn from(person: Person) -> (OwnedUserId, PersonUpdate) {
        let update = PersonUpdate {
            birth_date: person.birth_date,
            age_band: person.age_band.map(|band| band.map(|band| (band.min, band.max))),
            verified: person.verified,
            badges: person.badges,
            page: person.page,
            open: person.open,
            trust_from_ms: person.trust_from_ts,
        };
        (person.user_id, update)
    }
}

/// Note what is known of people
///
/// Birthdays, badges, pages, and accounts that changed hands: up to 10,000 people in one call, which may be repeated.
#[utoipa::path(
    post, path = "/_aside/v1/service/people", tag = "service",
    request_body = PeopleUpdates,
    responses((status = 200, description = "What was done.", body = UpdatesDone)),
    security(("service_token" = []))
)]
pub(crate) async fn write_people(
    State(hs): State<Arc<Homeserver>>,
    Service(service): Service,
    Body(updates): Body<PeopleUpdates, MAX_BYTES>,
) -> Result<Json<UpdatesDone>, ErrorAnswer> {
    let updates = updates.people.into_iter().map(Person::into).collect();
    Ok(Json(relations::write_people(&hs, &service, updates).await?.into()))
}
