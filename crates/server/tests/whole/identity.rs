//! Checks of identity documents (A-SF-07): asked for a purpose, kept sealed for the decision alone, looked at by few.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_domain::Settings;
use aside_store::seal::Keyring;
use aside_store::{Location, Store};
use aside_testkit::{Answer, Person, TestServer, path, text};
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 3_600_000;
/// A PNG's first bytes, and words that must not be found anywhere.
const DOCUMENT: &str = "iVBORw0KGgp6eXp6eXZhIHBhc3Nwb3J0";
const PURPOSE: &str = "To sell here you have to be 18 or older.";

async fn start(folder: &Path) -> TestServer {
    let key = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let fill = Box::new(|bytes: &mut [u8]| {
        for (byte, number) in bytes.iter_mut().zip(1..) {
            *byte = number;
        }
    });
    let keyring = Keyring::parse(key, fill).unwrap();
    let store = Store::open_sealed(Location::Sqlite(folder.to_owned()), Some(keyring)).await.unwrap();
    let mut settings = Settings::in_directory(folder.to_owned());
    settings.open_registration = true;
    settings.rate_limits = false;
    settings.service_tokens = vec!["the-service-token-of-every-test-server".into()];
    settings.moderators = vec!["@moderator:localhost".try_into().unwrap()];
    settings.identity_reviewers = vec!["@reviewer:localhost".try_into().unwrap()];
    TestServer::start_on(store, settings, true, None).await
}

async fn asks(server: &TestServer, person: &Person, purpose: &str) -> Answer {
    let wanted = json!({ "user_id": person.user_id, "purpose": purpose });
    server.backend().await.post("/_aside/v1/service/identity_checks", wanted).await
}

async fn hands_in(person: &Person, id: &str, documents: Value) -> Answer {
    person.put(&format!("/_aside/v1/identity_checks/{id}/documents"), json!({ "documents": documents })).await
}

async fn own(person: &Person) -> Vec<Value> {
    person.get("/_aside/v1/identity_checks").await.ok()["items"].as_array().unwrap().clone()
}

async fn waiting(reviewer: &Person) -> Vec<Value> {
    reviewer.get("/_aside/v1/review/identity_checks").await.ok()["items"].as_array().unwrap().clone()
}

async fn looks(reviewer: &Person, id: &str) -> Answer {
    reviewer.get(&format!("/_aside/v1/review/identity_checks/{id}/documents")).await
}

async fn decides(reviewer: &Person, id: &str, approve: bool) -> Answer {
    let decision = json!({ "approve": approve, "note": "Thank you." });
    reviewer.post(&format!("/_aside/v1/review/identity_checks/{id}/decision"), decision).await
}

async fn trail(moderator: &Person) -> Vec<(String, String, String)> {
    let entries = moderator.get("/_aside/v1/moderation/audit").await.ok();
    let entry = |entry: &Value| (text(&entry["actor"]), text(&entry["action"]), text(&entry["subject"]));
    entries["items"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn a_sf_07_a_document_is_asked_for_looked_at_by_reviewers_and_deleted_with_the_decision() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let (alice, reviewer) = (server.person("alice").await, server.person("reviewer").await);
    let moderator = server.person("moderator").await;
    let since = text(&alice.syncs("").await["next_batch"]);
    let asked = asks(&server, &alice, PURPOSE).await.ok();
    assert_eq!((&asked["state"], &asked["purpose"]), (&json!("asked"), &json!(PURPOSE)));
    let id = text(&asked["check_id"]);
    assert_eq!(text(&asks(&server, &alice, PURPOSE).await.ok()["check_id"]), id, "asked once");
    alice.syncs_until(&since, |sync| sync.to_string().contains("org.aside.identity_checks")).await;
    assert_eq!(own(&alice).await[0]["check_id"], json!(id));
    assert!(waiting(&reviewer).await.is_empty());
    looks(&reviewer, &id).await.refused(404, "M_NOT_FOUND");

    let handed_in = hands_in(&alice, &id, json!([DOCUMENT, DOCUMENT])).await.ok();
    assert_eq!(handed_in["state"], "handed_in");
    assert_eq!(waiting(&reviewer).await[0]["user_id"], json!(alice.user_id));
    for nosy in [&alice, &moderator] {
        looks(nosy, &id).await.refused(403, "M_FORBIDDEN");
    }
    assert!(trail(&moderator).await.is_empty(), "nobody has seen it yet");
    let seen = looks(&reviewer, &id).await.ok();
    assert_eq!(
        seen["documents"],
        json!([{ "content_type": "image/png", "data": DOCUMENT }, { "content_type": "image/png", "data": DOCUMENT }])
    );
    looks(&reviewer, &id).await.ok();

    let decided = decides(&reviewer, &id, true).await.ok();
    assert_eq!((&decided["state"], &decided["note"]), (&json!("approved"), &json!("Thank you.")));
    looks(&reviewer, &id).await.refused(404, "M_NOT_FOUND");
    decides(&reviewer, &id, false).await.refused(404, "M_NOT_FOUND");
    let actions = trail(&moderator).await;
    let entry = |action: &str| (reviewer.user_id.clone(), action.to_owned(), alice.user_id.clone());
    assert_eq!(actions, [entry("identity_look"), entry("identity_look"), entry("identity_approve")]);
    let card = moderator.get(&format!("/_aside/v1/people/{}", path(&alice.user_id))).await.ok();
    assert_eq!(card["verified"], true, "{card}");
}

#[tokio::test]
async fn a_sf_07_a_document_goes_when_its_owner_or_the_time_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let (alice, reviewer) = (server.registers("alice", "tr0ub4dor").await, server.person("reviewer").await);
    let id = text(&asks(&server, &alice, PURPOSE).await.ok()["check_id"]);
    hands_in(&alice, &id, json!([DOCUMENT])).await.ok();
    alice.delete(&format!("/_aside/v1/identity_checks/{id}")).await.ok();
    alice.delete(&format!("/_aside/v1/identity_checks/{id}")).await.refused(404, "M_NOT_FOUND");
    assert!(waiting(&reviewer).await.is_empty());
    assert_eq!(own(&alice).await[0]["state"], "withdrawn");

    // Nobody decides: after thirty days it is deleted.
    let id = text(&asks(&server, &alice, PURPOSE).await.ok()["check_id"]);
    hands_in(&alice, &id, json!([DOCUMENT])).await.ok();
    server.clock.fetch_add(30 * DAY_MS, Ordering::SeqCst);
    let lapsed = async {
        while !own(&alice).await.iter().any(|check| check["state"] == "lapsed") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), lapsed).await.unwrap();
    looks(&reviewer, &id).await.refused(404, "M_NOT_FOUND");
    hands_in(&alice, &id, json!([DOCUMENT])).await.refused(404, "M_NOT_FOUND");

    // It goes with the account.
    let id = text(&asks(&server, &alice, "Another purpose.").await.ok()["check_id"]);
    hands_in(&alice, &id, json!([DOCUMENT])).await.ok();
    let auth = json!({ "type": "m.login.password", "password": "tr0ub4dor",
        "identifier": { "type": "m.id.user", "user": "alice" } });
    alice.post("/v3/account/deactivate", json!({ "auth": auth })).await.ok();
    looks(&reviewer, &id).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_sf_07_only_what_can_be_kept_safely_is_asked_for_and_taken() {
    let plain = TestServer::start().await;
    let alice = plain.person("alice").await;
    asks(&plain, &alice, PURPOSE).await.refused(400, "M_UNKNOWN");

    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    asks(&server, &alice, " ").await.refused(400, "M_INVALID_PARAM");
    let id = text(&asks(&server, &alice, PURPOSE).await.ok()["check_id"]);
    for documents in [
        json!([]),
        json!(["not Base64"]),
        json!(["PGh0bWw+"]),
        json!([DOCUMENT, DOCUMENT, DOCUMENT, DOCUMENT]),
    ] {
        hands_in(&alice, &id, documents).await.refused(400, "M_INVALID_PARAM");
    }
    let large = format!("{DOCUMENT}{}", "AAAA".repeat(1_500_000));
    hands_in(&alice, &id, json!([large])).await.refused(413, "M_TOO_LARGE");
    hands_in(&bob, &id, json!([DOCUMENT])).await.refused(404, "M_NOT_FOUND");
    hands_in(&alice, &id, json!([DOCUMENT])).await.ok();
    for number in 0..4 {
        asks(&server, &alice, &format!("purpose {number}")).await.ok();
    }
    asks(&server, &alice, "one purpose too many").await.refused(409, "M_UNKNOWN");
}
