use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

async fn three_people() -> (TestServer, Person, Person, Person) {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let carol = server.person("carol").await;
    (server, alice, bob, carol)
}

async fn state(person: &Person, room_id: &str, kind: &str) -> Value {
    person.get(&format!("/v3/rooms/{}/state/{kind}/", path(room_id))).await.ok()
}

async fn act(person: &Person, room_id: &str, what: &str, body: Value) -> aside_testkit::Answer {
    person.post(&format!("/v3/rooms/{}{what}", path(room_id)), body).await
}

async fn member(person: &Person, room_id: &str, of: &Person) -> Value {
    person.get(&format!("/v3/rooms/{}/state/m.room.member/{}", path(room_id), path(&of.user_id))).await.ok()
}

#[tokio::test]
async fn rooms_made_in_the_same_millisecond_are_different_rooms() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.person("alice").await;
    let mut rooms = std::collections::BTreeSet::new();
    for _ in 0..3 {
        rooms.insert(alice.creates_room(json!({ "preset": "private_chat" })).await);
    }
    assert_eq!(rooms.len(), 3);
}

#[tokio::test]
async fn a_preset_decides_how_a_room_begins() {
    let (_server, alice, bob, _carol) = three_people().await;
    for (wanted, join_rule, guests) in [
        (json!({ "preset": "private_chat" }), "invite", "can_join"),
        (json!({ "preset": "trusted_private_chat" }), "invite", "can_join"),
        (json!({ "preset": "public_chat" }), "public", "forbidden"),
        (json!({ "visibility": "public" }), "public", "forbidden"),
        (json!({}), "invite", "can_join"),
    ] {
        let room_id = alice.creates_room(wanted.clone()).await;
        assert_eq!(state(&alice, &room_id, "m.room.join_rules").await["join_rule"], join_rule, "{wanted}");
        assert_eq!(state(&alice, &room_id, "m.room.guest_access").await["guest_access"], guests, "{wanted}");
        assert_eq!(
            state(&alice, &room_id, "m.room.history_visibility").await,
            json!({ "history_visibility": "shared" })
        );
    }
    for (version, trusted) in [("10", json!(100)), ("11", json!(100))] {
        let wanted =
            json!({ "preset": "trusted_private_chat", "invite": [bob.user_id], "room_version": version });
        let room_id = alice.creates_room(wanted).await;
        let levels = state(&alice, &room_id, "m.room.power_levels").await;
        assert_eq!(levels["users"][&bob.user_id], trusted, "{version}");
        assert_eq!(levels["users"][&alice.user_id], json!(100));
        let create = state(&alice, &room_id, "m.room.create").await;
        assert_eq!(create["room_version"], version);
        assert_eq!(create.get("creator").is_some(), version == "10");
    }
}

#[tokio::test]
async fn creators_stand_above_all_levels_in_version_12() {
    let (_server, alice, bob, carol) = three_people().await;
    let wanted = json!({
        "preset": "trusted_private_chat", "invite": [bob.user_id], "room_version": "12",
        "creation_content": { "additional_creators": [carol.user_id] },
    });
    let room_id = alice.creates_room(wanted).await;
    let create = state(&alice, &room_id, "m.room.create").await;
    assert_eq!(create["additional_creators"], json!([carol.user_id, bob.user_id]));
    assert_eq!(state(&alice, &room_id, "m.room.power_levels").await["users"], json!({}));
    bob.joins(&room_id).await;
    bob.sets_state(&room_id, "m.room.tombstone", "", json!({ "body": "over" })).await;
    let listed = json!({ "power_level_content_override": { "users": { alice.user_id.clone(): 100 } } });
    alice.post("/v3/createRoom", listed).await.refused(400, "M_INVALID_ROOM_STATE");
}

#[tokio::test]
async fn what_is_asked_for_replaces_the_defaults() {
    let (_server, alice, _bob, _carol) = three_people().await;
    let wanted = json!({
        "name": "Kitchen", "topic": "Food", "room_version": "11",
        "power_level_content_override": { "events_default": 50, "users": { alice.user_id.clone(): 100 } },
        "initial_state": [
            { "type": "m.room.join_rules", "content": { "join_rule": "knock" } },
            { "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } },
            { "type": "org.example.note", "state_key": "a", "content": { "b": 1 } },
        ],
        "creation_content": { "m.federate": false, "type": "m.space", "creator": "@eve:localhost", "room_version": "1" },
    });
    let room_id = alice.creates_room(wanted).await;
    let create = state(&alice, &room_id, "m.room.create").await;
    assert_eq!(create, json!({ "m.federate": false, "type": "m.space", "room_version": "11" }));
    let levels = state(&alice, &room_id, "m.room.power_levels").await;
    assert_eq!((&levels["events_default"], &levels["ban"]), (&json!(50), &json!(50)));
    assert_eq!(state(&alice, &room_id, "m.room.join_rules").await, json!({ "join_rule": "knock" }));
    assert_eq!(state(&alice, &room_id, "m.room.name").await, json!({ "name": "Kitchen" }));
    assert_eq!(state(&alice, &room_id, "m.room.topic").await["topic"], "Food");
    let note = format!("/v3/rooms/{}/state/org.example.note/a", path(&room_id));
    assert_eq!(alice.get(&note).await.ok(), json!({ "b": 1 }));
}

#[tokio::test]
async fn rooms_that_can_not_be_are_refused() {
    let (_server, alice, _bob, _carol) = three_people().await;
    for (wanted, errcode) in [
        (json!({ "room_version": "99" }), "M_UNSUPPORTED_ROOM_VERSION"),
        (json!({ "room_version": "1" }), "M_UNSUPPORTED_ROOM_VERSION"),
        (json!({ "invite": ["bob"] }), "M_BAD_JSON"),
        (json!({ "initial_state": "x" }), "M_BAD_JSON"),
        (json!({ "initial_state": [{ "type": "m.room.create", "content": {} }] }), "M_INVALID_PARAM"),
        (json!({ "room_alias_name": "a:b" }), "M_INVALID_PARAM"),
    ] {
        alice.post("/v3/createRoom", wanted.clone()).await.refused(400, errcode);
    }
    let locked_out = json!({ "room_version": "11", "power_level_content_override": { "users": {} } });
    assert!(alice.post("/v3/createRoom", locked_out).await.status < 500);
}

#[tokio::test]
async fn people_are_invited_by_those_inside() {
    let (_server, alice, bob, carol) = three_people().await;
    let room_id = alice.creates_room(json!({})).await;
    let invite = |person: &Person| json!({ "user_id": person.user_id, "reason": "come in" });
    act(&bob, &room_id, "/invite", invite(&carol)).await.refused(403, "M_FORBIDDEN");
    act(&alice, &room_id, "/invite", invite(&bob)).await.ok();
    let found = member(&alice, &room_id, &bob).await;
    assert_eq!((&found["membership"], &found["reason"]), (&json!("invite"), &json!("come in")));
    bob.joins(&room_id).await;
    act(&alice, &room_id, "/invite", invite(&bob)).await.refused(403, "M_FORBIDDEN");
    act(&alice, &room_id, "/ban", json!({ "user_id": carol.user_id, "reason": "no" })).await.ok();
    assert_eq!(member(&alice, &room_id, &carol).await["reason"], "no");
    act(&alice, &room_id, "/invite", invite(&carol)).await.refused(403, "M_FORBIDDEN");
    act(&carol, &room_id, "/join", json!({})).await.refused(403, "M_FORBIDDEN");
    act(&alice, &room_id, "/unban", json!({ "user_id": carol.user_id })).await.ok();
    act(&alice, &room_id, "/unban", json!({ "user_id": carol.user_id })).await.refused(403, "M_FORBIDDEN");
    act(&alice, &room_id, "/invite", invite(&carol)).await.ok();
    carol.joins(&room_id).await;
    act(&alice, &room_id, "/invite", json!({ "user_id": "@nobody:localhost" }))
        .await
        .refused(404, "M_NOT_FOUND");
    act(&alice, &room_id, "/invite", json!({})).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn people_are_put_out_by_those_above_them() {
    let (_server, alice, bob, carol) = three_people().await;
    let wanted = json!({ "invite": [bob.user_id, carol.user_id], "room_version": "11" });
    let room_id = alice.creates_room(wanted).await;
    bob.joins(&room_id).await;
    carol.joins(&room_id).await;
    let levels = json!({ "users": { alice.user_id.clone(): 100, bob.user_id.clone(): 50, carol.user_id.clone(): 50 } });
    alice.sets_state(&room_id, "m.room.power_levels", "", levels).await;
    let target = |person: &Person| json!({ "user_id": person.user_id, "reason": "rude" });
    for what in ["/kick", "/ban"] {
        act(&bob, &room_id, what, target(&carol)).await.refused(403, "M_FORBIDDEN");
        act(&bob, &room_id, what, target(&alice)).await.refused(403, "M_FORBIDDEN");
    }
    act(&alice, &room_id, "/kick", target(&carol)).await.ok();
    let found = member(&alice, &room_id, &carol).await;
    assert_eq!((&found["membership"], &found["reason"]), (&json!("leave"), &json!("rude")));
    act(&alice, &room_id, "/kick", target(&carol)).await.refused(403, "M_FORBIDDEN");
    act(&carol, &room_id, "/kick", target(&bob)).await.refused(403, "M_FORBIDDEN");
    act(&alice, &room_id, "/ban", target(&bob)).await.ok();
    act(&bob, &room_id, "/leave", json!({})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn leaving_is_done_once_and_forgetting_after_it() {
    let (_server, alice, bob, carol) = three_people().await;
    let room_id = alice.meets(&bob).await;
    act(&bob, &room_id, "/forget", json!({})).await.refused(400, "M_UNKNOWN");
    act(&bob, &room_id, "/leave", json!({ "reason": "tired" })).await.ok();
    assert_eq!(member(&alice, &room_id, &bob).await["reason"], "tired");
    act(&bob, &room_id, "/leave", json!({})).await.ok();
    act(&bob, &room_id, "/forget", json!({})).await.ok();
    assert_eq!(bob.get("/v3/joined_rooms").await.ok(), json!({ "joined_rooms": [] }));
    assert_eq!(alice.get("/v3/joined_rooms").await.ok(), json!({ "joined_rooms": [room_id] }));
    act(&carol, &room_id, "/leave", json!({})).await.refused(403, "M_FORBIDDEN");
    act(&carol, &room_id, "/forget", json!({})).await.refused(403, "M_FORBIDDEN");
    let messages = format!("/v3/rooms/{}/messages?dir=b", path(&room_id));
    bob.get(&messages).await.refused(403, "M_FORBIDDEN");
    alice.invites(&room_id, &bob).await;
    bob.joins(&room_id).await;
    bob.get(&messages).await.ok();
}

#[tokio::test]
async fn a_room_that_takes_knocks_is_knocked_at() {
    let (_server, alice, bob, carol) = three_people().await;
    let rule = |rule: &str| json!([{ "type": "m.room.join_rules", "content": { "join_rule": rule } }]);
    let room_id = alice.creates_room(json!({ "initial_state": rule("knock") })).await;
    let closed = alice.creates_room(json!({})).await;
    let knock = |room_id: &str| format!("/v3/knock/{}", path(room_id));
    bob.post(&knock(&closed), json!({})).await.refused(403, "M_FORBIDDEN");
    let answer = bob.post(&knock(&room_id), json!({ "reason": "let me in" })).await.ok();
    assert_eq!(text(&answer["room_id"]), room_id);
    let found = member(&alice, &room_id, &bob).await;
    assert_eq!((&found["membership"], &found["reason"]), (&json!("knock"), &json!("let me in")));
    act(&bob, &room_id, "/join", json!({})).await.refused(403, "M_FORBIDDEN");
    alice.invites(&room_id, &bob).await;
    bob.joins(&room_id).await;
    bob.post(&knock(&room_id), json!({})).await.refused(403, "M_FORBIDDEN");
    carol.post(&knock(&room_id), json!({})).await.ok();
    act(&alice, &room_id, "/kick", json!({ "user_id": carol.user_id })).await.ok();
    act(&alice, &room_id, "/ban", json!({ "user_id": carol.user_id })).await.ok();
    carol.post(&knock(&room_id), json!({})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn members_of_one_room_may_join_another() {
    let (_server, alice, bob, carol) = three_people().await;
    let first = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    bob.joins(&first).await;
    let rule =
        json!({ "join_rule": "restricted", "allow": [{ "type": "m.room_membership", "room_id": first }] });
    for version in ["10", "11", "12"] {
        let state = json!([{ "type": "m.room.join_rules", "content": rule }]);
        let second = alice.creates_room(json!({ "initial_state": state, "room_version": version })).await;
        act(&carol, &second, "/join", json!({})).await.refused(403, "M_FORBIDDEN");
        bob.joins(&second).await;
        let found = member(&alice, &second, &bob).await;
        assert_eq!(found["join_authorised_via_users_server"], json!(alice.user_id), "{version}");
    }
}

#[tokio::test]
async fn state_is_set_by_those_who_may() {
    let (_server, alice, bob, carol) = three_people().await;
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id], "room_version": "11" })).await;
    bob.joins(&room_id).await;
    let put = async |person: &Person, kind: &str, key: &str, content: Value| {
        let state = format!("/v3/rooms/{}/state/{kind}/{}", path(&room_id), path(key));
        person.put(&state, content).await
    };
    put(&bob, "m.room.name", "", json!({ "name": "Mine" })).await.refused(403, "M_FORBIDDEN");
    put(&carol, "m.room.name", "", json!({ "name": "Mine" })).await.refused(403, "M_FORBIDDEN");
    put(&alice, "m.room.create", "", json!({})).await.refused(403, "M_FORBIDDEN");
    put(&bob, "m.room.member", &alice.user_id, json!({ "membership": "leave" }))
        .await
        .refused(403, "M_FORBIDDEN");
    put(&alice, "m.room.member", &bob.user_id, json!({ "membership": "join" }))
        .await
        .refused(403, "M_FORBIDDEN");
    put(&alice, "m.room.member", &bob.user_id, json!({ "membership": "nonsense" }))
        .await
        .refused(403, "M_FORBIDDEN");
    put(&alice, "org.example", "@bob:localhost", json!({})).await.refused(403, "M_FORBIDDEN");
    put(&alice, "org.example", &alice.user_id, json!({})).await.ok();
    put(&bob, "m.room.member", &bob.user_id, json!({ "membership": "join", "displayname": "B" })).await.ok();
    let raised = json!({ "users": { alice.user_id.clone(): 100, bob.user_id.clone(): 101 } });
    put(&alice, "m.room.power_levels", "", raised).await.refused(403, "M_FORBIDDEN");
    put(&alice, "m.room.power_levels", "", json!({ "users": { "x": 1 } })).await.refused(403, "M_FORBIDDEN");
    let long = "x".repeat(300);
    put(&alice, "org.example", &long, json!({})).await.refused(413, "M_TOO_LARGE");
    put(&alice, &long, "", json!({})).await.refused(413, "M_TOO_LARGE");
    let big = json!({ "a": "x".repeat(70_000) });
    put(&alice, "org.example", "", big).await.refused(413, "M_TOO_LARGE");
    put(&alice, "org.example", "", json!({ "a": 1.5 })).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn a_room_is_replaced_by_a_newer_one() {
    let (_server, alice, bob, _carol) = three_people().await;
    for (from, to) in [("10", "11"), ("11", "12"), ("12", "12"), ("12", "11")] {
        let wanted = json!({
            "name": "Old", "topic": "Things", "room_version": from, "visibility": "public",
            "room_alias_name": format!("from-{from}-to-{to}"), "preset": "private_chat",
            "initial_state": [{ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }],
        });
        let old = alice.creates_room(wanted).await;
        alice.invites(&old, &bob).await;
        bob.joins(&old).await;
        act(&bob, &old, "/upgrade", json!({ "new_version": to })).await.refused(403, "M_FORBIDDEN");
        act(&alice, &old, "/upgrade", json!({ "new_version": "99" }))
            .await
            .refused(400, "M_UNSUPPORTED_ROOM_VERSION");
        let answer = act(&alice, &old, "/upgrade", json!({ "new_version": to })).await.ok();
        let new = text(&answer["replacement_room"]);
        assert_eq!(state(&alice, &old, "m.room.tombstone").await["replacement_room"], json!(new));
        let create = state(&alice, &new, "m.room.create").await;
        assert_eq!((&create["room_version"], &create["predecessor"]["room_id"]), (&json!(to), &json!(old)));
        for kind in ["m.room.name", "m.room.topic", "m.room.encryption", "m.room.join_rules"] {
            assert_eq!(state(&alice, &new, kind).await, state(&alice, &old, kind).await, "{kind}");
        }
        let alias = format!("#from-{from}-to-{to}:localhost");
        let found = bob.get(&format!("/v3/directory/room/{}", path(&alias))).await.ok();
        assert_eq!(text(&found["room_id"]), new);
        assert_eq!(state(&alice, &new, "m.room.canonical_alias").await["alias"], json!(alias));
        let listed = async |id: &str| alice.get(&format!("/v3/directory/list/room/{}", path(id))).await.ok();
        assert_eq!(listed(&new).await, json!({ "visibility": "public" }));
        assert_eq!(listed(&old).await, json!({ "visibility": "private" }));
        bob.put(&format!("/v3/rooms/{}/send/m.room.message/{from}{to}", path(&old)), json!({}))
            .await
            .refused(403, "M_FORBIDDEN");
        alice
            .sets_state(&new, "m.room.power_levels", "", state(&alice, &new, "m.room.power_levels").await)
            .await;
    }
}

#[tokio::test]
async fn a_room_is_described_to_those_who_may_know_it() {
    let (server, alice, bob, carol) = three_people().await;
    let stranger = server.anonymous().await;
    let summary = async |person: &Person, room_id: &str| {
        person.get(&format!("/v1/room_summary/{}", path(room_id))).await
    };
    let secret = alice.creates_room(json!({ "name": "Secret", "invite": [bob.user_id] })).await;
    let found = summary(&bob, &secret).await.ok();
    assert_eq!((&found["name"], &found["membership"]), (&json!("Secret"), &json!("invite")));
    assert_eq!((&found["num_joined_members"], &found["join_rule"]), (&json!(1), &json!("invite")));
    assert_eq!((&found["room_version"], &found["world_readable"]), (&json!("12"), &json!(false)));
    summary(&carol, &secret).await.refused(404, "M_NOT_FOUND");
    let older = format!("/unstable/im.nheko.summary/rooms/{}/summary", path(&secret));
    assert_eq!(bob.get(&older).await.ok(), found, "an older path answers the same");
    summary(&stranger, &secret).await.refused(404, "M_NOT_FOUND");
    summary(&carol, "!nothing:localhost").await.refused(404, "M_NOT_FOUND");
    let open = alice.creates_room(json!({ "preset": "public_chat", "room_alias_name": "open" })).await;
    for person in [&carol, &stranger] {
        assert_eq!(text(&summary(person, "#open:localhost").await.ok()["room_id"]), open);
    }
}

#[tokio::test]
async fn a_space_is_walked_through() {
    let (_server, alice, bob, _carol) = three_people().await;
    let space = json!({ "creation_content": { "type": "m.space" }, "preset": "public_chat" });
    let (top, inner) = (alice.creates_room(space.clone()).await, alice.creates_room(space).await);
    let open = alice.creates_room(json!({ "preset": "public_chat" })).await;
    let secret = alice.creates_room(json!({})).await;
    let child = async |space: &str, room: &str, order: &str| {
        let content = json!({ "via": ["localhost"], "order": order, "suggested": order == "a" });
        alice.sets_state(space, "m.space.child", room, content).await
    };
    child(&top, &secret, "c").await;
    child(&top, &open, "b").await;
    child(&top, &inner, "a").await;
    child(&inner, &top, "a").await;
    let walk = async |person: &Person, query: &str| {
        let found = person.get(&format!("/v1/rooms/{}/hierarchy{query}", path(&top))).await.ok();
        found["rooms"].as_array().unwrap().iter().map(|room| text(&room["room_id"])).collect::<Vec<_>>()
    };
    assert_eq!(walk(&bob, "").await, [top.clone(), inner.clone(), open.clone()]);
    assert_eq!(walk(&alice, "").await, [top.clone(), inner.clone(), open.clone(), secret.clone()]);
    assert_eq!(walk(&bob, "?suggested_only=true").await, [top.clone(), inner.clone()]);
    assert_eq!(walk(&bob, "?max_depth=0").await, [top.clone()]);
    let page = bob.get(&format!("/v1/rooms/{}/hierarchy?limit=2", path(&top))).await.ok();
    assert_eq!(page["rooms"][0]["children_state"].as_array().unwrap().len(), 3);
    let next = text(&page["next_batch"]);
    assert_eq!(walk(&bob, &format!("?limit=2&from={next}")).await, [open]);
    bob.get(&format!("/v1/rooms/{}/hierarchy", path(&secret))).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn bad_things_are_reported() {
    let (_server, alice, bob, carol) = three_people().await;
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "rude").await;
    let report = format!("/v3/rooms/{}/report", path(&room_id));
    let event = format!("/v3/rooms/{}/report/{}", path(&room_id), path(&event_id));
    assert_eq!(bob.post(&event, json!({ "reason": "rude", "score": -100 })).await.ok(), json!({}));
    bob.post(&event, json!({})).await.ok();
    carol.post(&event, json!({})).await.refused(404, "M_NOT_FOUND");
    bob.post(&format!("{report}/{}", path("$nothing")), json!({})).await.refused(404, "M_NOT_FOUND");
    bob.post(&report, json!({ "reason": "rude" })).await.ok();
    bob.post("/v3/rooms/%21nothing:localhost/report", json!({ "reason": "rude" }))
        .await
        .refused(404, "M_NOT_FOUND");
    bob.post(&format!("/v3/users/{}/report", path(&alice.user_id)), json!({ "reason": "rude" })).await.ok();
    bob.post("/v3/users/@nobody:localhost/report", json!({ "reason": "rude" })).await.ok();
}
