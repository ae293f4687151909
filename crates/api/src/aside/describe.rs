//! What holds for every endpoint of our own, said once: who may ask, and how a refusal looks.

use http::Method;
use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder};
use utoipa::{Modify, PartialSchema, ToSchema};

pub(super) const ABOUT: &str = "What Aside adds to the Matrix client-server API: relations between people, message \
    requests, contact policies, safety and privacy.\n\n\
    **Who asks.** People use the access token of their Matrix session, the platform's own backend uses a service token \
    of the configuration; both stand in the header `Authorization: Bearer …`.\n\n\
    **Lists** come in pages: `limit` says how many things to answer, `next_batch` of one answer is `from` of the next \
    request, and the last page has no `next_batch`.\n\n\
    **Refusals** have the shape of Matrix errors: `errcode`, `error`, and for what a policy refused \
    `org.aside.reasons`. What does not exist and what is none of one's business look alike.\n\n\
    Times are milliseconds since 1970 (`_ms`, `_ts`) or seconds (`_s`), sizes are bytes.";

/// How a refusal looks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
struct Refusal {
    /// What is wrong, for programs: an errcode of the Matrix specification.
    #[schema(example = "M_FORBIDDEN")]
    errcode: String,
    /// What is wrong, for people.
    error: String,
    /// How long to wait, where the request came too soon (`M_LIMIT_EXCEEDED`).
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// The rules of the policy that refused, the decisive one first.
    #[serde(rename = "org.aside.reasons", skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<RefusalReason>>,
}

/// One rule that refused something.
#[derive(Debug, Serialize, ToSchema)]
struct RefusalReason {
    /// The rule's id.
    rule: String,
    /// What it says, for people.
    text: String,
}

/// Adds to the description what no endpoint should have to repeat.
pub(super) struct Conventions;

impl Modify for Conventions {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.schemas.insert("Refusal".into(), Refusal::schema());
        components.schemas.insert("RefusalReason".into(), RefusalReason::schema());
        for proof in Proof::NAMED {
            let (name, about) = proof.described();
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build();
            components.security_schemes.insert(name.into(), SecurityScheme::Http(scheme).into());
        }
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Refusal"))).build();
        let refusal = ResponseBuilder::new()
            .description("The request was refused.")
            .content("application/json", content)
            .build();
        for item in openapi.paths.paths.values_mut() {
            let PathItem { get, put, post, patch, delete, .. } = item;
            for operation in [get, put, post, patch, delete].into_iter().flatten() {
                operation.responses.responses.insert("default".into(), refusal.clone().into());
            }
        }
    }
}

/// What a request has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Anybody may ask.
    Nothing,
    /// A user's access token.
    AccessToken,
    /// The access token of somebody who moderates.
    Moderator,
    /// The access token of somebody who looks at identity documents.
    Reviewer,
    /// A service token of the configuration.
    ServiceToken,
}

impl Proof {
    const NAMED: [Proof; 4] = [Proof::AccessToken, Proof::Moderator, Proof::Reviewer, Proof::ServiceToken];

    /// Its name in the description, and what it is.
    fn described(self) -> (&'static str, &'static str) {
        match self {
            Proof::Nothing => ("", ""),
            Proof::AccessToken => ("access_token", "The access token of a Matrix session."),
            Proof::Moderator => ("moderator", "The access token of somebody who moderates."),
            Proof::Reviewer => (
                "reviewer",
                "The access token of somebody who looks at identity documents (api.identity_reviewers).",
            ),
            Proof::ServiceToken => {
                ("service_token", "A service token of the configuration (api.service_token).")
            }
        }
    }

    fn of(operation: &Operation) -> Proof {
        // Whoever says nothing asks for an access token, as the description does for all.
        let Some(required) = &operation.security else { return Proof::AccessToken };
        let written = serde_json::to_string(required).unwrap_or_default();
        let named = |proof: &Proof| written.contains(&format!("\"{}\"", proof.described().0));
        Proof::NAMED.into_iter().find(named).unwrap_or(Proof::Nothing)
    }
}

/// One endpoint of our own.
#[derive(Debug, Clone)]
pub struct OwnEndpoint {
    /// Of its handler.
    pub name: String,
    pub method: Method,
    /// With parameters in braces.
    pub path: String,
    pub proof: Proof,
    pub takes_body: bool,
}

/// What a description describes.
pub(super) fn endpoints(openapi: &OpenApi) -> Vec<OwnEndpoint> {
    let items = openapi.paths.paths.iter();
    items
        .flat_map(|(path, item)| {
            let PathItem { get, put, post, patch, delete, .. } = item;
            let operations = [
                (Method::GET, get),
                (Method::PUT, put),
                (Method::POST, post),
                (Method::PATCH, patch),
                (Method::DELETE, delete),
            ];
            let endpoint = |method: Method, operation: &Operation| OwnEndpoint {
                name: operation.operation_id.clone().unwrap_or_default(),
                method,
                path: path.clone(),
                proof: Proof::of(operation),
                takes_body: operation.request_body.is_some(),
            };
            let described =
                |(method, operation): (_, &Option<_>)| Some(endpoint(method, operation.as_ref()?));
            operations.into_iter().filter_map(described).collect::<Vec<_>>()
        })
        .collect()
}
