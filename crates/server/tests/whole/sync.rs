use aside_testkit::{TestServer, path, text, timeline};
use serde_json::{Value, json};

fn bodies(sync: &Value, room_id: &str) -> Vec<String> {
    let events = timeline(sync, room_id);
    events.iter().filter_map(|event| event["content"]["body"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_message_reaches_a_waiting_sync_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = bob.syncs_until("", |sync| sync["rooms"]["join"][&room_id].is_object()).await;
    let since = text(&first["next_batch"]);
    let waiting = tokio::spawn({
        let (bob, since) = (bob.clone(), since.clone());
        async move { bob.syncs_for(&since, 10_000).await }
    });
    let event_id = alice.sends(&room_id, "hello").await;
    let sync = waiting.await.unwrap();
    let events = timeline(&sync, &room_id);
    assert_eq!(events.len(), 1, "{sync}");
    assert_eq!(events[0]["event_id"], json!(event_id));
    assert_eq!(events[0]["sender"], json!(alice.user_id));
    let after = bob.syncs(&text(&sync["next_batch"])).await;
    assert!(timeline(&after, &room_id).is_empty());
    let again = bob.syncs(&since).await;
    assert_eq!(
        timeline(&again, &room_id)[0]["event_id"],
        json!(event_id),
        "the same token tells the same again"
    );
}

#[tokio::test]
async fn an_invite_comes_with_what_the_room_is() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let since = text(&bob.syncs("").await["next_batch"]);
    let room_id =
        alice.creates_room(json!({ "name": "Garden", "invite": [bob.user_id], "is_direct": true })).await;
    let sync = bob.syncs_until(&since, |sync| sync["rooms"]["invite"][&room_id].is_object()).await;
    let state = sync["rooms"]["invite"][&room_id]["invite_state"]["events"].as_array().unwrap().clone();
    let of = |kind: &str, key: &str| {
        state
            .iter()
            .find(|event| event["type"] == kind && event["state_key"] == key)
            .cloned()
            .unwrap_or(Value::Null)
    };
    assert_eq!(of("m.room.name", "")["content"]["name"], "Garden");
    let own = of("m.room.member", &bob.user_id);
    assert_eq!((&own["content"]["membership"], &own["sender"]), (&json!("invite"), &json!(alice.user_id)));
    assert_eq!(own["content"]["is_direct"], true);
    assert_eq!(of("m.room.member", &alice.user_id)["content"]["membership"], "join");
    assert!(sync["rooms"]["join"][&room_id].is_null());
    // Declining takes it away again.
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    let left = bob
        .syncs_until(&text(&sync["next_batch"]), |sync| sync["rooms"]["leave"][&room_id].is_object())
        .await;
    assert!(left["rooms"]["invite"][&room_id].is_null());
}

#[tokio::test]
async fn a_new_member_gets_the_whole_state_and_the_newest_of_the_timeline() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "preset": "public_chat", "name": "Square" })).await;
    for number in 0..25 {
        alice.sends(&room_id, &format!("message {number}")).await;
    }
    let since = text(&bob.syncs("").await["next_batch"]);
    bob.joins(&room_id).await;
    let sync = bob.syncs_until(&since, |sync| sync["rooms"]["join"][&room_id].is_object()).await;
    let room = &sync["rooms"]["join"][&room_id];
    assert_eq!(room["timeline"]["limited"], true);
    assert!(room["timeline"]["prev_batch"].is_string());
    let mut all = room["state"]["events"].as_array().unwrap().clone();
    all.extend(timeline(&sync, &room_id));
    for kind in ["m.room.create", "m.room.power_levels", "m.room.name", "m.room.join_rules"] {
        assert_eq!(all.iter().filter(|event| event["type"] == kind).count(), 1, "{kind}: {room}");
    }
    let members = all.iter().filter(|event| event["type"] == "m.room.member");
    assert_eq!(members.count(), 2);
    assert_eq!(timeline(&sync, &room_id).len(), 10);
    assert_eq!(room["summary"]["m.joined_member_count"], 2);
    assert_eq!(room["summary"]["m.heroes"], json!([alice.user_id]));
}

#[tokio::test]
async fn a_gap_is_limited_and_brings_the_state_that_changed_in_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since =
        text(&bob.syncs_until("", |sync| sync["rooms"]["join"][&room_id].is_object()).await["next_batch"]);
    alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "first" })).await;
    alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "second" })).await;
    let mut last = String::new();
    for number in 0..15 {
        last = alice.sends(&room_id, &format!("message {number}")).await;
    }
    alice.receives("", &room_id, &last).await;
    bob.syncs_until("", |sync| bodies(sync, &room_id).contains(&"message 14".to_owned())).await;
    let sync = bob.syncs(&since).await;
    let room = &sync["rooms"]["join"][&room_id];
    assert_eq!(room["timeline"]["limited"], true);
    assert_eq!(
        bodies(&sync, &room_id),
        (5..15).map(|number| format!("message {number}")).collect::<Vec<_>>()
    );
    let state = room["state"]["events"].as_array().unwrap();
    assert_eq!(state.len(), 1, "{room}");
    assert_eq!(state[0]["content"]["topic"], "second");
}

#[tokio::test]
async fn whoever_leaves_sees_what_came_before_and_nothing_after() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since =
        text(&bob.syncs_until("", |sync| sync["rooms"]["join"][&room_id].is_object()).await["next_batch"]);
    alice.sends(&room_id, "before").await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({ "reason": "bye" })).await.ok();
    alice.sends(&room_id, "after").await;
    let sync = bob.syncs_until(&since, |sync| sync["rooms"]["leave"][&room_id].is_object()).await;
    let events = sync["rooms"]["leave"][&room_id]["timeline"]["events"].as_array().unwrap().clone();
    let last = events.last().unwrap();
    assert_eq!(last["content"]["membership"], "leave");
    assert_eq!(last["content"]["reason"], "bye");
    assert!(events.iter().all(|event| event["content"]["body"] != "after"));
    let later = bob.syncs(&text(&sync["next_batch"])).await;
    assert!(later["rooms"]["leave"][&room_id].is_null() && later["rooms"]["join"][&room_id].is_null());
}

#[tokio::test]
async fn a_sender_finds_the_transaction_id_on_the_sending_device_only() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let send = format!("/v3/rooms/{}/send/m.room.message/tx%2F1", path(&room_id));
    let event_id =
        text(&alice.put(&send, json!({ "msgtype": "m.text", "body": "x" })).await.ok()["event_id"]);
    let own = alice.receives("", &room_id, &event_id).await;
    let other = bob.receives("", &room_id, &event_id).await;
    let of = |sync: &Value| timeline(sync, &room_id).last().unwrap()["unsigned"]["transaction_id"].clone();
    assert_eq!((of(&own), of(&other)), (json!("tx/1"), Value::Null));
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    alice.get("/v3/sync?since=nonsense").await.refused(400, "M_INVALID_PARAM");
    alice.get("/v3/sync?timeout=soon").await.refused(400, "M_INVALID_PARAM");
    let future = alice.syncs("s1_999999_0").await;
    assert!(future["next_batch"].is_string(), "a token from a future that was lost starts anew");
}

#[tokio::test]
async fn a_token_older_than_the_trim_syncs_from_the_start() {
    let server = TestServer::start_with(|settings| settings.queue_max_entries = 3, false).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let old =
        text(&bob.syncs_until("", |sync| sync["rooms"]["join"][&room_id].is_object()).await["next_batch"]);
    let mut last = String::new();
    for number in 0..8 {
        last = alice.sends(&room_id, &format!("message {number}")).await;
        bob.syncs_until("", |sync| bodies(sync, &room_id).contains(&format!("message {number}"))).await;
    }
    let fresh = text(&bob.syncs("").await["next_batch"]);
    assert!(aside_domain::sync::trim_all(&server.hs).await.unwrap() > 0);
    let sync = bob.syncs(&old).await;
    let room = &sync["rooms"]["join"][&room_id];
    assert!(
        room["state"]["events"].as_array().is_some_and(|state| !state.is_empty()),
        "the full state: {room}"
    );
    assert_eq!(timeline(&sync, &room_id).last().unwrap()["event_id"], json!(last));
    let newest = alice.sends(&room_id, "after the trim").await;
    let sync = bob.receives(&fresh, &room_id, &newest).await;
    assert_eq!(
        bodies(&sync, &room_id),
        ["after the trim"],
        "a token that was not trimmed away goes on where it was"
    );
}

#[tokio::test]
async fn a_thousand_people_in_one_room_all_hear_it() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    let mut people = Vec::new();
    for number in 0..1_000 {
        let person = server.person(&format!("person{number}")).await;
        person.joins(&room_id).await;
        people.push(person);
    }
    let event_id = alice.sends(&room_id, "to all").await;
    for person in people.iter().step_by(97) {
        person.receives("", &room_id, &event_id).await;
    }
}
