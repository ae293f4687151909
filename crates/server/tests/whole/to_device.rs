use std::sync::atomic::Ordering;

use aside_testkit::{Person, TestServer, text};
use serde_json::{Value, json};

async fn sends(person: &Person, txn_id: &str, messages: Value) {
    let path = format!("/v3/sendToDevice/m.test/{txn_id}");
    person.put(&path, json!({ "messages": messages })).await.ok();
}

fn messages(sync: &Value) -> Vec<Value> {
    sync["to_device"]["events"].as_array().cloned().unwrap_or_default()
}

/// Another device of the same person.
async fn logs_in(server: &TestServer, name: &str, password: &str) -> Person {
    let user = json!({ "type": "m.id.user", "user": name });
    let wanted = json!({ "type": "m.login.password", "identifier": user, "password": password });
    server.person_of(&server.anonymous().await.post("/v3/login", wanted).await.ok())
}

#[tokio::test]
async fn a_message_is_for_one_device_and_comes_until_it_is_acknowledged() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let bob = server.registers("bob", "correct horse").await;
    let other = logs_in(&server, "bob", "correct horse").await;
    let (since, since_other) =
        (text(&bob.syncs("").await["next_batch"]), text(&other.syncs("").await["next_batch"]));
    let waiting = tokio::spawn({
        let (bob, since) = (bob.clone(), since.clone());
        async move { bob.syncs_until(&since, |sync| !messages(sync).is_empty()).await }
    });
    sends(&alice, "1", json!({ &bob.user_id: { &bob.device_id: { "n": 1 } } })).await;
    let sync = waiting.await.unwrap();
    let event = json!({ "type": "m.test", "sender": &alice.user_id, "content": { "n": 1 } });
    assert_eq!(messages(&sync), [event.clone()]);
    assert_eq!(
        messages(&bob.syncs(&since).await),
        [event.clone()],
        "whoever didn't get the answer asks again"
    );
    assert_eq!(
        messages(&bob.syncs("").await),
        [event],
        "and a device that starts anew gets what it has not acknowledged"
    );
    let next = text(&sync["next_batch"]);
    assert!(messages(&bob.syncs(&next).await).is_empty());
    assert!(messages(&bob.syncs(&since).await).is_empty(), "what was acknowledged is gone");
    assert!(messages(&other.syncs(&since_other).await).is_empty(), "the other device gets nothing");
}

#[tokio::test]
async fn a_star_is_for_all_devices_and_a_named_one_gets_its_own() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let bob = server.registers("bob", "correct horse").await;
    let other = logs_in(&server, "bob", "correct horse").await;
    let devices = json!({ "*": { "n": 1 }, &other.device_id: { "n": 2 }, "NODEVICE": { "n": 3 } });
    sends(&alice, "1", json!({ &bob.user_id: devices, "@nobody:localhost": { "*": {} } })).await;
    assert_eq!(messages(&bob.syncs("").await)[0]["content"], json!({ "n": 1 }));
    let got = messages(&other.syncs("").await);
    assert_eq!(got.len(), 1);
    assert_eq!(got[0]["content"], json!({ "n": 2 }));
}

#[tokio::test]
async fn a_repeated_transaction_is_delivered_once_even_after_it_was_acknowledged() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let to_bob = json!({ &bob.user_id: { "*": { "n": 1 } } });
    sends(&alice, "same", to_bob.clone()).await;
    sends(&alice, "same", to_bob.clone()).await;
    let sync = bob.syncs("").await;
    assert_eq!(messages(&sync).len(), 1);
    let since = text(&sync["next_batch"]);
    assert!(messages(&bob.syncs(&since).await).is_empty());
    sends(&alice, "same", to_bob.clone()).await;
    assert!(messages(&bob.syncs(&since).await).is_empty());
    let path = "/v3/sendToDevice/m.other/same";
    alice.put(path, json!({ "messages": to_bob })).await.ok();
    assert_eq!(
        messages(&bob.syncs(&since).await)[0]["type"],
        json!("m.other"),
        "another request may reuse the id"
    );
}

#[tokio::test]
async fn many_messages_come_a_hundred_at_a_time_in_order_while_rooms_go_on() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let mut since = text(&bob.syncs("").await["next_batch"]);
    for number in 0..250 {
        sends(&alice, &format!("t{number}"), json!({ &bob.user_id: { "*": { "n": number } } })).await;
    }
    let event_id = alice.sends(&room_id, "meanwhile").await;
    let mut numbers = Vec::new();
    let mut said = 0;
    for _ in 0..10 {
        let sync = bob.syncs(&since).await;
        let got = messages(&sync);
        assert!(got.len() <= 100);
        numbers.extend(got.iter().map(|event| event["content"]["n"].as_i64().unwrap()));
        let timeline = aside_testkit::timeline(&sync, &room_id);
        said += timeline.iter().filter(|event| event["event_id"] == json!(event_id)).count();
        since = text(&sync["next_batch"]);
        if numbers.len() == 250 && said > 0 {
            break;
        }
    }
    assert_eq!(numbers, (0..250).collect::<Vec<_>>());
    assert_eq!(said, 1);
    let after = bob.syncs(&since).await;
    assert!(messages(&after).is_empty() && aside_testkit::timeline(&after, &room_id).is_empty());
}

#[tokio::test]
async fn a_device_that_starts_anew_gets_its_messages_a_hundred_at_a_time_too() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    for number in 0..150 {
        sends(&alice, &format!("t{number}"), json!({ &bob.user_id: { "*": { "n": number } } })).await;
    }
    let first = bob.syncs("").await;
    assert_eq!(messages(&first).len(), 100);
    let second = bob.syncs(&text(&first["next_batch"])).await;
    assert_eq!(messages(&second).len(), 50);
    assert_eq!(messages(&second)[0]["content"]["n"], json!(100));
    assert!(messages(&bob.syncs(&text(&second["next_batch"])).await).is_empty());
}

#[tokio::test]
async fn requests_that_are_not_right_are_refused() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let path = "/v3/sendToDevice/m.test/1";
    alice.put(path, json!({})).await.refused(400, "M_BAD_JSON");
    let text_content = json!({ "messages": { &bob.user_id: { "*": "text" } } });
    alice.put(path, text_content).await.refused(400, "M_BAD_JSON");
    alice.put(path, json!({ "messages": { "bob": { "*": {} } } })).await.refused(400, "M_BAD_JSON");
    let long = format!("/v3/sendToDevice/{}/1", "m".repeat(300));
    alice.put(&long, json!({ "messages": {} })).await.refused(400, "M_INVALID_PARAM");
    assert!(messages(&bob.syncs("").await).is_empty());
}

#[tokio::test]
async fn requests_are_forgotten_when_they_can_no_longer_be_repeated() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let to_bob = json!({ &bob.user_id: { "*": {} } });
    sends(&alice, "old", to_bob.clone()).await;
    server.clock.fetch_add(8 * 24 * 60 * 60 * 1000, Ordering::SeqCst);
    let since = text(&bob.syncs("").await["next_batch"]);
    bob.syncs(&since).await;
    sends(&alice, "old", to_bob).await;
    assert_eq!(messages(&bob.syncs(&since).await).len(), 1);
}
