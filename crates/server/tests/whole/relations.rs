use aside_testkit::{Person, TestServer, bodies, path, text};
use serde_json::{Value, json};

async fn two_people() -> (TestServer, Person, Person, String) {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    (server, alice, bob, room_id)
}

async fn reacts(person: &Person, room_id: &str, event_id: &str, key: &str) -> String {
    let relation = json!({ "rel_type": "m.annotation", "event_id": event_id, "key": key });
    person.sends_event(room_id, "m.reaction", json!({ "m.relates_to": relation })).await
}

async fn edits(person: &Person, room_id: &str, event_id: &str, body: &str) -> String {
    let new = json!({ "msgtype": "m.text", "body": body });
    let relation = json!({ "rel_type": "m.replace", "event_id": event_id });
    let content = json!({ "msgtype": "m.text", "body": format!("* {body}"), "m.new_content": new, "m.relates_to": relation });
    person.sends_event(room_id, "m.room.message", content).await
}

async fn event(person: &Person, room_id: &str, event_id: &str) -> Value {
    person.get(&format!("/v3/rooms/{}/event/{}", path(room_id), path(event_id))).await.ok()
}

async fn relations(person: &Person, room_id: &str, rest: &str) -> Value {
    person.get(&format!("/v1/rooms/{}/relations/{rest}", path(room_id))).await.ok()
}

fn ids(answer: &Value) -> Vec<String> {
    answer["chunk"].as_array().unwrap().iter().map(|event| text(&event["event_id"])).collect()
}

#[tokio::test]
async fn the_newest_edit_by_the_sender_is_told_with_the_message() {
    let (_server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "helo").await;
    edits(&alice, &room_id, &original, "hello").await;
    let newest = edits(&alice, &room_id, &original, "hello!").await;
    edits(&bob, &room_id, &original, "not mine to edit").await;
    let relation = json!({ "rel_type": "m.replace", "event_id": original });
    alice
        .sends_event(
            &room_id,
            "m.room.message",
            json!({ "msgtype": "m.text", "body": "x", "m.relates_to": relation }),
        )
        .await;
    let event = event(&bob, &room_id, &original).await;
    let edit = &event["unsigned"]["m.relations"]["m.replace"];
    assert_eq!(edit["event_id"], json!(newest));
    assert_eq!(edit["content"]["m.new_content"]["body"], "hello!");
    assert_eq!(event["content"]["body"], "helo", "the content itself stays as it was sent");
}

#[tokio::test]
async fn a_redacted_edit_no_longer_counts() {
    let (_server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "helo").await;
    let first = edits(&alice, &room_id, &original, "hello").await;
    let second = edits(&alice, &room_id, &original, "hallo").await;
    let redact = |id: &str| format!("/v3/rooms/{}/redact/{}/r{id}", path(&room_id), path(id));
    alice.put(&redact(&second), json!({})).await.ok();
    let found = event(&bob, &room_id, &original).await;
    assert_eq!(found["unsigned"]["m.relations"]["m.replace"]["event_id"], json!(first));
    alice.put(&redact(&original), json!({})).await.ok();
    let found = event(&bob, &room_id, &original).await;
    assert_eq!(found["unsigned"].get("m.relations"), None, "a redacted message has no edits");
}

#[tokio::test]
async fn references_are_told_and_reactions_are_not() {
    let (_server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "a poll").await;
    reacts(&bob, &room_id, &original, "👍").await;
    assert_eq!(event(&bob, &room_id, &original).await["unsigned"].get("m.relations"), None);
    let relation = json!({ "m.relates_to": { "rel_type": "m.reference", "event_id": original } });
    let answer = bob.sends_event(&room_id, "m.poll.response", relation).await;
    let found = event(&alice, &room_id, &original).await;
    assert_eq!(
        found["unsigned"]["m.relations"],
        json!({ "m.reference": { "chunk": [{ "event_id": answer }] } })
    );
}

#[tokio::test]
async fn relations_are_paged_through_by_type() {
    let (_server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "hello").await;
    let mut reactions = Vec::new();
    for key in ["1", "2", "3"] {
        reactions.push(reacts(&bob, &room_id, &original, key).await);
    }
    let edit = edits(&alice, &room_id, &original, "hello!").await;
    let parent = path(&original);
    let all = relations(&bob, &room_id, &parent).await;
    assert_eq!(
        ids(&all),
        [&edit, &reactions[2], &reactions[1], &reactions[0]].map(String::clone),
        "newest first"
    );
    assert_eq!(all.get("next_batch"), None);
    let only = relations(&bob, &room_id, &format!("{parent}/m.annotation?dir=f")).await;
    assert_eq!(ids(&only), reactions);
    let only = relations(&bob, &room_id, &format!("{parent}/m.replace/m.room.message")).await;
    assert_eq!(ids(&only), [edit]);
    assert!(ids(&relations(&bob, &room_id, &format!("{parent}/m.replace/m.reaction")).await).is_empty());

    let first = relations(&bob, &room_id, &format!("{parent}/m.annotation?limit=2")).await;
    assert_eq!(ids(&first), [reactions[2].clone(), reactions[1].clone()]);
    let next = text(&first["next_batch"]);
    let second = relations(&bob, &room_id, &format!("{parent}/m.annotation?limit=2&from={next}")).await;
    assert_eq!((ids(&second), second.get("next_batch")), (vec![reactions[0].clone()], None));
}

#[tokio::test]
async fn relations_of_relations_are_followed_where_asked_for() {
    let (_server, alice, bob, room_id) = two_people().await;
    let root = alice.sends(&room_id, "root").await;
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let content = json!({ "msgtype": "m.text", "body": "reply", "m.relates_to": relation });
    let reply = bob.sends_event(&room_id, "m.room.message", content).await;
    let reaction = reacts(&alice, &room_id, &reply, "👍").await;
    let parent = path(&root);
    assert_eq!(ids(&relations(&bob, &room_id, &parent).await), [reply.clone()]);
    let all = relations(&bob, &room_id, &format!("{parent}?recurse=true&dir=f")).await;
    assert_eq!(ids(&all), [reply, reaction.clone()]);
    assert!(all["recursion_depth"].as_u64().unwrap() >= 3);
    let only = relations(&bob, &room_id, &format!("{parent}/m.annotation?recurse=true")).await;
    assert_eq!(ids(&only), [reaction]);
}

#[tokio::test]
async fn what_can_not_be_seen_has_no_relations() {
    let (server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "hello").await;
    let missing = format!("/v1/rooms/{}/relations/{}", path(&room_id), path("$nothing"));
    bob.get(&missing).await.refused(404, "M_NOT_FOUND");
    let eve = server.person("eve").await;
    let parent = format!("/v1/rooms/{}/relations/{}", path(&room_id), path(&original));
    eve.get(&parent).await.refused(403, "M_FORBIDDEN");
    bob.get(&format!("{parent}?from=x")).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_redacted_reaction_is_no_longer_listed() {
    let (_server, alice, bob, room_id) = two_people().await;
    let original = alice.sends(&room_id, "hello").await;
    let reaction = reacts(&bob, &room_id, &original, "👍").await;
    bob.put(&format!("/v3/rooms/{}/redact/{}/r", path(&room_id), path(&reaction)), json!({})).await.ok();
    let found = relations(&bob, &room_id, &path(&original)).await;
    assert!(bodies(&found["chunk"]).is_empty() && ids(&found).is_empty());
}
