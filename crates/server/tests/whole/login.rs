use std::sync::atomic::Ordering;

use aside_testkit::{Person, TestServer, text};
use serde_json::{Value, json};

use crate::signing::Identity;

async fn whoami(person: &Person) -> aside_testkit::Answer {
    person.get("/v3/account/whoami").await
}

#[tokio::test]
async fn people_log_in_by_id_or_name_in_any_case() {
    let server = TestServer::start().await;
    server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    for user in ["alice", "ALICE", "@alice:localhost", "@Alice:localhost"] {
        let session = nobody.logs_in(user, "s3kr1t").await.ok();
        assert_eq!(session["user_id"], "@alice:localhost");
        assert_eq!(session["well_known"]["m.homeserver"]["base_url"], "http://127.0.0.1:8008");
        whoami(&server.person_of(&session)).await.ok();
    }
    let legacy = json!({ "type": "m.login.password", "user": "alice", "password": "s3kr1t" });
    nobody.post("/r0/login", legacy).await.ok();
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_sound_alike() {
    let server = TestServer::start().await;
    server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    let wrong = nobody.logs_in("alice", "guess").await.refused(403, "M_FORBIDDEN");
    let unknown = nobody.logs_in("nobody", "guess").await.refused(403, "M_FORBIDDEN");
    let elsewhere = nobody.logs_in("@alice:elsewhere", "s3kr1t").await.refused(403, "M_FORBIDDEN");
    assert_eq!(wrong, unknown);
    assert_eq!(wrong, elsewhere);
}

#[tokio::test]
async fn a_login_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    for (body, errcode) in [
        (json!({}), "M_MISSING_PARAM"),
        (json!({ "type": "m.login.sorcery" }), "M_UNKNOWN"),
        (json!({ "type": "m.login.password", "password": "x" }), "M_MISSING_PARAM"),
        (json!({ "type": "m.login.password", "user": "alice" }), "M_MISSING_PARAM"),
        (json!({ "type": "m.login.password", "user": "alice", "password": 7 }), "M_BAD_JSON"),
        (json!({ "type": 7 }), "M_BAD_JSON"),
        (json!([]), "M_BAD_JSON"),
        (
            json!({ "type": "m.login.password", "password": "x", "identifier": { "type": "m.id.dream" } }),
            "M_INVALID_PARAM",
        ),
        (
            json!({ "type": "m.login.password", "user": "a", "password": "x", "device_id": "d".repeat(256) }),
            "M_INVALID_PARAM",
        ),
    ] {
        nobody.post("/v3/login", body).await.refused(400, errcode);
    }
}

#[tokio::test]
async fn a_device_that_logs_in_again_keeps_its_name_and_loses_its_old_token() {
    let server = TestServer::start().await;
    server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    let login = |name: &str| {
        json!({
            "type": "m.login.password", "user": "alice", "password": "s3kr1t", "device_id": "PHONE",
            "initial_device_display_name": name
        })
    };
    let first = server.person_of(&nobody.post("/v3/login", login("old")).await.ok());
    whoami(&first).await.ok();
    let second = server.person_of(&nobody.post("/v3/login", login("new")).await.ok());
    assert_eq!(second.device_id, "PHONE");
    let refused = whoami(&first).await.refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(refused["soft_logout"], false);
    assert_eq!(second.get("/v3/devices/PHONE").await.ok()["display_name"], "old");
}

#[tokio::test]
async fn logging_out_ends_one_session_or_all() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    let phone = server.person_of(&nobody.logs_in("alice", "s3kr1t").await.ok());
    let laptop = server.person_of(&nobody.logs_in("alice", "s3kr1t").await.ok());
    phone.post("/v3/logout", json!({})).await.ok();
    whoami(&phone).await.refused(401, "M_UNKNOWN_TOKEN");
    let devices = laptop.get("/v3/devices").await.ok();
    assert_eq!(devices["devices"].as_array().unwrap().len(), 2, "the device went with its session");
    laptop.post("/v3/logout/all", json!({})).await.ok();
    whoami(&laptop).await.refused(401, "M_UNKNOWN_TOKEN");
    whoami(&alice).await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_request_without_a_proper_token_is_told_so() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let url = format!("{}/_matrix/client/v3/account/whoami", alice.base);
    for header in ["", "Bearer", "Bearer ", "Basic YWxpY2U6", "nonsense"] {
        let answer = server.http.get(&url).header("authorization", header).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!((status, body["errcode"].as_str()), (401, Some("M_MISSING_TOKEN")), "{header:?}: {body}");
    }
    for token in ["nonsense", "at_1_nonsense", "at_999999_x", "at__", "rt_1_x"] {
        let stranger = Person { token: token.into(), ..alice.clone() };
        whoami(&stranger).await.refused(401, "M_UNKNOWN_TOKEN");
    }
    let in_query = format!("{url}?access_token={}", alice.token);
    assert_eq!(server.http.get(in_query).send().await.unwrap().status().as_u16(), 200);
}

async fn refreshes(person: &Person, refresh_token: &Value) -> aside_testkit::Answer {
    let nobody = Person { token: String::new(), ..person.clone() };
    nobody.post("/v3/refresh", json!({ "refresh_token": refresh_token })).await
}

#[tokio::test]
async fn an_access_token_expires_softly_and_is_refreshed() {
    let server = TestServer::start_with(|_| {}, true).await;
    server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    let login =
        json!({ "type": "m.login.password", "user": "alice", "password": "s3kr1t", "refresh_token": true });
    let first = nobody.post("/v3/login", login).await.ok();
    let expires_in_ms = first["expires_in_ms"].as_i64().unwrap();
    let alice = server.person_of(&first);
    whoami(&alice).await.ok();
    server.clock.fetch_add(expires_in_ms, Ordering::SeqCst);
    let refused = whoami(&alice).await.refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(refused["soft_logout"], true);

    let second = refreshes(&alice, &first["refresh_token"]).await.ok();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let alice = Person { token: text(&second["access_token"]), ..alice };
    assert_eq!(whoami(&alice).await.ok()["device_id"], first["device_id"]);
    refreshes(&alice, &first["refresh_token"]).await.refused(401, "M_UNKNOWN_TOKEN");
    let access_token = json!(alice.token);
    refreshes(&alice, &access_token).await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_refresh_token_works_until_its_successor_is_used() {
    let server = TestServer::start().await;
    let nobody = server.anonymous().await;
    let wanted = json!({
        "username": "alice", "password": "s3kr1t", "refresh_token": true, "auth": { "type": "m.login.dummy" }
    });
    let first = nobody.post("/v3/register", wanted).await.ok();
    let alice = server.person_of(&first);
    let lost = refreshes(&alice, &first["refresh_token"]).await.ok();
    let second = refreshes(&alice, &first["refresh_token"]).await.ok();
    whoami(&alice).await.ok();
    // The successor's own refresh token is a use of it as well.
    let third = refreshes(&alice, &second["refresh_token"]).await.ok();
    refreshes(&alice, &first["refresh_token"]).await.refused(401, "M_UNKNOWN_TOKEN");
    refreshes(&alice, &lost["refresh_token"]).await.refused(401, "M_UNKNOWN_TOKEN");
    whoami(&alice).await.refused(401, "M_UNKNOWN_TOKEN");
    let newest = Person { token: text(&third["access_token"]), ..alice.clone() };
    whoami(&newest).await.ok();
    newest.post("/v3/logout", json!({})).await.ok();
    refreshes(&alice, &third["refresh_token"]).await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = TestServer::start_with(|settings| settings.rate_limits = true, false).await;
    server.registers("alice", "s3kr1t").await;
    let nobody = server.anonymous().await;
    let guesses = (0..40).map(|_| nobody.logs_in("alice", ""));
    let answers = futures_util::future::join_all(guesses).await;
    let limited = answers.into_iter().find(|answer| answer.status == 429).expect("a limit");
    assert!(limited.refused(429, "M_LIMIT_EXCEEDED")["retry_after_ms"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn no_device_is_called_like_a_cross_signing_key() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let identity = Identity::new(&alice.user_id);
    alice.post("/v3/keys/device_signing/upload", identity.upload()).await.ok();
    let login = |device_id: &str| json!({ "type": "m.login.password", "user": "alice", "password": "s3kr1t", "device_id": device_id });
    let nobody = server.anonymous().await;
    nobody.post("/v3/login", login(&identity.master.public)).await.refused(403, "M_FORBIDDEN");
    nobody.post("/v3/login", login("PHONE")).await.ok();
}
