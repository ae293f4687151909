use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

async fn members(person: &Person, room_id: &str, query: &str) -> Vec<(String, String)> {
    let found = person.get(&format!("/v3/rooms/{}/members{query}", path(room_id))).await.ok();
    let mut found: Vec<_> = found["chunk"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (text(&event["state_key"]), text(&event["content"]["membership"])))
        .collect();
    found.sort();
    found
}

fn member(person: &Person, membership: &str) -> (String, String) {
    (person.user_id.clone(), membership.to_owned())
}

#[tokio::test]
async fn members_are_listed_by_membership() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id, carol.user_id] })).await;
    bob.joins(&room_id).await;
    let all = [member(&alice, "join"), member(&bob, "join"), member(&carol, "invite")];
    assert_eq!(members(&alice, &room_id, "").await, all);
    assert_eq!(members(&bob, &room_id, "?membership=join").await, all[..2]);
    assert_eq!(members(&bob, &room_id, "?not_membership=join").await, all[2..]);
    assert_eq!(members(&bob, &room_id, "?membership=invite&not_membership=invite").await, all);
    carol.get(&format!("/v3/rooms/{}/members", path(&room_id))).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn members_are_told_as_they_were_at_a_place() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({})).await;
    let page = alice.get(&format!("/v3/rooms/{}/messages?dir=b&limit=1", path(&room_id))).await.ok();
    let before = text(&page["start"]);
    alice.invites(&room_id, &bob).await;
    bob.joins(&room_id).await;
    assert_eq!(members(&alice, &room_id, &format!("?at={before}")).await, [member(&alice, "join")]);
    assert_eq!(members(&alice, &room_id, "").await.len(), 2);
    alice.get(&format!("/v3/rooms/{}/members?at=x", path(&room_id))).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn whoever_left_sees_who_was_there_then() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    bob.joins(&room_id).await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    alice.invites(&room_id, &carol).await;
    assert_eq!(members(&bob, &room_id, "").await, [member(&alice, "join"), member(&bob, "leave")]);
    bob.get(&format!("/v3/rooms/{}/joined_members", path(&room_id))).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn joined_members_are_told_with_their_names() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let named = json!({ "membership": "join", "displayname": "Alice", "avatar_url": "mxc://localhost/a" });
    alice.sets_state(&room_id, "m.room.member", &alice.user_id, named).await;
    let joined: Value = bob.get(&format!("/v3/rooms/{}/joined_members", path(&room_id))).await.ok();
    assert_eq!(
        joined["joined"][&alice.user_id],
        json!({ "display_name": "Alice", "avatar_url": "mxc://localhost/a" })
    );
    assert_eq!(joined["joined"].as_object().unwrap().len(), 2);
}
