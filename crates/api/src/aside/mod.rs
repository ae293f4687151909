//! Aside's own API, `/_aside/v1`: what Matrix has no words for. One file per endpoint, named like its handler.
//!
//! The description (`GET /_aside/v1/openapi.json`, and `docs/api/openapi.json` in the repository) is made from the
//! handlers and their types, and the routes are made from the description, so neither can say what the other doesn't.

mod describe;
mod extract;
mod identity;
mod kind;
mod page;
mod request;
mod scheduled;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use aside_domain::{Error, Homeserver};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use utoipa::OpenApi;

use crate::body;
use describe::Conventions;
pub use describe::{OwnEndpoint, Proof};
use extract::{Body, Caller, Moderator, Path, Query, Reviewer, Service};

/// Declares each endpoint's module, serves its handler of the same name, and describes it.
macro_rules! endpoints {
    ($($name:ident)*) => {
        $(mod $name;)*

        #[derive(OpenApi)]
        #[openapi(
            info(title = "Aside", version = "1", description = describe::ABOUT, license(name = "Apache-2.0")),
            paths($($name::$name),*),
            security(("access_token" = [])),
            modifiers(&Conventions)
        )]
        struct Description;

        pub(crate) fn routes() -> Router<Arc<Homeserver>> {
            let places = places();
            let router = Router::new()$(.add(&places, stringify!($name), $name::$name))*;
            router.layer(axum::middleware::from_fn(read_out))
        }
    };
}

endpoints! {
    // About this API.
    get_openapi
    get_room_security
    list_dead_jobs
    whoami

    // Relations between people.
    decline_relation
    delete_relation
    get_person
    list_relations
    put_relation

    // Two-factor authentication.
    confirm_two_factor
    disable_two_factor
    enrol_two_factor
    get_two_factor
    renew_recovery_codes

    // Checks of identity documents.
    create_identity_check
    decide_identity_check
    delete_identity_check
    get_identity_documents
    list_identity_checks
    list_identity_reviews
    put_identity_documents

    // Privacy.
    get_privacy
    review_privacy
    update_privacy
    // Contact policies.
    explain_policy
    get_policy
    put_policy_group
    reload_policy

    // Message requests.
    answer_request
    answer_requests
    get_request
    list_requests
    read_request

    // How far messages have come.
    list_received

    // Moving pictures to send.
    get_gif
    list_gifs

    // Messages that are sent later.
    create_scheduled_message
    delete_scheduled_message
    list_scheduled_messages
    update_scheduled_message

    // The platform's own backend.
    get_facts
    list_relations_of
    write_people
    write_relations

    // Safety: whom and what somebody keeps away.
    check_text
    delete_block
    delete_restraint
    get_filters
    list_blocks
    list_restraints
    put_block
    put_filters
    put_restraint

    // Reports, and what moderators decide about them.
    create_appeal
    create_report
    decide_report
    get_moderation_report
    list_measures
    list_moderation_audit
    list_moderation_reports
    list_report_reasons
    list_reports
}

/// It is done, and there is nothing more to say.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Done {}

/// The description of every endpoint, as OpenAPI 3.1 in JSON.
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
        text.push('\n');
        text
    });
    &TEXT
}

/// The method and path of every endpoint, with parameters in braces, and who may ask it.
pub fn list_own_endpoints() -> Vec<OwnEndpoint> {
    describe::endpoints(&Description::openapi())
}

/// A number that a list gave out as text; `default` where there is none.
fn number(text: Option<&str>, default: i64) -> Result<i64, Error> {
    let Some(text) = text else { return Ok(default) };
    text.parse().map_err(|_| Error::invalid("from", "not from a list of this server"))
}

/// Where each handler is served, by its name.
fn places() -> BTreeMap<String, OwnEndpoint> {
    list_own_endpoints().into_iter().map(|endpoint| (endpoint.name.clone(), endpoint)).collect()
}

trait Add {
    /// Serves a handler where the description says.
    fn add<H, T>(self, places: &BTreeMap<String, OwnEndpoint>, name: &str, handler: H) -> Self
    where
        H: Handler<T, Arc<Homeserver>>,
        T: 'static;
}

impl Add for Router<Arc<Homeserver>> {
    fn add<H, T>(self, places: &BTreeMap<String, OwnEndpoint>, name: &str, handler: H) -> Self
    where
        H: Handler<T, Arc<Homeserver>>,
        T: 'static,
    {
        let Some(place) = places.get(name) else { return self };
        let Ok(method) = MethodFilter::try_from(place.method.clone()) else { return self };
        self.route(&place.path, on(method, handler))
    }
}

/// A client that is still sending when it is answered may lose the answer.
async fn read_out(request: Request, next: Next) -> Response {
    let (request, rest) = body::lend(request);
    let answer = next.run(request).await;
    rest.read_out().await;
    answer
}
