//! Receipts and the fully read marker.

use aside_testkit::{Method, Person, TestServer, path, text};
use serde_json::{Value, json};

fn receipt(room_id: &str, kind: &str, event_id: &str) -> String {
    format!("/v3/rooms/{}/receipt/{kind}/{}", path(room_id), path(event_id))
}

/// The content of a room's `m.receipt` in a sync.
fn receipts(sync: &Value, room_id: &str) -> Value {
    let events =
        sync["rooms"]["join"][room_id]["ephemeral"]["events"].as_array().cloned().unwrap_or_default();
    events
        .into_iter()
        .find(|event| event["type"] == "m.receipt")
        .map_or(Value::Null, |event| event["content"].clone())
}

async fn told(person: &Person, since: &str, room_id: &str) -> Value {
    let sync = person.syncs_until(since, |sync| !receipts(sync, room_id).is_null()).await;
    receipts(&sync, room_id)
}

fn fully_read(sync: &Value, room_id: &str) -> Value {
    let events =
        sync["rooms"]["join"][room_id]["account_data"]["events"].as_array().cloned().unwrap_or_default();
    let found = events.into_iter().find(|event| event["type"] == "m.fully_read");
    found.map_or(Value::Null, |event| event["content"]["event_id"].clone())
}

#[tokio::test]
async fn a_receipt_is_told_to_everyone_in_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "hello").await;
    let since = text(&alice.receives("", &room_id, &event_id).await["next_batch"]);
    bob.post(&receipt(&room_id, "m.read", &event_id), json!({})).await.ok();
    let content = told(&alice, &since, &room_id).await;
    let seen = &content[&event_id]["m.read"][&bob.user_id];
    assert!(seen["ts"].as_i64().unwrap() > 0);
    assert_eq!(seen.get("thread_id"), None);
    assert_eq!(told(&bob, "", &room_id).await, content, "also to the reader, and to who starts anew");
}

#[tokio::test]
async fn a_private_receipt_is_told_to_its_owner_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "hello").await;
    let since = text(&bob.receives("", &room_id, &event_id).await["next_batch"]);
    bob.post(&receipt(&room_id, "m.read.private", &event_id), json!({})).await.ok();
    let content = told(&bob, &since, &room_id).await;
    assert!(content[&event_id]["m.read.private"][&bob.user_id]["ts"].is_i64());
    assert_eq!(told(&bob, "", &room_id).await, content);
    // Alice's own receipt comes later, so she would have been told of bob's by then.
    alice.post(&receipt(&room_id, "m.read", &event_id), json!({})).await.ok();
    let content = told(&alice, "", &room_id).await;
    assert_eq!(content[&event_id]["m.read"].as_object().unwrap().len(), 1);
    assert_eq!(content[&event_id]["m.read.private"], Value::Null);
}

#[tokio::test]
async fn a_receipt_never_moves_backwards() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let (first, second) = (alice.sends(&room_id, "one").await, alice.sends(&room_id, "two").await);
    for event_id in [&second, &first] {
        bob.post(&receipt(&room_id, "m.read", event_id), json!({})).await.ok();
    }
    let content = told(&alice, "", &room_id).await;
    assert_eq!(content.as_object().unwrap().keys().collect::<Vec<_>>(), [&second]);
}

#[tokio::test]
async fn a_receipt_in_a_thread_is_for_events_of_the_thread() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let root = alice.sends(&room_id, "root").await;
    let content = |rel_type: &str, event_id: &str| {
        let relates_to = json!({ "rel_type": rel_type, "event_id": event_id });
        json!({ "msgtype": "m.text", "body": "text", "m.relates_to": relates_to })
    };
    let reply = alice.sends_event(&room_id, "m.room.message", content("m.thread", &root)).await;
    let edit = alice.sends_event(&room_id, "m.room.message", content("m.replace", &reply)).await;
    let plain = alice.sends(&room_id, "plain").await;
    for (event_id, thread_id, is_in) in [
        (&root, "main", true),
        (&root, root.as_str(), true),
        (&reply, root.as_str(), true),
        (&reply, "main", false),
        (&edit, root.as_str(), true),
        (&edit, "main", false),
        (&plain, "main", true),
        (&plain, root.as_str(), false),
        (&plain, plain.as_str(), false),
    ] {
        let answer =
            bob.post(&receipt(&room_id, "m.read", event_id), json!({ "thread_id": thread_id })).await;
        if is_in {
            answer.ok();
        } else {
            answer.refused(400, "M_INVALID_PARAM");
        }
    }
    let of_bob =
        |sync: &Value, event_id: &str| receipts(sync, &room_id)[event_id]["m.read"][&bob.user_id].clone();
    // The last two that were accepted; receipts are brought to people one after the other.
    let is_brought = |sync: &Value| of_bob(sync, &edit).is_object() && of_bob(sync, &plain).is_object();
    let mut sync = alice.syncs("").await;
    for _ in 0..50 {
        if is_brought(&sync) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        sync = alice.syncs("").await;
    }
    assert_eq!(of_bob(&sync, &edit)["thread_id"], json!(root));
    assert_eq!(of_bob(&sync, &plain)["thread_id"], json!("main"));
}

#[tokio::test]
async fn receipts_that_cannot_be_are_refused() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.person("alice").await, server.person("eve").await);
    let room_id = alice.creates_room(json!({})).await;
    let event_id = alice.sends(&room_id, "hello").await;
    let post = |kind: &str, body: Value| {
        let (alice, path) = (alice.clone(), receipt(&room_id, kind, &event_id));
        async move { alice.post(&path, body).await }
    };
    post("m.read", json!({ "thread_id": "" })).await.refused(400, "M_INVALID_PARAM");
    post("m.read", json!({ "thread_id": 7 })).await.refused(400, "M_INVALID_PARAM");
    post("m.read", json!({ "thread_id": "elsewhere" })).await.refused(400, "M_INVALID_PARAM");
    post("m.fully_read", json!({ "thread_id": "main" })).await.refused(400, "M_INVALID_PARAM");
    post("m.understood", json!({})).await.refused(400, "M_INVALID_PARAM");
    alice.post(&receipt(&room_id, "m.read", "$none"), json!({})).await.refused(404, "M_NOT_FOUND");
    alice.post(&receipt(&room_id, "m.fully_read", "$none"), json!({})).await.refused(404, "M_NOT_FOUND");
    eve.post(&receipt(&room_id, "m.read", &event_id), json!({})).await.refused(403, "M_FORBIDDEN");
    eve.post(&format!("/v3/rooms/{}/read_markers", path(&room_id)), json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    // Some clients send no body at all.
    let bare = alice.call(Method::POST, &receipt(&room_id, "m.read", &event_id), None).await;
    bare.ok();
}

#[tokio::test]
async fn read_markers_set_all_three_at_once_and_do_not_move_backwards() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let (first, second) = (alice.sends(&room_id, "one").await, alice.sends(&room_id, "two").await);
    let since = text(&bob.receives("", &room_id, &second).await["next_batch"]);
    let markers = format!("/v3/rooms/{}/read_markers", path(&room_id));
    let all = json!({ "m.fully_read": second, "m.read": first, "m.read.private": second });
    bob.post(&markers, all).await.ok();
    let sync = bob.syncs(&since).await;
    assert_eq!(fully_read(&sync, &room_id), json!(second));
    assert!(receipts(&sync, &room_id)[&second]["m.read.private"][&bob.user_id].is_object());
    assert!(told(&alice, "", &room_id).await[&first]["m.read"][&bob.user_id].is_object());
    bob.post(&receipt(&room_id, "m.fully_read", &first), json!({})).await.ok();
    let sync = bob.syncs("").await;
    assert_eq!(fully_read(&sync, &room_id), json!(second));
    let counts = &sync["rooms"]["join"][&room_id]["unread_notifications"];
    assert_eq!(counts["notification_count"], json!(0), "the private receipt is further");
    bob.post(&markers, json!({})).await.ok();
}

async fn received(person: &Person, room_id: &str) -> Value {
    person.get(&format!("/_aside/v1/rooms/{}/received", path(room_id))).await.ok()["received"].clone()
}

#[tokio::test]
async fn a_ms_17_a_message_has_arrived_once_a_device_went_on_from_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = alice.sends(&room_id, "are you there?").await;
    let since = text(&bob.receives("", &room_id, &first).await["next_batch"]);
    let here = |event_id: &str| json!([{"user_id": bob.user_id, "event_id": event_id}]);
    assert_ne!(received(&alice, &room_id).await, here(&first), "an answer may get lost on its way");

    let second = alice.sends(&room_id, "hello?").await;
    let since = text(&bob.receives(&since, &room_id, &second).await["next_batch"]);
    assert_eq!(received(&alice, &room_id).await, here(&first));
    bob.syncs(&since).await;
    assert_eq!(received(&alice, &room_id).await, here(&second));
    assert!(receipts(&alice.syncs("").await, &room_id).is_null(), "nothing of it was read");
}

#[tokio::test]
async fn a_ms_17_whether_something_arrived_stays_with_who_blocks_or_was_only_asked() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let carol = server.person("carol").await;
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "hello").await;
    let since = text(&bob.receives("", &room_id, &event_id).await["next_batch"]);
    bob.syncs(&since).await;
    assert_eq!(received(&alice, &room_id).await[0]["user_id"], bob.user_id.as_str());
    bob.put(&format!("/_aside/v1/blocks/{}", path(&alice.user_id)), json!({})).await.ok();
    assert_eq!(received(&alice, &room_id).await, json!([]));

    let asked = alice.creates_room(json!({"is_direct": true, "invite": [carol.user_id]})).await;
    alice.sends(&asked, "hello").await;
    let since = text(&carol.syncs("").await["next_batch"]);
    carol.syncs(&since).await;
    assert_eq!(received(&alice, &asked).await, json!([]));
    let of_others = format!("/_aside/v1/rooms/{}/received", path(&room_id));
    carol.get(&of_others).await.refused(403, "M_FORBIDDEN");
}
