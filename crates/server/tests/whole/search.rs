//! Searching messages (A-MS-21): what is found, by whom, in which order, and what is not.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

async fn search(person: &Person, criteria: Value) -> Value {
    let wanted = json!({ "search_categories": { "room_events": criteria } });
    person.post("/v3/search", wanted).await.ok()["search_categories"]["room_events"].clone()
}

fn found(answer: &Value) -> Vec<String> {
    let results = answer["results"].as_array().cloned().unwrap_or_default();
    results.iter().map(|result| text(&result["result"]["event_id"])).collect()
}

async fn finds(person: &Person, term: &str) -> Vec<String> {
    found(&search(person, json!({ "search_term": term, "order_by": "recent" })).await)
}

/// Gives the index time to be written; what is found must be the same before and after.
async fn indexed() {
    tokio::time::sleep(Duration::from_millis(800)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_21_messages_are_found_by_their_words_before_and_after_they_are_indexed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let boat = alice.sends(&room_id, "The red boat leaves at noon").await;
    let cafe = bob.sends(&room_id, "Meet me in the Café, naïve friend").await;
    let tokyo = alice.sends(&room_id, "明日東京へ行く").await;
    let short = bob.sends(&room_id, "ok, 7").await;
    for _ in 0..2 {
        for (term, expected) in [
            ("red boat", vec![&boat]),
            ("BOAT", vec![&boat]),
            ("the", vec![&cafe, &boat]),
            ("cafe naive", vec![&cafe]),
            ("東京", vec![&tokyo]),
            ("東", vec![&tokyo]),
            ("京東", vec![]),
            ("ok", vec![&short]),
            ("7", vec![&short]),
            ("boats", vec![]),
            ("red cafe", vec![]),
            ("\"boat leaves\"", vec![&boat]),
            ("\"leaves boat\"", vec![]),
            ("", vec![]),
        ] {
            let expected: Vec<String> = expected.into_iter().cloned().collect();
            assert_eq!(finds(&bob, term).await, expected, "{term}");
        }
        indexed().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_21_only_what_one_may_see_is_found() {
    let server = TestServer::start().await;
    let people = ["alice", "bob", "carol"].map(|name| server.person(name));
    let [alice, bob, carol] = futures_util::future::join_all(people).await.try_into().ok().unwrap();
    let joined_only =
        json!({ "type": "m.room.history_visibility", "content": { "history_visibility": "joined" } });
    let room_id = alice.creates_room(json!({ "initial_state": [joined_only] })).await;
    alice.sends(&room_id, "treasure before").await;
    alice.invites(&room_id, &bob).await;
    assert!(finds(&bob, "treasure").await.is_empty(), "an invitation shows nothing");
    bob.joins(&room_id).await;
    let during = alice.sends(&room_id, "treasure during").await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    alice.sends(&room_id, "treasure after").await;
    for _ in 0..2 {
        assert_eq!(finds(&alice, "treasure").await.len(), 3);
        assert_eq!(finds(&bob, "treasure").await, [during.clone()]);
        assert!(finds(&carol, "treasure").await.is_empty());
        indexed().await;
    }
    bob.post(&format!("/v3/rooms/{}/forget", path(&room_id)), json!({})).await.ok();
    assert!(finds(&bob, "treasure").await.is_empty());
    let ignored = json!({ "ignored_users": { alice.user_id.clone(): {} } });
    let path = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&bob.user_id));
    let pair = alice.meets(&bob).await;
    let said = alice.sends(&pair, "treasure again").await;
    assert_eq!(finds(&bob, "treasure").await, [said]);
    bob.put(&path, ignored).await.ok();
    assert!(finds(&bob, "treasure").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_21_filters_order_and_pages_narrow_it_down() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let pair = alice.meets(&bob).await;
    let group = alice.creates_room(json!({ "invite": [bob.user_id], "name": "Invoice talk" })).await;
    bob.joins(&group).await;
    let mut sent = Vec::new();
    for number in 0..5 {
        server.clock.fetch_add(1_000, Ordering::SeqCst);
        let (person, room_id) = if number % 2 == 0 { (&alice, &pair) } else { (&bob, &group) };
        sent.push(person.sends(room_id, &format!("invoice number {number}, paid")).await);
    }
    let picture = json!({ "msgtype": "m.image", "body": "invoice.png", "url": "mxc://localhost/x" });
    let picture = alice.sends_event(&pair, "m.room.message", picture).await;

    let recent = search(&bob, json!({ "search_term": "invoice paid", "order_by": "recent" })).await;
    assert_eq!(found(&recent), sent.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!((&recent["count"], &recent["next_batch"]), (&json!(5), &Value::Null));
    assert!(recent["highlights"].as_array().unwrap().contains(&json!("invoice")));
    let with = async |filter: Value| {
        found(
            &search(&bob, json!({ "search_term": "invoice", "order_by": "recent", "filter": filter })).await,
        )
    };
    assert_eq!(
        with(json!({ "rooms": [group], "types": ["m.room.message"] })).await,
        [sent[3].clone(), sent[1].clone()]
    );
    assert_eq!(with(json!({ "senders": [bob.user_id] })).await, [sent[3].clone(), sent[1].clone()]);
    assert_eq!(with(json!({ "contains_url": true })).await, [picture.clone()]);
    assert_eq!(with(json!({ "not_rooms": [pair], "types": ["m.room.name"] })).await.len(), 1);
    let keys = search(&bob, json!({ "search_term": "invoice", "keys": ["content.name"] })).await;
    assert_eq!((&keys["count"], &keys["results"][0]["result"]["type"]), (&json!(1), &json!("m.room.name")));

    let criteria = json!({ "search_term": "paid", "order_by": "recent", "filter": { "limit": 2 } });
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut next = String::new();
    loop {
        let query = if next.is_empty() { String::new() } else { format!("?next_batch={next}") };
        let wanted = json!({ "search_categories": { "room_events": criteria } });
        let page = bob.post(&format!("/v3/search{query}"), wanted).await.ok();
        let page = &page["search_categories"]["room_events"];
        pages.push(found(page));
        // What is said meanwhile doesn't shift the pages.
        server.clock.fetch_add(1_000, Ordering::SeqCst);
        alice.sends(&pair, "paid too").await;
        match page["next_batch"].as_str() {
            Some(token) => next = token.to_owned(),
            None => break,
        }
    }
    assert_eq!(
        pages,
        [&sent[3..5], &sent[1..3], &sent[0..1]].map(|page| page.iter().rev().cloned().collect::<Vec<_>>())
    );
    bob.post("/v3/search?next_batch=nonsense", json!({ "search_categories": { "room_events": criteria } }))
        .await
        .refused(400, "M_INVALID_PARAM");
    bob.post("/v3/search", json!({})).await.refused(400, "M_BAD_JSON");
    let long = json!({ "search_categories": { "room_events": { "search_term": "a".repeat(2_000) } } });
    bob.post("/v3/search", long).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_21_results_come_with_what_surrounds_them_and_in_groups() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let named = json!({ "membership": "join", "displayname": "Alice" });
    alice.sets_state(&room_id, "m.room.member", &alice.user_id, named).await;
    for body in ["one", "two", "the needle is here", "four", "five"] {
        alice.sends(&room_id, body).await;
    }
    let answer = search(
        &bob,
        json!({
            "search_term": "needle",
            "include_state": true,
            "event_context": { "before_limit": 1, "after_limit": 2, "include_profile": true },
            "groupings": { "group_by": [{ "key": "room_id" }, { "key": "sender" }] },
        }),
    )
    .await;
    let context = &answer["results"][0]["context"];
    assert_eq!(aside_testkit::bodies(&context["events_before"]), ["two"]);
    assert_eq!(aside_testkit::bodies(&context["events_after"]), ["four", "five"]);
    assert!(context["start"].is_string() && context["end"].is_string());
    assert_eq!(context["profile_info"][&alice.user_id]["displayname"], "Alice");
    let ids = json!(found(&answer));
    assert_eq!(answer["groups"]["room_id"][&room_id]["results"], ids);
    assert_eq!(answer["groups"]["sender"][&alice.user_id]["results"], ids);
    assert!(
        answer["state"][&room_id].as_array().unwrap().iter().any(|event| event["type"] == "m.room.create")
    );
    assert!(answer["results"][0]["rank"].as_f64().unwrap() > 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_21_nothing_encrypted_or_taken_back_is_found_and_an_edit_is_found_by_its_words() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let slip = alice.sends(&room_id, "a slip of the tongue").await;
    let typo = alice.sends(&room_id, "the wether is fine").await;
    let edit = json!({ "msgtype": "m.text", "body": "* the weather is fine",
        "m.new_content": { "msgtype": "m.text", "body": "the weather is fine" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": typo } });
    let edit = alice.sends_event(&room_id, "m.room.message", edit).await;
    let sealed = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "slip", "body": "slip" });
    alice.sends_event(&room_id, "m.room.encrypted", sealed).await;
    assert_eq!(finds(&bob, "slip").await, [slip.clone()]);
    indexed().await;
    alice.put(&format!("/v3/rooms/{}/redact/{}/1", path(&room_id), path(&slip)), json!({})).await.ok();
    assert!(finds(&bob, "slip").await.is_empty());
    assert_eq!(finds(&bob, "weather").await, [edit]);
}
