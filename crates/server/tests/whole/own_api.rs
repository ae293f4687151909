//! Aside's own API as a whole: its description, who may ask, and what it does with nonsense.

use std::path::Path;

use aside_api::{OwnEndpoint, Proof};
use aside_testkit::{Person, TestServer};
use serde_json::{Value, json};

use crate::bad_input::{IDS, ask, bodies, fill, fill_well};

/// `cargo xtask openapi` runs this test with ASIDE_WRITE_OPENAPI set.
#[test]
fn the_committed_description_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    if std::env::var_os("ASIDE_WRITE_OPENAPI").is_some() {
        std::fs::write(&file, aside_api::openapi()).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(committed == aside_api::openapi(), "docs/api/openapi.json is stale; run `cargo xtask openapi`");
}

#[test]
fn every_endpoint_is_described_in_words_and_has_a_tag() {
    let description: Value = serde_json::from_str(aside_api::openapi()).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    for OwnEndpoint { method, path, name, .. } in aside_api::list_own_endpoints() {
        let operation = &description["paths"][&path][method.as_str().to_lowercase()];
        assert!(path.starts_with("/_aside/v1/"), "{path}");
        for key in ["/summary", "/tags/0", "/responses/default/content/application~1json/schema/$ref"] {
            assert!(operation.pointer(key).is_some_and(Value::is_string), "{name} has no {key}: {operation}");
        }
    }
}

#[tokio::test]
async fn the_description_is_served_to_anybody() {
    let server = TestServer::start().await;
    let file = server.anonymous().await.fetches("/_aside/v1/openapi.json", &[]).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "application/json");
    assert_eq!(file.headers["access-control-allow-origin"], "*");
    assert_eq!(file.bytes, aside_api::openapi().as_bytes());
}

#[tokio::test]
async fn people_learn_who_they_are_and_whether_they_moderate() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let answer = alice.get("/_aside/v1/whoami").await.ok();
    let wanted = json!({ "user_id": alice.user_id, "device_id": alice.device_id, "moderator": false });
    assert_eq!(answer, wanted);
    let moderator = server.person("moderator").await;
    assert_eq!(moderator.get("/_aside/v1/whoami").await.ok()["moderator"], true);
}

/// Those who may ask for different things.
struct Askers {
    person: Person,
    moderator: Person,
    reviewer: Person,
    backend: Person,
    anonymous: Person,
}

impl Askers {
    async fn of(server: &TestServer) -> Askers {
        Askers {
            person: server.person("alice").await,
            moderator: server.person("moderator").await,
            reviewer: server.person("reviewer").await,
            backend: server.backend().await,
            anonymous: server.anonymous().await,
        }
    }

    fn for_proof(&self, proof: Proof) -> &Person {
        match proof {
            Proof::Nothing => &self.anonymous,
            Proof::AccessToken => &self.person,
            Proof::Moderator => &self.moderator,
            Proof::Reviewer => &self.reviewer,
            Proof::ServiceToken => &self.backend,
        }
    }
}

#[tokio::test]
async fn every_endpoint_asks_for_what_its_description_says() {
    let server = TestServer::start().await;
    let askers = Askers::of(&server).await;
    let asks = async |asker: &Person, endpoint: &OwnEndpoint| {
        let path = fill_well(&endpoint.path, &askers.person, "!x:localhost");
        asker.call(endpoint.method.clone(), &path, Some(json!([]))).await
    };
    for endpoint in aside_api::list_own_endpoints() {
        if endpoint.proof == Proof::Nothing {
            asks(&askers.anonymous, &endpoint).await.ok();
            continue;
        }
        asks(&askers.anonymous, &endpoint).await.refused(401, "M_MISSING_TOKEN");
        let stranger = Person { token: "at_1_guess".into(), ..askers.anonymous.clone() };
        asks(&stranger, &endpoint).await.refused(401, "M_UNKNOWN_TOKEN");
        match endpoint.proof {
            Proof::ServiceToken => {
                drop(asks(&askers.moderator, &endpoint).await.refused(401, "M_UNKNOWN_TOKEN"))
            }
            Proof::Moderator => drop(asks(&askers.person, &endpoint).await.refused(403, "M_FORBIDDEN")),
            Proof::Reviewer => drop(asks(&askers.moderator, &endpoint).await.refused(403, "M_FORBIDDEN")),
            _ => drop(asks(&askers.backend, &endpoint).await.refused(401, "M_UNKNOWN_TOKEN")),
        }
        let answer = asks(askers.for_proof(endpoint.proof), &endpoint).await;
        assert!(answer.status != 401, "{}: {}", endpoint.name, answer.body);
    }
}

#[tokio::test]
async fn every_endpoint_refuses_what_is_not_json_or_not_as_it_should_be() {
    let server = TestServer::start().await;
    let askers = Askers::of(&server).await;
    for endpoint in aside_api::list_own_endpoints().iter().filter(|endpoint| endpoint.takes_body) {
        let asker = askers.for_proof(endpoint.proof);
        let path = fill_well(&endpoint.path, &askers.person, "!x:localhost");
        for (body, errcode) in
            [("{\"a\":", "M_NOT_JSON"), ("<html>", "M_NOT_JSON"), ("\"text\"", "M_BAD_JSON")]
        {
            let request = asker.http.request(endpoint.method.clone(), format!("{}{path}", asker.base));
            let response = request.bearer_auth(&asker.token).body(body).send().await.unwrap();
            assert_eq!(response.status().as_u16(), 400, "{} with {body}", endpoint.name);
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer["errcode"], errcode, "{} with {body}", endpoint.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_of_our_own_bears_every_body_and_every_id() {
    let server = TestServer::start().await;
    let askers = Askers::of(&server).await;
    let room_id = askers.person.creates_room(json!({})).await;
    for OwnEndpoint { method, path, proof, .. } in aside_api::list_own_endpoints() {
        let asker = askers.for_proof(proof);
        for (what, body) in bodies() {
            ask(asker, &method, &fill_well(&path, &askers.person, &room_id), body, what).await;
        }
        for id in IDS {
            ask(asker, &method, &fill(&path, id), b"{}".to_vec(), id).await;
            let query = format!("?from={id}&limit={id}");
            ask(asker, &method, &(fill(&path, "x") + &query), b"{}".to_vec(), &query).await;
        }
        ask(asker, &method, &fill(&path, &"a".repeat(10_000)), b"{}".to_vec(), "a long id").await;
    }
}
