use aside_domain::registration;
use aside_testkit::{Person, TestServer, text};
use serde_json::{Value, json};

async fn registers(nobody: &Person, body: Value) -> aside_testkit::Answer {
    nobody.post("/v3/register", body).await
}

#[tokio::test]
async fn a_newcomer_is_told_what_is_needed_and_gets_an_account() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let asked = registers(&nobody, json!({})).await;
    assert_eq!(asked.status, 401, "{}", asked.body);
    assert_eq!(asked.body["flows"][0]["stages"], json!(["m.login.dummy"]));
    assert_eq!(asked.body["params"], json!({}));
    let auth = json!({ "type": "m.login.dummy", "session": asked.body["session"] });
    let wanted = json!({
        "username": "Alice", "password": "s3kr1t", "device_id": "PHONE",
        "initial_device_display_name": "Alice's phone", "auth": auth
    });
    let made = registers(&nobody, wanted).await.ok();
    assert_eq!(made["user_id"], "@alice:localhost");
    assert_eq!(made["device_id"], "PHONE");
    let alice = server.person_of(&made);
    let known = alice.get("/v3/account/whoami").await.ok();
    assert_eq!(known, json!({ "user_id": "@alice:localhost", "device_id": "PHONE", "is_guest": false }));
    let device = alice.get("/v3/devices/PHONE").await.ok();
    assert_eq!(device["display_name"], "Alice's phone");
    assert_eq!(device["last_seen_ip"], "127.0.0.1");
}

#[tokio::test]
async fn names_are_free_once_and_have_a_grammar() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    nobody.get("/v3/register/available?username=alice").await.ok();
    server.registers("alice", "s3kr1t").await;
    nobody.get("/v3/register/available?username=Alice").await.refused(400, "M_USER_IN_USE");
    nobody.get("/v3/register/available?username=al%20ice").await.refused(400, "M_INVALID_USERNAME");
    let wanted = |name: &str| json!({ "username": name, "password": "x" });
    // Before anything is proven, and so before anybody takes the trouble.
    registers(&nobody, wanted("alice")).await.refused(400, "M_USER_IN_USE");
    registers(&nobody, wanted("al:ice")).await.refused(400, "M_INVALID_USERNAME");
    registers(&nobody, wanted(&"a".repeat(255))).await.refused(400, "M_INVALID_USERNAME");
}

#[tokio::test]
async fn a_name_that_two_want_at_once_goes_to_one() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let wanted = json!({ "username": "alice", "password": "s3kr1t", "auth": { "type": "m.login.dummy" } });
    let tries = (0..5).map(|_| registers(&nobody, wanted.clone()));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.into_iter().filter(|answer| answer.status != 200) {
        refused.refused(400, "M_USER_IN_USE");
    }
}

#[tokio::test]
async fn whoever_names_no_name_gets_one() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let wanted = json!({ "password": "s3kr1t", "inhibit_login": true, "auth": { "type": "m.login.dummy" } });
    let made = registers(&nobody, wanted).await.ok();
    assert!(text(&made["user_id"]).starts_with("@u"), "{made}");
    assert_eq!(made.get("access_token"), None);
    nobody.logs_in(&text(&made["user_id"]), "s3kr1t").await.ok();
}

#[tokio::test]
async fn what_was_asked_for_need_not_be_repeated() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let asked = registers(&nobody, json!({ "username": "alice", "password": "s3kr1t" })).await;
    let auth = json!({ "type": "m.login.dummy", "session": asked.body["session"] });
    let made = registers(&nobody, json!({ "auth": auth })).await.ok();
    assert_eq!(made["user_id"], "@alice:localhost");
}

#[tokio::test]
async fn guests_and_empty_passwords_are_refused() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    nobody.post("/v3/register?kind=guest", json!({})).await.refused(403, "M_GUEST_ACCESS_FORBIDDEN");
    nobody.post("/v3/register?kind=king", json!({})).await.refused(400, "M_INVALID_PARAM");
    let auth = json!({ "type": "m.login.dummy" });
    registers(&nobody, json!({ "username": "a", "password": "", "auth": auth }))
        .await
        .refused(400, "M_WEAK_PASSWORD");
    registers(&nobody, json!({ "username": "a", "auth": auth })).await.refused(400, "M_MISSING_PARAM");
    let long = "x".repeat(513);
    registers(&nobody, json!({ "username": "a", "password": long })).await.refused(413, "M_TOO_LARGE");
    let unknown = json!({ "type": "m.login.sorcery" });
    let refused = registers(&nobody, json!({ "username": "a", "password": "x", "auth": unknown })).await;
    refused.refused(401, "M_UNRECOGNIZED");
}

#[tokio::test]
async fn a_closed_server_wants_a_token_that_works_once() {
    let server = TestServer::start_with(|settings| settings.open_registration = false, false).await;
    let nobody = server.anonymous().await;
    let first = registration::first_token(&server.hs).await.unwrap().unwrap();
    assert_eq!(registration::first_token(&server.hs).await.unwrap(), None, "it is shown only once");
    let validity = format!("/v1/register/m.login.registration_token/validity?token={first}");
    assert_eq!(nobody.get(&validity).await.ok(), json!({ "valid": true }));

    let wanted = |name: &str, auth: Value| json!({ "username": name, "password": "s3kr1t", "auth": auth });
    let asked = registers(&nobody, json!({})).await;
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.registration_token"] }]));
    let dummy = registers(&nobody, wanted("alice", json!({ "type": "m.login.dummy" }))).await;
    dummy.refused(401, "M_UNRECOGNIZED");
    let wrong =
        json!({ "type": "m.login.registration_token", "token": "guessed", "session": asked.body["session"] });
    let refused = registers(&nobody, wanted("alice", wrong)).await.refused(401, "M_FORBIDDEN");
    assert_eq!(refused["session"], asked.body["session"], "the session goes on");

    let right = json!({ "type": "m.login.registration_token", "token": first });
    let alice = registers(&nobody, wanted("alice", right.clone())).await.ok();
    assert_eq!(nobody.get(&validity).await.ok(), json!({ "valid": false }));
    registers(&nobody, wanted("eve", right)).await.refused(401, "M_FORBIDDEN");
    // The first account administers the server, and so sees where others are.
    let alice = server.person_of(&alice);
    let bob = server.person("bob").await;
    alice.get("/v3/admin/whois/@bob:localhost").await.ok();
    bob.get("/v3/admin/whois/@alice:localhost").await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn everybody_can_see_what_the_server_speaks() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let versions = nobody.get("/versions").await.ok();
    assert!(versions["versions"].as_array().unwrap().contains(&json!("v1.16")), "{versions}");
    let found = nobody.get("/.well-known/matrix/client").await.ok();
    assert_eq!(found, json!({ "m.homeserver": { "base_url": "http://127.0.0.1:8008" } }));
    let flows = nobody.get("/v3/login").await.ok();
    assert_eq!(flows, json!({ "flows": [{ "type": "m.login.password" }] }));
    nobody.get("/v3/capabilities").await.refused(401, "M_MISSING_TOKEN");
    let alice = server.person("alice").await;
    let capabilities = alice.get("/v3/capabilities").await.ok();
    assert_eq!(capabilities["capabilities"]["m.change_password"], json!({ "enabled": true }));
    assert_eq!(
        capabilities["capabilities"]["m.room_versions"],
        json!({ "default": "12", "available": { "10": "stable", "11": "stable", "12": "stable" } })
    );
}
