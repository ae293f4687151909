//! Who is there.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

fn status(person: &Person) -> String {
    format!("/v3/presence/{}/status", path(&person.user_id))
}

/// The newest presence of somebody in a sync.
fn seen(sync: &Value, person: &Person) -> Value {
    let events = sync["presence"]["events"].as_array().cloned().unwrap_or_default();
    let own = events.into_iter().find(|event| event["sender"] == json!(person.user_id));
    own.map_or(Value::Null, |event| event["content"].clone())
}

/// A sync that leaves the presence of the person themself alone.
async fn syncs_unseen(person: &Person, since: &str) -> Value {
    let since = if since.is_empty() { String::new() } else { format!("&since={since}") };
    person.get(&format!("/v3/sync?set_presence=offline&timeout=200{since}")).await.ok()
}

async fn told(person: &Person, since: &str, of: &Person, state: &str) -> (Value, String) {
    let mut since = since.to_owned();
    for _ in 0..50 {
        let sync = syncs_unseen(person, &since).await;
        let content = seen(&sync, of);
        since = text(&sync["next_batch"]);
        if content["presence"] == json!(state) {
            return (content, since);
        }
    }
    panic!("{} was never told that {} is {state}", person.user_id, of.user_id);
}

#[tokio::test]
async fn presence_is_told_to_those_who_share_a_room() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    alice.meets(&bob).await;
    let since = text(&syncs_unseen(&alice, "").await["next_batch"]);
    let eves = text(&syncs_unseen(&eve, "").await["next_batch"]);
    bob.put(&status(&bob), json!({ "presence": "online", "status_msg": "at the sea" })).await.ok();
    let (content, since) = told(&alice, &since, &bob, "online").await;
    assert_eq!(content["status_msg"], json!("at the sea"));
    assert_eq!(content["currently_active"], json!(true));
    assert!(content["last_active_ago"].as_i64().unwrap() < 10_000);
    assert_eq!(seen(&syncs_unseen(&bob, "").await, &bob)["presence"], json!("online"), "also to oneself");
    assert_eq!(seen(&syncs_unseen(&eve, &eves).await, &bob), Value::Null);
    // The same again is no news.
    bob.put(&status(&bob), json!({ "presence": "online", "status_msg": "at the sea" })).await.ok();
    assert_eq!(seen(&syncs_unseen(&alice, &since).await, &bob), Value::Null);
    let answer = alice.get(&status(&bob)).await.ok();
    assert_eq!((&answer["presence"], &answer["status_msg"]), (&json!("online"), &json!("at the sea")));
    assert_eq!(bob.get(&status(&alice)).await.ok()["presence"], json!("offline"));
    eve.get(&status(&bob)).await.refused(403, "M_FORBIDDEN");
    eve.get("/v3/presence/%40nobody%3Alocalhost/status").await.refused(403, "M_FORBIDDEN");
    eve.put(&status(&bob), json!({ "presence": "offline" })).await.refused(403, "M_FORBIDDEN");
    eve.put(&status(&eve), json!({ "presence": "asleep" })).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn syncing_makes_people_online_unless_they_say_otherwise() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    alice.meets(&bob).await;
    let since = text(&syncs_unseen(&alice, "").await["next_batch"]);
    syncs_unseen(&bob, "").await;
    assert_eq!(alice.get(&status(&bob)).await.ok()["presence"], json!("offline"));
    bob.get("/v3/sync?set_presence=unavailable").await.ok();
    let (_, since) = told(&alice, &since, &bob, "unavailable").await;
    bob.put(&status(&bob), json!({ "presence": "online" })).await.ok();
    told(&alice, &since, &bob, "online").await;
    let carol = server.person("carol").await;
    carol.syncs("").await;
    alice.meets(&carol).await;
    told(&alice, &since, &carol, "online").await;
}

#[tokio::test]
async fn people_become_idle_and_go_by_themselves() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&syncs_unseen(&alice, "").await["next_batch"]);
    let bobs = text(&bob.syncs("").await["next_batch"]);
    let (_, since) = told(&alice, &since, &bob, "online").await;
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move { bob.syncs_for(&bobs, 20_000).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.clock.fetch_add(5 * 60 * 1000, Ordering::SeqCst);
    let (_, since) = told(&alice, &since, &bob, "unavailable").await;
    bob.sends(&room_id, "here I am").await;
    let (_, since) = told(&alice, &since, &bob, "online").await;
    waiting.await.unwrap();
    server.clock.fetch_add(31_000, Ordering::SeqCst);
    told(&alice, &since, &bob, "offline").await;
}

#[tokio::test]
async fn without_presence_nobody_is_told() {
    let server = TestServer::start_with(|settings| settings.presence = false, false).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    alice.meets(&bob).await;
    bob.put(&status(&bob), json!({ "presence": "online" })).await.ok();
    assert_eq!(alice.syncs("").await["presence"], Value::Null);
    assert_eq!(alice.get(&status(&bob)).await.ok()["presence"], json!("offline"));
}
