use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

fn redact(room_id: &str, event_id: &str, txn: &str) -> String {
    format!("/v3/rooms/{}/redact/{}/{txn}", path(room_id), path(event_id))
}

async fn event(person: &Person, room_id: &str, event_id: &str) -> Value {
    person.get(&format!("/v3/rooms/{}/event/{}", path(room_id), path(event_id))).await.ok()
}

#[tokio::test]
async fn a_redacted_message_is_empty_and_says_why() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    for version in ["10", "11", "12"] {
        let room_id = alice.creates_room(json!({ "invite": [bob.user_id], "room_version": version })).await;
        bob.joins(&room_id).await;
        let secret = bob.sends(&room_id, "secret").await;
        let body = json!({ "reason": "a slip" });
        let answer = bob.put(&redact(&room_id, &secret, "1"), body.clone()).await.ok();
        let redaction = text(&answer["event_id"]);
        let again = bob.put(&redact(&room_id, &secret, "1"), body).await.ok();
        assert_eq!(answer, again, "the same transaction redacts once");
        let found = event(&alice, &room_id, &secret).await;
        assert_eq!(found["content"], json!({}), "{version}");
        let because = &found["unsigned"]["redacted_because"];
        assert_eq!((&because["event_id"], &because["sender"]), (&json!(redaction), &json!(bob.user_id)));
        for told in [because, &event(&alice, &room_id, &redaction).await] {
            assert_eq!(
                (&told["type"], &told["content"]["reason"]),
                (&json!("m.room.redaction"), &json!("a slip"))
            );
            assert_eq!(told["redacts"], json!(secret), "old clients look here, {version}");
            assert_eq!(told["content"]["redacts"], json!(secret), "new clients look here, {version}");
        }
    }
}

#[tokio::test]
async fn others_events_are_redacted_by_those_who_may() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    bob.joins(&room_id).await;
    let (hers, his) = (alice.sends(&room_id, "hers").await, bob.sends(&room_id, "his").await);
    bob.put(&redact(&room_id, &hers, "1"), json!({})).await.refused(403, "M_FORBIDDEN");
    eve.put(&redact(&room_id, &hers, "1"), json!({})).await.refused(403, "M_FORBIDDEN");
    assert_eq!(event(&bob, &room_id, &hers).await["content"]["body"], "hers");
    alice.put(&redact(&room_id, &his, "1"), json!({})).await.ok();
    assert_eq!(event(&bob, &room_id, &his).await["content"], json!({}));
    alice.put(&redact(&room_id, "$nothing", "2"), json!({})).await.refused(404, "M_NOT_FOUND");
    let other = alice.creates_room(json!({})).await;
    let elsewhere = alice.sends(&other, "elsewhere").await;
    alice.put(&redact(&room_id, &elsewhere, "3"), json!({})).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_redaction_may_be_sent_as_an_event() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let secret = alice.sends(&room_id, "secret").await;
    let redaction = json!({ "redacts": secret, "reason": "a slip" });
    alice.sends_event(&room_id, "m.room.redaction", redaction).await;
    let found = event(&bob, &room_id, &secret).await;
    assert_eq!(found["content"], json!({}));
    assert_eq!(found["unsigned"]["redacted_because"]["content"]["reason"], "a slip");
    let send = format!("/v3/rooms/{}/send/m.room.redaction/x", path(&room_id));
    alice.put(&send, json!({})).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn a_redacted_member_event_keeps_the_membership() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let named = json!({ "membership": "join", "displayname": "Rude name" });
    let member = bob.sets_state(&room_id, "m.room.member", &bob.user_id, named).await;
    alice.put(&redact(&room_id, &member, "1"), json!({})).await.ok();
    let state = format!("/v3/rooms/{}/state/m.room.member/{}", path(&room_id), path(&bob.user_id));
    assert_eq!(alice.get(&state).await.ok(), json!({ "membership": "join" }));
    bob.sends(&room_id, "still here").await;
}
