use std::sync::atomic::Ordering;

use aside_testkit::{Answer, Person, TestServer};
use serde_json::{Value, json};

fn password(answer: &Answer, user: &str, password: &str) -> Value {
    json!({
        "auth": {
            "type": "m.login.password", "session": answer.body["session"], "password": password,
            "identifier": { "type": "m.id.user", "user": user },
        }
    })
}

async fn second_device(server: &TestServer, name: &str) -> Person {
    server.person_of(&server.anonymous().await.logs_in(name, "s3kr1t").await.ok())
}

#[tokio::test]
async fn devices_are_listed_and_named_by_their_owner() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.registers("alice", "s3kr1t").await;
    let bob = server.registers("bob", "s3kr1t").await;
    let laptop = second_device(&server, "alice").await;
    let listed = alice.get("/v3/devices").await.ok();
    let ids: Vec<_> =
        listed["devices"].as_array().unwrap().iter().map(|device| &device["device_id"]).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&&json!(laptop.device_id)));

    let path = format!("/v3/devices/{}", laptop.device_id);
    alice.put(&path, json!({ "display_name": "Laptop" })).await.ok();
    alice.put(&path, json!({})).await.ok();
    let device = alice.get(&path).await.ok();
    assert_eq!(device["display_name"], "Laptop", "a request without a name leaves it");
    assert_eq!(device["last_seen_ts"], 1_800_000_000_000_i64);
    alice.put(&path, json!({ "display_name": "x".repeat(101) })).await.refused(413, "M_TOO_LARGE");
    alice.put("/v3/devices/NONE", json!({ "display_name": "x" })).await.refused(404, "M_NOT_FOUND");
    alice.put("/v3/devices/NONE", json!({})).await.refused(404, "M_NOT_FOUND");
    bob.get(&path).await.refused(404, "M_NOT_FOUND");
    bob.put(&path, json!({ "display_name": "mine" })).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_device_in_use_is_seen_now_and_then() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.registers("alice", "s3kr1t").await;
    let path = format!("/v3/devices/{}", alice.device_id);
    for (passed, wanted) in [(60_000, 0), (300_000, 360_000), (1, 360_000)] {
        server.clock.fetch_add(passed, Ordering::SeqCst);
        alice.get(&path).await.ok();
        // It is noted after the answer.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let seen = alice.get(&path).await.ok()["last_seen_ts"].as_i64().unwrap();
        assert_eq!(seen - 1_800_000_000_000, wanted, "after {passed} ms");
    }
}

#[tokio::test]
async fn deleting_a_device_takes_its_owners_password() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    server.registers("bob", "bob's").await;
    let laptop = second_device(&server, "alice").await;
    let path = format!("/v3/devices/{}", laptop.device_id);
    let asked = alice.delete(&path).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.password"] }]));
    assert_eq!(asked.body.get("errcode"), None, "nothing is wrong yet");

    let delete = async |body| alice.call(reqwest::Method::DELETE, &path, Some(body)).await;
    for (user, secret) in [("alice", "guess"), ("bob", "bob's"), ("@alice:elsewhere", "s3kr1t")] {
        let refused = delete(password(&asked, user, secret)).await.refused(401, "M_FORBIDDEN");
        assert_eq!(refused["session"], asked.body["session"]);
        assert_eq!(refused["flows"], asked.body["flows"]);
    }
    laptop.get("/v3/account/whoami").await.ok();
    delete(json!({ "auth": { "type": "m.login.dummy" } })).await.refused(401, "M_UNRECOGNIZED");
    let unfinished = delete(json!({ "auth": { "session": asked.body["session"] } })).await;
    assert_eq!(unfinished.status, 401, "a session without a proof is no proof");

    delete(password(&asked, "@alice:localhost", "s3kr1t")).await.ok();
    laptop.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    alice.get(&path).await.refused(404, "M_NOT_FOUND");
    delete(password(&asked, "alice", "s3kr1t")).await.ok();
}

#[tokio::test]
async fn several_devices_are_deleted_together() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let (laptop, tablet) = (second_device(&server, "alice").await, second_device(&server, "alice").await);
    let devices = json!([laptop.device_id, tablet.device_id, "NONE"]);
    let asked = alice.post("/v3/delete_devices", json!({ "devices": devices })).await;
    assert_eq!(asked.status, 401);
    // The way in which older clients name the account.
    let auth = json!({ "type": "m.login.password", "user": alice.user_id, "password": "s3kr1t" });
    alice.post("/v3/delete_devices", json!({ "devices": devices, "auth": auth })).await.ok();
    for gone in [laptop, tablet] {
        gone.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    }
    alice.get("/v3/account/whoami").await.ok();
    let many = vec!["D"; 1001];
    alice.post("/v3/delete_devices", json!({ "devices": many })).await.refused(400, "M_INVALID_PARAM");
    alice.post("/v3/delete_devices", json!({})).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn people_and_administrators_see_where_an_account_is_used() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let bob = server.registers("bob", "s3kr1t").await;
    let admin = aside_domain::accounts::create_user(&server.hs, "root", Some("s3kr1t".into()), true).await;
    admin.unwrap();
    let root = second_device(&server, "root").await;
    for asker in [&alice, &root] {
        let seen = asker.get("/v3/admin/whois/@alice:localhost").await.ok();
        assert_eq!(seen["user_id"], "@alice:localhost");
        let connection = &seen["devices"][&alice.device_id]["sessions"][0]["connections"][0];
        assert_eq!(connection["ip"], "127.0.0.1");
    }
    bob.get("/v3/admin/whois/@alice:localhost").await.refused(403, "M_FORBIDDEN");
    bob.get("/v3/admin/whois/@nobody:localhost").await.refused(403, "M_FORBIDDEN");
    root.get("/v3/admin/whois/@nobody:localhost").await.refused(404, "M_NOT_FOUND");
}
