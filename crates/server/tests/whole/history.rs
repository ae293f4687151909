use aside_testkit::{Person, TestServer, bodies, path, text};
use serde_json::{Value, json};

async fn messages(person: &Person, room_id: &str, query: &str) -> Value {
    person.get(&format!("/v3/rooms/{}/messages?{query}", path(room_id))).await.ok()
}

async fn two_people() -> (TestServer, Person, Person, String) {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    (server, alice, bob, room_id)
}

#[tokio::test]
async fn a_room_is_read_page_by_page_in_both_directions() {
    let (_server, alice, bob, room_id) = two_people().await;
    for number in 1..=7 {
        alice.sends(&room_id, &format!("message {number}")).await;
    }
    let only_messages = path(r#"{"types":["m.room.message"]}"#);
    let (mut from, mut found, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page = messages(&bob, &room_id, &format!("dir=b&limit=3&filter={only_messages}{from}")).await;
        found.extend(bodies(&page["chunk"]));
        pages += 1;
        let Some(end) = page["end"].as_str() else { break };
        from = format!("&from={end}");
    }
    let expected: Vec<String> = (1..=7).rev().map(|number| format!("message {number}")).collect();
    assert_eq!((found, pages), (expected, 3));

    let (mut from, mut found) = (String::new(), Vec::new());
    loop {
        let page = messages(&bob, &room_id, &format!("dir=f&limit=4{from}")).await;
        found.extend(page["chunk"].as_array().unwrap().clone());
        let Some(end) = page["end"].as_str() else { break };
        from = format!("&from={end}");
    }
    assert_eq!(found[0]["type"], "m.room.create");
    assert_eq!(found.last().unwrap()["content"]["body"], "message 7");
    let ids: std::collections::HashSet<_> = found.iter().map(|event| text(&event["event_id"])).collect();
    assert_eq!(ids.len(), found.len(), "nothing comes twice");
}

#[tokio::test]
async fn pages_end_where_they_are_told_to() {
    let (_server, alice, _bob, room_id) = two_people().await;
    for number in 1..=4 {
        alice.sends(&room_id, &format!("message {number}")).await;
    }
    let newest = messages(&alice, &room_id, "dir=b&limit=2").await;
    let middle = text(&newest["end"]);
    let page = messages(&alice, &room_id, &format!("dir=b&limit=100&to={middle}")).await;
    assert_eq!(bodies(&page["chunk"]), ["message 4", "message 3"]);
    assert_eq!(page["end"], json!(middle), "there is more beyond where it was told to stop");
    let page = messages(&alice, &room_id, &format!("dir=f&limit=100&from={middle}")).await;
    assert_eq!(bodies(&page["chunk"]), ["message 3", "message 4"]);
    assert_eq!(page.get("end"), None, "there is nothing newer");
}

#[tokio::test]
async fn a_sync_token_is_a_place_in_the_room() {
    let (_server, alice, bob, room_id) = two_people().await;
    let before = alice.sends(&room_id, "before").await;
    let sync = bob.receives("", &room_id, &before).await;
    let token = text(&sync["next_batch"]);
    let after = alice.sends(&room_id, "after").await;
    bob.receives(&token, &room_id, &after).await;
    let page = messages(&bob, &room_id, &format!("dir=f&from={token}")).await;
    assert_eq!(bodies(&page["chunk"]), ["after"]);
    let page = messages(&bob, &room_id, &format!("dir=b&limit=1&from={token}")).await;
    assert_eq!(bodies(&page["chunk"]), ["before"]);
}

#[tokio::test]
async fn the_previous_batch_of_a_limited_timeline_goes_on_where_it_began() {
    let (_server, alice, bob, room_id) = two_people().await;
    let mut last = String::new();
    for number in 1..=25 {
        last = alice.sends(&room_id, &format!("message {number}")).await;
    }
    let sync = bob.receives("", &room_id, &last).await;
    let timeline = &sync["rooms"]["join"][&room_id]["timeline"];
    let oldest = text(&bodies(&timeline["events"])[0].clone().into());
    let prev_batch = text(&timeline["prev_batch"]);
    let page = messages(&bob, &room_id, &format!("dir=b&limit=1&from={prev_batch}")).await;
    let number: u32 = oldest.trim_start_matches("message ").parse().unwrap();
    assert_eq!(bodies(&page["chunk"]), [format!("message {}", number - 1)]);
}

#[tokio::test]
async fn filters_leave_out_what_is_not_wanted() {
    let (_server, alice, bob, room_id) = two_people().await;
    alice.sends(&room_id, "from alice").await;
    bob.sends(&room_id, "from bob").await;
    let image = json!({ "msgtype": "m.image", "body": "image", "url": "mxc://localhost/a" });
    bob.sends_event(&room_id, "m.room.message", image).await;
    for (filter, expected) in [
        (json!({ "types": ["m.room.message"], "senders": [alice.user_id] }), vec!["from alice"]),
        (json!({ "types": ["m.room.message"], "not_senders": [alice.user_id] }), vec!["image", "from bob"]),
        (json!({ "contains_url": true }), vec!["image"]),
        (json!({ "types": ["m.room.message"], "contains_url": false }), vec!["from bob", "from alice"]),
        (json!({ "types": ["m.room.mess*"], "not_rooms": [room_id] }), vec![]),
        (json!({ "types": ["m.room.message"], "rooms": [] }), vec![]),
    ] {
        let page =
            messages(&alice, &room_id, &format!("dir=b&limit=50&filter={}", path(&filter.to_string()))).await;
        assert_eq!(bodies(&page["chunk"]), expected, "{filter}");
    }
}

#[tokio::test]
async fn lazily_loaded_members_are_those_who_speak() {
    let (_server, alice, bob, room_id) = two_people().await;
    bob.sends(&room_id, "hello").await;
    let lazily = path(r#"{"lazy_load_members":true}"#);
    let page = messages(&alice, &room_id, &format!("dir=b&limit=1&filter={lazily}")).await;
    let state: Vec<_> =
        page["state"].as_array().unwrap().iter().map(|event| text(&event["state_key"])).collect();
    assert_eq!(state, [bob.user_id.clone()]);
    assert_eq!(messages(&alice, &room_id, "dir=b&limit=1").await.get("state"), None);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let (server, alice, _bob, room_id) = two_people().await;
    let eve = server.person("eve").await;
    let room = path(&room_id);
    for query in
        ["dir=b&from=x", "dir=b&from=p-1", "dir=b&to=p", "dir=x", "", "dir=b&limit=-1", "dir=b&filter=x"]
    {
        let answer = alice.get(&format!("/v3/rooms/{room}/messages?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
    }
    eve.get(&format!("/v3/rooms/{room}/messages?dir=b")).await.refused(403, "M_FORBIDDEN");
    eve.get("/v3/rooms/%21nothing:localhost/messages?dir=b").await.refused(403, "M_FORBIDDEN");
    messages(&alice, &room_id, "dir=b&from=p999999999").await;
    messages(&alice, &room_id, "dir=b&from=p0&limit=999999").await;
}

#[tokio::test]
async fn whoever_left_reads_what_they_saw_until_they_forget_it() {
    let (_server, alice, bob, room_id) = two_people().await;
    alice.sends(&room_id, "seen").await;
    let room = path(&room_id);
    bob.post(&format!("/v3/rooms/{room}/leave"), json!({})).await.ok();
    alice.sends(&room_id, "not seen").await;
    let page = messages(&bob, &room_id, "dir=b&limit=50").await;
    assert_eq!(bodies(&page["chunk"]), ["seen"]);
    assert_eq!(page["chunk"][0]["content"]["membership"], "leave", "the last thing is their own leaving");
    let page = messages(&bob, &room_id, "dir=f&limit=50").await;
    assert_eq!(bodies(&page["chunk"]), ["seen"]);
    bob.post(&format!("/v3/rooms/{room}/forget"), json!({})).await.ok();
    bob.get(&format!("/v3/rooms/{room}/messages?dir=b")).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn history_visibility_decides_what_newcomers_read() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    for (setting, expected) in [
        ("shared", vec!["after the join", "after the invite", "before"]),
        ("invited", vec!["after the join", "after the invite"]),
        ("joined", vec!["after the join"]),
        ("world_readable", vec!["after the join", "after the invite", "before"]),
    ] {
        let state =
            json!([{ "type": "m.room.history_visibility", "content": { "history_visibility": setting } }]);
        let room_id = alice.creates_room(json!({ "initial_state": state })).await;
        let before = alice.sends(&room_id, "before").await;
        alice.invites(&room_id, &bob).await;
        alice.sends(&room_id, "after the invite").await;
        bob.joins(&room_id).await;
        alice.sends(&room_id, "after the join").await;
        let page = messages(&bob, &room_id, "dir=b&limit=100").await;
        assert_eq!(bodies(&page["chunk"]), expected, "{setting}");
        let event = format!("/v3/rooms/{}/event/{}", path(&room_id), path(&before));
        let answer = bob.get(&event).await;
        match expected.contains(&"before") {
            true => assert_eq!(answer.ok()["content"]["body"], "before"),
            false => drop(answer.refused(404, "M_NOT_FOUND")),
        }
        let peeked = eve.get(&format!("/v3/rooms/{}/messages?dir=b", path(&room_id))).await;
        assert_eq!(peeked.status, if setting == "world_readable" { 200 } else { 403 }, "{setting}");
    }
}

#[tokio::test]
async fn events_say_what_clients_need_to_know() {
    let (server, alice, bob, room_id) = two_people().await;
    let path_of_send = format!("/v3/rooms/{}/send/m.room.message/my-txn", path(&room_id));
    let sent = alice.put(&path_of_send, json!({ "msgtype": "m.text", "body": "\"quoted\"\n" })).await.ok();
    let event = format!("/v3/rooms/{}/event/{}", path(&room_id), path(&text(&sent["event_id"])));
    let own = alice.get(&event).await.ok();
    assert_eq!(own["unsigned"]["transaction_id"], "my-txn");
    assert_eq!(own["unsigned"]["membership"], "join");
    assert_eq!(own["content"]["body"], "\"quoted\"\n");
    assert_eq!((&own["room_id"], &own["sender"]), (&json!(room_id), &json!(alice.user_id)));
    assert!(own["unsigned"]["age"].is_i64() && own.get("state_key").is_none(), "{own}");
    let others = bob.get(&event).await.ok();
    assert_eq!(others["unsigned"].get("transaction_id"), None, "a transaction id is for who sent it");
    assert_eq!(others["unsigned"]["membership"], "join");

    let first = alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "one" })).await;
    let second = alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "two" })).await;
    let event = bob.get(&format!("/v3/rooms/{}/event/{}", path(&room_id), path(&second))).await.ok();
    assert_eq!(event["unsigned"]["prev_content"], json!({ "topic": "one" }));
    assert_eq!((&event["unsigned"]["replaces_state"], &event["state_key"]), (&json!(first), &json!("")));

    let missing = format!("/v3/rooms/{}/event/{}", path(&room_id), path("$nothing"));
    bob.get(&missing).await.refused(404, "M_NOT_FOUND");
    server.person("eve").await.get(&missing).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn the_membership_at_an_event_is_told() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({})).await;
    alice.sends(&room_id, "before").await;
    alice.invites(&room_id, &bob).await;
    alice.sends(&room_id, "between").await;
    bob.joins(&room_id).await;
    let page = messages(&bob, &room_id, "dir=b&limit=4").await;
    let memberships: Vec<_> = page["chunk"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(&event["unsigned"]["membership"]))
        .collect();
    assert_eq!(memberships, ["join", "invite", "invite", "leave"]);
}

#[tokio::test]
async fn an_event_is_read_with_what_surrounds_it() {
    let (_server, alice, bob, room_id) = two_people().await;
    let mut ids = Vec::new();
    for number in 1..=9 {
        ids.push(alice.sends(&room_id, &format!("message {number}")).await);
    }
    alice.sets_state(&room_id, "m.room.topic", "", json!({ "topic": "later" })).await;
    let base = format!("/v3/rooms/{}/context/{}", path(&room_id), path(&ids[4]));
    let context = bob.get(&format!("{base}?limit=4")).await.ok();
    assert_eq!(context["event"]["content"]["body"], "message 5");
    assert_eq!(bodies(&context["events_before"]), ["message 4", "message 3"]);
    assert_eq!(bodies(&context["events_after"]), ["message 6", "message 7"]);
    let kinds: Vec<_> =
        context["state"].as_array().unwrap().iter().map(|event| text(&event["type"])).collect();
    assert!(kinds.contains(&"m.room.create".into()) && !kinds.contains(&"m.room.topic".into()), "{kinds:?}");
    let older = messages(&bob, &room_id, &format!("dir=b&limit=1&from={}", text(&context["start"]))).await;
    assert_eq!(bodies(&older["chunk"]), ["message 2"]);
    let newer = messages(&bob, &room_id, &format!("dir=f&limit=1&from={}", text(&context["end"]))).await;
    assert_eq!(bodies(&newer["chunk"]), ["message 8"]);

    let alone = bob.get(&format!("{base}?limit=0")).await.ok();
    assert_eq!((alone.get("events_before"), alone.get("events_after")), (None, None));
    assert_eq!(alone["event"]["event_id"], json!(ids[4]));
    let lazily = path(r#"{"lazy_load_members":true}"#);
    let context = bob.get(&format!("{base}?limit=2&filter={lazily}")).await.ok();
    let members =
        context["state"].as_array().unwrap().iter().filter(|event| event["type"] == "m.room.member");
    let members: Vec<_> = members.map(|event| text(&event["state_key"])).collect();
    assert_eq!(members, [alice.user_id.clone()]);
    let missing = format!("/v3/rooms/{}/context/{}", path(&room_id), path("$nothing"));
    bob.get(&missing).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn an_event_is_found_by_its_time() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({})).await;
    let start = server.clock.load(std::sync::atomic::Ordering::SeqCst);
    let mut sent = Vec::new();
    for number in 1..=20 {
        server.clock.store(start + number * 1_000, std::sync::atomic::Ordering::SeqCst);
        sent.push((alice.sends(&room_id, "tick").await, start + number * 1_000));
    }
    let find = async |ts: i64, dir: &str| {
        alice.get(&format!("/v1/rooms/{}/timestamp_to_event?ts={ts}&dir={dir}", path(&room_id))).await
    };
    for (ts, dir, expected) in [
        (start + 5_000, "f", 4),
        (start + 5_000, "b", 4),
        (start + 5_001, "f", 5),
        (start + 5_999, "b", 4),
        (start + 1_000_000, "b", 19),
    ] {
        let found = find(ts, dir).await.ok();
        let (event_id, at) = &sent[expected];
        assert_eq!(
            (&found["event_id"], &found["origin_server_ts"]),
            (&json!(event_id), &json!(at)),
            "{ts} {dir}"
        );
    }
    find(start + 1_000_000, "f").await.refused(404, "M_NOT_FOUND");
    find(1, "b").await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn what_ignored_people_say_is_not_read() {
    let (_server, alice, bob, room_id) = two_people().await;
    let root = alice.sends(&room_id, "root").await;
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let reply = json!({ "msgtype": "m.text", "body": "ignored reply", "m.relates_to": relation });
    bob.sends_event(&room_id, "m.room.message", reply).await;
    bob.sends(&room_id, "ignored").await;
    let list = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&alice.user_id));
    alice.put(&list, json!({ "ignored_users": { bob.user_id.clone(): {} } })).await.ok();
    let page = messages(&alice, &room_id, "dir=b&limit=50").await;
    assert_eq!(bodies(&page["chunk"]), ["root"]);
    assert_eq!(page["chunk"][0]["unsigned"].get("m.relations"), None, "nor is it bundled");
    let members = page["chunk"].as_array().unwrap().iter().filter(|event| event["type"] == "m.room.member");
    assert_eq!(members.count(), 3, "state is still told");
    let related = alice.get(&format!("/v1/rooms/{}/relations/{}", path(&room_id), path(&root))).await.ok();
    assert_eq!(bodies(&related["chunk"]), Vec::<String>::new());
    assert_eq!(bodies(&messages(&bob, &room_id, "dir=b&limit=50").await["chunk"]).len(), 3);
}
