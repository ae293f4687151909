use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

async fn replies(person: &Person, room_id: &str, root: &str, body: &str) -> String {
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let content = json!({ "msgtype": "m.text", "body": body, "m.relates_to": relation });
    person.sends_event(room_id, "m.room.message", content).await
}

async fn threads(person: &Person, room_id: &str, query: &str) -> Value {
    person.get(&format!("/v1/rooms/{}/threads?{query}", path(room_id))).await.ok()
}

fn ids(answer: &Value) -> Vec<String> {
    answer["chunk"].as_array().unwrap().iter().map(|event| text(&event["event_id"])).collect()
}

#[tokio::test]
async fn a_thread_is_told_with_its_root() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let root = alice.sends(&room_id, "root").await;
    replies(&bob, &room_id, &root, "one").await;
    let latest = replies(&bob, &room_id, &root, "two").await;
    let new = json!({ "msgtype": "m.text", "body": "two!" });
    let relation = json!({ "rel_type": "m.replace", "event_id": latest });
    let edit =
        json!({ "msgtype": "m.text", "body": "* two!", "m.new_content": new, "m.relates_to": relation });
    let edit = bob.sends_event(&room_id, "m.room.message", edit).await;
    let thread = |event: Value| event["unsigned"]["m.relations"]["m.thread"].clone();
    let event = format!("/v3/rooms/{}/event/{}", path(&room_id), path(&root));
    let seen = thread(alice.get(&event).await.ok());
    assert_eq!((&seen["count"], &seen["current_user_participated"]), (&json!(2), &json!(true)));
    assert_eq!(seen["latest_event"]["event_id"], json!(latest));
    let bundled = &seen["latest_event"]["unsigned"]["m.relations"]["m.replace"]["event_id"];
    assert_eq!(*bundled, json!(edit), "the newest reply comes with its newest edit");
}

#[tokio::test]
async fn threads_are_listed_by_their_newest_reply() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let mut roots = Vec::new();
    for name in ["first", "second", "third"] {
        let root = bob.sends(&room_id, name).await;
        replies(&bob, &room_id, &root, "reply").await;
        roots.push(root);
    }
    replies(&alice, &room_id, &roots[0], "newest").await;
    let expected = [roots[0].clone(), roots[2].clone(), roots[1].clone()];
    assert_eq!(ids(&threads(&alice, &room_id, "").await), expected);
    assert_eq!(ids(&threads(&alice, &room_id, "include=participated").await), [roots[0].clone()]);
    assert_eq!(ids(&threads(&bob, &room_id, "include=participated").await), expected);

    let first = threads(&alice, &room_id, "limit=2").await;
    assert_eq!(ids(&first), expected[..2]);
    let next = text(&first["next_batch"]);
    let second = threads(&alice, &room_id, &format!("limit=2&from={next}")).await;
    assert_eq!((ids(&second), second.get("next_batch")), (expected[2..].to_vec(), None));

    let eve = server.person("eve").await;
    eve.get(&format!("/v1/rooms/{}/threads", path(&room_id))).await.refused(403, "M_FORBIDDEN");
    alice.get(&format!("/v1/rooms/{}/threads?from=x", path(&room_id))).await.refused(400, "M_INVALID_PARAM");
}
