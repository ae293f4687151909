//! Two-factor authentication (A-SF-04), with clients that know nothing of it.

use std::sync::atomic::Ordering;

use aside_testkit::{Answer, Person, TestServer, code_at, path, text};
use serde_json::{Value, json};

const PASSWORD: &str = "tr0ub4dor-and-3";
const STEP_MS: i64 = 30_000;
const API: &str = "/_aside/v1/two_factor";

async fn start() -> (TestServer, Person) {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.registers("alice", PASSWORD).await;
    (server, alice)
}

fn now(server: &TestServer) -> i64 {
    server.clock.load(Ordering::SeqCst)
}

fn pass(server: &TestServer, ms: i64) {
    server.clock.fetch_add(ms, Ordering::SeqCst);
}

/// A code that no clock shows now.
fn wrong_code(server: &TestServer, secret: &str) -> String {
    let right: Vec<String> = (-1..=1).map(|step| code_at(secret, now(server) + step * STEP_MS)).collect();
    let code =
        ["000000", "111111", "222222", "333333"].iter().find(|code| !right.iter().any(|one| one == *code));
    (*code.unwrap()).to_owned()
}

async fn switches_it_on(server: &TestServer, person: &Person) -> (String, Vec<String>) {
    let begun = person.post(&format!("{API}/enrol"), json!({ "password": PASSWORD })).await.ok();
    let secret = text(&begun["secret"]);
    let code = json!({ "code": code_at(&secret, now(server)) });
    let confirmed = person.post(&format!("{API}/confirm"), code).await.ok();
    let codes = confirmed["recovery_codes"].as_array().unwrap().iter().map(text).collect();
    // The code that switched it on is used up.
    pass(server, STEP_MS);
    (secret, codes)
}

async fn logs_in(server: &TestServer, typed: &str) -> Answer {
    server.anonymous().await.logs_in("alice", typed).await
}

#[tokio::test]
async fn a_sf_04_a_password_alone_is_refused_and_any_client_can_type_the_code_behind_it() {
    let (server, alice) = start().await;
    let begun = alice.post(&format!("{API}/enrol"), json!({ "password": PASSWORD })).await.ok();
    let uri = text(&begun["uri"]);
    assert!(uri.starts_with("otpauth://totp/localhost:%40alice%3Alocalhost?secret="), "{uri}");
    assert!(uri.contains(&text(&begun["secret"])));
    logs_in(&server, PASSWORD).await.ok();
    assert_eq!(alice.get(API).await.ok(), json!({ "enabled": false, "recovery_codes": 0 }));

    let (secret, codes) = switches_it_on(&server, &alice).await;
    assert_eq!(codes.len(), 10);
    let status = alice.get(API).await.ok();
    assert_eq!((&status["enabled"], &status["recovery_codes"]), (&json!(true), &json!(10)));
    assert!(status["since_ts"].is_i64());

    logs_in(&server, PASSWORD).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    let wrong = PASSWORD.to_owned() + &wrong_code(&server, &secret);
    logs_in(&server, &wrong).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    let code = code_at(&secret, now(&server));
    // Who doesn't know the password learns nothing, whatever the code.
    let guessed = logs_in(&server, &format!("guess{code}")).await.refused(403, "M_FORBIDDEN");
    assert_eq!(guessed, logs_in(&server, "guess").await.refused(403, "M_FORBIDDEN"));
    logs_in(&server, &(PASSWORD.to_owned() + &code)).await.ok();
    alice.get("/v3/account/whoami").await.ok();
}

#[tokio::test]
async fn a_sf_04_a_code_works_once_and_a_step_early_or_late() {
    let (server, alice) = start().await;
    let (secret, _) = switches_it_on(&server, &alice).await;
    let typed = |offset: i64| PASSWORD.to_owned() + &code_at(&secret, now(&server) + offset * STEP_MS);
    let code = typed(0);
    logs_in(&server, &code).await.ok();
    logs_in(&server, &code).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    logs_in(&server, &typed(1)).await.ok();
    // What is older than one that was used doesn't work either.
    logs_in(&server, &typed(0)).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    pass(&server, 5 * STEP_MS);
    logs_in(&server, &typed(-2)).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    logs_in(&server, &typed(-1)).await.ok();
    logs_in(&server, &typed(2)).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
}

#[tokio::test]
async fn a_sf_04_codes_cannot_be_guessed_and_a_recovery_code_gets_in_once() {
    let (server, alice) = start().await;
    let (secret, codes) = switches_it_on(&server, &alice).await;
    for _ in 0..5 {
        let wrong = PASSWORD.to_owned() + &wrong_code(&server, &secret);
        logs_in(&server, &wrong).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    }
    let right = PASSWORD.to_owned() + &code_at(&secret, now(&server));
    let refused = logs_in(&server, &right).await.refused(429, "M_LIMIT_EXCEEDED");
    assert!(refused["retry_after_ms"].as_i64().unwrap() <= 60_000);
    let recovery = PASSWORD.to_owned() + &codes[3].to_uppercase();
    logs_in(&server, &recovery).await.ok();
    logs_in(&server, &recovery).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    logs_in(&server, &(PASSWORD.to_owned() + "abcd-efgh-ijkl-mnop"))
        .await
        .refused(403, "ORG.ASIDE.SECOND_FACTOR");
    assert_eq!(alice.get(API).await.ok()["recovery_codes"], 9);
    logs_in(&server, &right).await.ok();

    let fresh = PASSWORD.to_owned() + &code_at(&secret, now(&server) + STEP_MS);
    let renewed = alice.post(&format!("{API}/recovery_codes"), json!({ "password": fresh })).await.ok();
    assert_eq!(renewed["recovery_codes"].as_array().unwrap().len(), 10);
    logs_in(&server, &(PASSWORD.to_owned() + &codes[4])).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    logs_in(&server, &(PASSWORD.to_owned() + &text(&renewed["recovery_codes"][0]))).await.ok();
}

fn auth(typed: &str) -> Value {
    let identifier = json!({ "type": "m.id.user", "user": "alice" });
    json!({ "auth": { "type": "m.login.password", "identifier": identifier, "password": typed } })
}

#[tokio::test]
async fn a_sf_04_what_is_sensitive_asks_for_the_code_too() {
    let (server, alice) = start().await;
    let other = server.person_of(&logs_in(&server, PASSWORD).await.ok());
    let (secret, _) = switches_it_on(&server, &alice).await;
    let device = format!("/v3/devices/{}", path(&other.device_id));
    let delete = |typed: &str| alice.call(aside_testkit::Method::DELETE, &device, Some(auth(typed)));
    let refused = delete(PASSWORD).await;
    assert_eq!((refused.status, &refused.body["errcode"]), (401, &json!("ORG.ASIDE.SECOND_FACTOR")));
    assert!(refused.body["flows"].is_array() && refused.body["session"].is_string(), "{}", refused.body);
    delete(&(PASSWORD.to_owned() + &code_at(&secret, now(&server)))).await.ok();
    other.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");

    pass(&server, STEP_MS);
    let mut change = auth(&(PASSWORD.to_owned() + &code_at(&secret, now(&server))));
    change["new_password"] = json!("another one altogether");
    change["logout_devices"] = json!(false);
    alice.post("/v3/account/password", change).await.ok();
    pass(&server, STEP_MS);
    logs_in(&server, &("another one altogether".to_owned() + &code_at(&secret, now(&server)))).await.ok();
}

#[tokio::test]
async fn a_sf_04_switching_it_off_takes_password_and_code() {
    let (server, alice) = start().await;
    let (secret, _) = switches_it_on(&server, &alice).await;
    alice
        .post(&format!("{API}/enrol"), json!({ "password": PASSWORD }))
        .await
        .refused(403, "ORG.ASIDE.SECOND_FACTOR");
    let off = format!("{API}/disable");
    alice.post(&off, json!({ "password": PASSWORD })).await.refused(403, "ORG.ASIDE.SECOND_FACTOR");
    alice.post(&off, json!({ "password": "guess" })).await.refused(403, "M_FORBIDDEN");
    let typed = PASSWORD.to_owned() + &code_at(&secret, now(&server));
    alice.post(&off, json!({ "password": typed })).await.ok();
    alice.post(&off, json!({ "password": PASSWORD })).await.refused(404, "M_NOT_FOUND");
    logs_in(&server, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_sf_04_what_was_begun_lapses_and_a_wrong_code_switches_nothing_on() {
    let (server, alice) = start().await;
    let enrol = format!("{API}/enrol");
    let confirm = format!("{API}/confirm");
    alice.post(&enrol, json!({ "password": "guess" })).await.refused(403, "M_FORBIDDEN");
    alice.post(&confirm, json!({ "code": "123456" })).await.refused(404, "M_NOT_FOUND");
    let secret = text(&alice.post(&enrol, json!({ "password": PASSWORD })).await.ok()["secret"]);
    let wrong = json!({ "code": wrong_code(&server, &secret) });
    alice.post(&confirm, wrong).await.refused(403, "M_FORBIDDEN");
    pass(&server, 3_600_000);
    let late = json!({ "code": code_at(&secret, now(&server)) });
    alice.post(&confirm, late).await.refused(404, "M_NOT_FOUND");
    logs_in(&server, PASSWORD).await.ok();
}
