use aside_testkit::{Person, TestServer, timeline};
use serde_json::{Value, json};

async fn second_device(server: &TestServer, name: &str) -> Person {
    server.person_of(&server.anonymous().await.logs_in(name, "s3kr1t").await.ok())
}

fn proof(person: &Person, password: &str) -> Value {
    let identifier = json!({ "type": "m.id.user", "user": person.user_id });
    json!({ "type": "m.login.password", "identifier": identifier, "password": password })
}

#[tokio::test]
async fn a_new_password_logs_other_devices_out_unless_told_otherwise() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let laptop = second_device(&server, "alice").await;
    let change = async |body| alice.post("/v3/account/password", body).await;
    let asked = change(json!({ "new_password": "n3w" })).await;
    assert_eq!((asked.status, &asked.body["flows"][0]["stages"][0]), (401, &json!("m.login.password")));
    change(json!({ "new_password": "", "auth": proof(&alice, "s3kr1t") }))
        .await
        .refused(400, "M_WEAK_PASSWORD");
    change(json!({ "new_password": "n3w", "auth": proof(&alice, "guess") }))
        .await
        .refused(401, "M_FORBIDDEN");
    let kept = json!({ "new_password": "n3w", "logout_devices": false, "auth": proof(&alice, "s3kr1t") });
    change(kept).await.ok();
    laptop.get("/v3/account/whoami").await.ok();

    change(json!({ "new_password": "n3wer", "auth": proof(&alice, "n3w") })).await.ok();
    laptop.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    alice.get("/v3/account/whoami").await.ok();
    let nobody = server.anonymous().await;
    nobody.logs_in("alice", "s3kr1t").await.refused(403, "M_FORBIDDEN");
    nobody.logs_in("alice", "n3wer").await.ok();
    nobody.post("/v3/account/password", json!({ "new_password": "x" })).await.refused(401, "M_MISSING_TOKEN");
}

#[tokio::test]
async fn a_deactivated_account_leaves_its_rooms_and_nobody_gets_its_name() {
    let server = TestServer::start().await;
    let alice = server.registers("alice", "s3kr1t").await;
    let bob = server.registers("bob", "s3kr1t").await;
    let room_id = bob.meets(&alice).await;
    let invited = bob.creates_room(json!({ "invite": [alice.user_id] })).await;
    alice.put("/v3/profile/@alice:localhost/displayname", json!({ "displayname": "Alice" })).await.ok();

    let asked = alice.post("/v3/account/deactivate", json!({})).await;
    assert_eq!((asked.status, &asked.body["flows"][0]["stages"][0]), (401, &json!("m.login.password")));
    alice
        .post("/v3/account/deactivate", json!({ "auth": proof(&alice, "guess") }))
        .await
        .refused(401, "M_FORBIDDEN");
    let body = json!({ "auth": proof(&alice, "s3kr1t"), "erase": true });
    let done = alice.post("/v3/account/deactivate", body).await.ok();
    assert_eq!(done, json!({ "id_server_unbind_result": "success" }));

    alice.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    let nobody = server.anonymous().await;
    nobody.logs_in("alice", "s3kr1t").await.refused(403, "M_USER_DEACTIVATED");
    nobody.get("/v3/register/available?username=alice").await.refused(400, "M_USER_IN_USE");
    nobody.get("/v3/profile/@alice:localhost").await.refused(404, "M_NOT_FOUND");
    let found = bob.post("/v3/user_directory/search", json!({ "search_term": "alice" })).await.ok();
    assert_eq!(found["results"], json!([]));
    for room_id in [&room_id, &invited] {
        let left = |event: &Value| {
            event["state_key"] == alice.user_id.as_str() && event["content"]["membership"] == "leave"
        };
        bob.syncs_until("", |sync| timeline(sync, room_id).iter().any(left)).await;
    }
}

#[tokio::test]
async fn what_the_server_has_not_is_said_plainly() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    assert_eq!(alice.get("/v3/account/3pid").await.ok(), json!({ "threepids": [] }));
    assert_eq!(alice.get("/v3/voip/turnServer").await.ok(), json!({}));
    let nobody = server.anonymous().await;
    nobody.get("/v3/voip/turnServer").await.refused(401, "M_MISSING_TOKEN");
    alice.post("/v3/account/3pid/add", json!({})).await.refused(404, "M_UNRECOGNIZED");
    alice.post("/v3/account/whoami", json!({})).await.refused(405, "M_UNRECOGNIZED");
}
