use aside_testkit::{TestServer, path, text};
use serde_json::json;

#[tokio::test]
async fn state_is_read_as_content_or_as_an_event() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "name": "Kitchen", "invite": [bob.user_id] })).await;
    let state = format!("/v3/rooms/{}/state", path(&room_id));
    for spelling in ["m.room.name", "m.room.name/"] {
        assert_eq!(alice.get(&format!("{state}/{spelling}")).await.ok(), json!({ "name": "Kitchen" }));
    }
    let event = alice.get(&format!("{state}/m.room.name/?format=event")).await.ok();
    assert_eq!((&event["type"], &event["content"]["name"]), (&json!("m.room.name"), &json!("Kitchen")));
    assert_eq!((&event["room_id"], &event["state_key"]), (&json!(room_id), &json!("")));
    let member = format!("{state}/m.room.member/{}", path(&bob.user_id));
    assert_eq!(alice.get(&member).await.ok()["membership"], "invite");
    alice.sets_state(&room_id, "org.example.note", "with/slash", json!({ "a": 1 })).await;
    let note = format!("{state}/org.example.note/{}", path("with/slash"));
    assert_eq!(alice.get(&note).await.ok(), json!({ "a": 1 }));

    alice.get(&format!("{state}/m.room.topic")).await.refused(404, "M_NOT_FOUND");
    bob.get(&format!("{state}/m.room.name")).await.refused(403, "M_FORBIDDEN");
    bob.get(&state).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn whoever_left_sees_the_state_they_left() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "name": "Before", "invite": [bob.user_id] })).await;
    bob.joins(&room_id).await;
    let state = format!("/v3/rooms/{}/state", path(&room_id));
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    alice.sets_state(&room_id, "m.room.name", "", json!({ "name": "After" })).await;
    alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "new" })).await;
    assert_eq!(bob.get(&format!("{state}/m.room.name")).await.ok(), json!({ "name": "Before" }));
    bob.get(&format!("{state}/m.room.topic")).await.refused(404, "M_NOT_FOUND");
    let all = bob.get(&state).await.ok();
    let all = all.as_array().unwrap();
    let content = |kind: &str, key: &str| {
        all.iter()
            .find(|event| event["type"] == kind && event["state_key"] == key)
            .map(|event| &event["content"])
    };
    assert_eq!(content("m.room.name", ""), Some(&json!({ "name": "Before" })));
    assert_eq!(content("m.room.topic", ""), None);
    assert_eq!(content("m.room.member", &bob.user_id).unwrap()["membership"], "leave");
}

#[tokio::test]
async fn a_declined_invite_shows_no_state() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    for what in ["state", "members", "joined_members", "messages?dir=b"] {
        bob.get(&format!("/v3/rooms/{}/{what}", path(&room_id))).await.refused(403, "M_FORBIDDEN");
    }
}

#[tokio::test]
async fn redacted_state_is_empty_in_the_state_too() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({})).await;
    let topic = alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "secret" })).await;
    alice.put(&format!("/v3/rooms/{}/redact/{}/1", path(&room_id), path(&topic)), json!({})).await.ok();
    let state = format!("/v3/rooms/{}/state", path(&room_id));
    assert_eq!(alice.get(&format!("{state}/m.room.topic")).await.ok(), json!({}));
    let all = alice.get(&state).await.ok();
    let found = all.as_array().unwrap().iter().find(|event| event["type"] == "m.room.topic").unwrap();
    assert_eq!((&found["content"], text(&found["event_id"])), (&json!({}), topic));
}
