//! How many messages are unread and worth a notification, by everyone's push rules.

use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

/// Notifications and highlights of a room in a sync.
fn counts(sync: &Value, room_id: &str) -> (Option<u64>, Option<u64>) {
    let unread = &sync["rooms"]["join"][room_id]["unread_notifications"];
    (unread["notification_count"].as_u64(), unread["highlight_count"].as_u64())
}

/// What the first sync after an event has arrived says.
async fn after(person: &Person, room_id: &str, event_id: &str) -> (Option<u64>, Option<u64>) {
    counts(&person.receives("", room_id, event_id).await, room_id)
}

async fn reads(person: &Person, room_id: &str, event_id: &str, body: Value) {
    let receipt = format!("/v3/rooms/{}/receipt/m.read/{}", path(room_id), path(event_id));
    person.post(&receipt, body).await.ok();
}

#[tokio::test]
async fn others_messages_count_until_they_are_read() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let sync = bob.syncs_until("", |sync| sync["rooms"]["join"][&room_id].is_object()).await;
    assert_eq!(counts(&sync, &room_id), (Some(0), Some(0)), "an invite that was accepted is not unread");
    let first = alice.sends(&room_id, "one").await;
    let last = alice.sends(&room_id, "two").await;
    let sync = bob.receives(&text(&sync["next_batch"]), &room_id, &last).await;
    assert_eq!(counts(&sync, &room_id), (Some(2), Some(0)));
    assert_eq!(after(&alice, &room_id, &last).await, (Some(0), Some(0)), "one's own messages don't count");
    reads(&bob, &room_id, &first, json!({})).await;
    let sync = bob.syncs_until(&text(&sync["next_batch"]), |sync| counts(sync, &room_id).0.is_some()).await;
    assert_eq!(counts(&sync, &room_id), (Some(1), Some(0)), "another device learns it without a message");
    reads(&bob, &room_id, &last, json!({})).await;
    assert_eq!(counts(&bob.syncs("").await, &room_id), (Some(0), Some(0)));
    reads(&bob, &room_id, &first, json!({})).await;
    assert_eq!(counts(&bob.syncs("").await, &room_id), (Some(0), Some(0)), "receipts don't move backwards");
}

#[tokio::test]
async fn a_private_receipt_clears_the_counts_too() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "hello").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(1), Some(0)));
    let receipt = format!("/v3/rooms/{}/receipt/m.read.private/{}", path(&room_id), path(&event_id));
    bob.post(&receipt, json!({})).await.ok();
    assert_eq!(counts(&bob.syncs("").await, &room_id), (Some(0), Some(0)));
}

#[tokio::test]
async fn what_is_said_decides_by_the_rules() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let say = |content: Value| {
        let (alice, room_id) = (alice.clone(), room_id.clone());
        async move { alice.sends_event(&room_id, "m.room.message", content).await }
    };
    let cases = [
        (json!({ "msgtype": "m.text", "body": "plain" }), (1, 0)),
        (json!({ "msgtype": "m.notice", "body": "a notice" }), (0, 0)),
        (json!({ "msgtype": "m.text", "body": "you", "m.mentions": { "user_ids": [bob.user_id] } }), (1, 1)),
        (
            json!({ "msgtype": "m.text", "body": "somebody", "m.mentions": { "user_ids": ["@eve:localhost"] } }),
            (1, 0),
        ),
        (json!({ "msgtype": "m.text", "body": "all", "m.mentions": { "room": true } }), (1, 1)),
        (
            json!({
                "msgtype": "m.text", "body": "* edit", "m.new_content": { "msgtype": "m.text", "body": "edit" },
                "m.relates_to": { "rel_type": "m.replace", "event_id": "$nothing" },
            }),
            (0, 0),
        ),
    ];
    let mut expected = (0, 0);
    for (content, (notifications, highlights)) in cases {
        let event_id = say(content.clone()).await;
        expected = (expected.0 + notifications, expected.1 + highlights);
        assert_eq!(after(&bob, &room_id, &event_id).await, (Some(expected.0), Some(expected.1)), "{content}");
    }
    let event_id =
        alice.sends_event(&room_id, "m.room.encrypted", json!({ "algorithm": "a", "ciphertext": "b" })).await;
    expected.0 += 1;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(expected.0), Some(expected.1)));
    let event_id = alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "new" })).await;
    assert_eq!(
        after(&bob, &room_id, &event_id).await,
        (Some(expected.0), Some(expected.1)),
        "state doesn't notify"
    );
}

#[tokio::test]
async fn mentioning_everybody_takes_power() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "preset": "private_chat", "invite": [bob.user_id] })).await;
    bob.joins(&room_id).await;
    let everybody = json!({ "msgtype": "m.text", "body": "all", "m.mentions": { "room": true } });
    let event_id = bob.sends_event(&room_id, "m.room.message", everybody).await;
    assert_eq!(after(&alice, &room_id, &event_id).await, (Some(1), Some(0)));
}

#[tokio::test]
async fn own_rules_count_and_silence() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let rules = "/v3/pushrules/global";
    let highlight = json!({ "pattern": "cake", "actions": ["notify", { "set_tweak": "highlight" }] });
    bob.put(&format!("{rules}/content/cake"), highlight).await.ok();
    let event_id = alice.sends(&room_id, "who wants Cake?").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(1), Some(1)));
    let event_id = alice.sends(&room_id, "pancakes").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(2), Some(1)));
    bob.put(&format!("{rules}/room/{}", path(&room_id)), json!({ "actions": [] })).await.ok();
    let event_id = alice.sends(&room_id, "silence").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(2), Some(1)));
    let event_id = alice.sends(&room_id, "but there is cake").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(3), Some(2)), "content comes before rooms");
    bob.put(&format!("{rules}/override/.m.rule.master/enabled"), json!({ "enabled": true })).await.ok();
    let event_id = alice.sends(&room_id, "cake!").await;
    assert_eq!(after(&bob, &room_id, &event_id).await, (Some(3), Some(2)));
}

#[tokio::test]
async fn threads_are_counted_by_themselves_where_a_client_asks() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let root = alice.sends(&room_id, "root").await;
    let reply = |body: &str| {
        let relates_to = json!({ "rel_type": "m.thread", "event_id": root });
        json!({ "msgtype": "m.text", "body": body, "m.relates_to": relates_to })
    };
    alice.sends_event(&room_id, "m.room.message", reply("one")).await;
    let last = alice.sends_event(&room_id, "m.room.message", reply("two")).await;
    let plain = alice.sends(&room_id, "in the room").await;
    assert_eq!(after(&bob, &room_id, &plain).await, (Some(4), Some(0)), "everything together");
    let filter =
        path(&json!({ "room": { "timeline": { "unread_thread_notifications": true } } }).to_string());
    let by_thread = async || {
        let sync = bob.get(&format!("/v3/sync?filter={filter}")).await.ok();
        let room = &sync["rooms"]["join"][&room_id];
        (counts(&sync, &room_id).0, room["unread_thread_notifications"][&root]["notification_count"].as_u64())
    };
    assert_eq!(by_thread().await, (Some(2), Some(2)));
    reads(&bob, &room_id, &last, json!({ "thread_id": root })).await;
    assert_eq!(by_thread().await, (Some(2), None));
    reads(&bob, &room_id, &plain, json!({ "thread_id": "main" })).await;
    assert_eq!(by_thread().await, (Some(0), None));
    let more = alice.sends_event(&room_id, "m.room.message", reply("three")).await;
    bob.receives("", &room_id, &more).await;
    assert_eq!(by_thread().await, (Some(0), Some(1)));
    reads(&bob, &room_id, &more, json!({})).await;
    assert_eq!(by_thread().await, (Some(0), None), "an unthreaded receipt reads the threads too");
}

#[tokio::test]
async fn notifications_are_listed_with_whether_they_are_read() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = alice.sends(&room_id, "one").await;
    let mention = json!({ "msgtype": "m.text", "body": "bob!", "m.mentions": { "user_ids": [bob.user_id] } });
    let second = alice.sends_event(&room_id, "m.room.message", mention).await;
    bob.receives("", &room_id, &second).await;
    reads(&bob, &room_id, &first, json!({})).await;
    let listed = bob.get("/v3/notifications").await.ok();
    let seen: Vec<(Value, Value, Value)> = listed["notifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["event"]["type"].clone(), one["event"]["event_id"].clone(), one["read"].clone()))
        .collect();
    assert_eq!(
        seen[..2],
        [
            (json!("m.room.message"), json!(second), json!(false)),
            (json!("m.room.message"), json!(first), json!(true))
        ]
    );
    assert_eq!((&seen[2].0, &seen[2].2), (&json!("m.room.member"), &json!(true)), "the invite");
    assert_eq!(listed["next_token"], Value::Null);
    let one = &listed["notifications"][1];
    assert_eq!(one["room_id"], json!(room_id));
    assert_eq!(one["actions"], json!(["notify", { "set_tweak": "sound", "value": "default" }]));
    assert!(one["ts"].as_i64().unwrap() > 0);
    let page = bob.get("/v3/notifications?limit=1").await.ok();
    assert_eq!(page["notifications"][0]["event"]["event_id"], json!(second));
    let next = bob.get(&format!("/v3/notifications?limit=5&from={}", text(&page["next_token"]))).await.ok();
    assert_eq!(next["notifications"][0]["event"]["event_id"], json!(first));
    let highlights = bob.get("/v3/notifications?only=highlight").await.ok();
    assert_eq!(highlights["notifications"].as_array().unwrap().len(), 1);
    bob.get("/v3/notifications?from=elsewhere").await.refused(400, "M_INVALID_PARAM");
}
