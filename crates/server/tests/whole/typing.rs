//! Who is typing.

use std::sync::atomic::Ordering;

use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

fn typing(person: &Person, room_id: &str) -> String {
    format!("/v3/rooms/{}/typing/{}", path(room_id), path(&person.user_id))
}

/// Who types in a room, where a sync says so.
fn typers(sync: &Value, room_id: &str) -> Option<Vec<String>> {
    let events = sync["rooms"]["join"][room_id]["ephemeral"]["events"].as_array()?;
    let event = events.iter().find(|event| event["type"] == "m.typing")?;
    Some(event["content"]["user_ids"].as_array().unwrap().iter().map(text).collect())
}

async fn told(person: &Person, since: &str, room_id: &str) -> (Vec<String>, String) {
    let sync = person.syncs_until(since, |sync| typers(sync, room_id).is_some()).await;
    (typers(&sync, room_id).unwrap(), text(&sync["next_batch"]))
}

#[tokio::test]
async fn typing_is_told_when_it_starts_and_when_it_ends() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.put(&typing(&bob, &room_id), json!({ "typing": true, "timeout": 20_000 })).await.ok();
    let (who, since) = told(&alice, &since, &room_id).await;
    assert_eq!(who, [bob.user_id.clone()]);
    assert_eq!(typers(&alice.syncs("").await, &room_id), Some(who), "a new device is told, too");
    // Typing on is not news.
    bob.put(&typing(&bob, &room_id), json!({ "typing": true })).await.ok();
    assert_eq!(typers(&alice.syncs(&since).await, &room_id), None);
    bob.put(&typing(&bob, &room_id), json!({ "typing": false })).await.ok();
    let (who, since) = told(&alice, &since, &room_id).await;
    assert!(who.is_empty());
    assert_eq!(typers(&alice.syncs(&since).await, &room_id), None);
    assert_eq!(typers(&alice.syncs("").await, &room_id), None);
}

#[tokio::test]
async fn whoever_sends_has_stopped_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.put(&typing(&bob, &room_id), json!({ "typing": true })).await.ok();
    let (_, since) = told(&alice, &since, &room_id).await;
    bob.sends(&room_id, "done").await;
    assert!(told(&alice, &since, &room_id).await.0.is_empty());
}

#[tokio::test]
async fn typing_ends_by_itself() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.put(&typing(&bob, &room_id), json!({ "typing": true, "timeout": 5_000 })).await.ok();
    let (_, since) = told(&alice, &since, &room_id).await;
    server.clock.fetch_add(5_001, Ordering::SeqCst);
    assert!(told(&alice, &since, &room_id).await.0.is_empty());
}

#[tokio::test]
async fn a_token_of_an_earlier_process_is_told_who_types_now() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.put(&typing(&bob, &room_id), json!({ "typing": true })).await.ok();
    let (place, _) = since.rsplit_once('_').unwrap();
    for serial in ["1", "99999999999999"] {
        assert_eq!(
            typers(&alice.syncs(&format!("{place}_{serial}")).await, &room_id),
            Some(vec![bob.user_id.clone()])
        );
    }
}

#[tokio::test]
async fn ignored_people_are_not_seen_typing_and_strangers_see_nobody() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    let room_id = alice.meets(&bob).await;
    let ignored = json!({ "ignored_users": { &bob.user_id: {} } });
    let list = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&alice.user_id));
    alice.put(&list, ignored).await.ok();
    bob.put(&typing(&bob, &room_id), json!({ "typing": true })).await.ok();
    assert_eq!(typers(&alice.syncs("").await, &room_id), None);
    eve.put(&typing(&eve, &room_id), json!({ "typing": true })).await.refused(403, "M_FORBIDDEN");
    bob.put(&typing(&alice, &room_id), json!({ "typing": true })).await.refused(403, "M_FORBIDDEN");
    bob.put(&typing(&bob, &room_id), json!({ "typing": "yes" })).await.refused(400, "M_BAD_JSON");
    bob.put(&typing(&bob, &room_id), json!({})).await.refused(400, "M_BAD_JSON");
}
