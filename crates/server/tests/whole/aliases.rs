use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

async fn two_people() -> (TestServer, Person, Person) {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    (server, alice, bob)
}

fn alias(name: &str) -> String {
    format!("/v3/directory/room/{}", path(&format!("#{name}:localhost")))
}

#[tokio::test]
async fn an_alias_names_one_room() {
    let (server, alice, bob) = two_people().await;
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    let other = alice.creates_room(json!({})).await;
    let to = |room_id: &str| json!({ "room_id": room_id });
    bob.put(&alias("kitchen"), to(&room_id)).await.refused(403, "M_FORBIDDEN");
    alice.get(&alias("kitchen")).await.refused(404, "M_NOT_FOUND");
    assert_eq!(alice.put(&alias("kitchen"), to(&room_id)).await.ok(), json!({}));
    alice.put(&alias("kitchen"), to(&other)).await.refused(409, "M_UNKNOWN");
    let found = server.anonymous().await.get(&alias("kitchen")).await.ok();
    assert_eq!(found, json!({ "room_id": room_id, "servers": ["localhost"] }));
    let elsewhere = format!("/v3/directory/room/{}", path("#kitchen:example.org"));
    alice.put(&elsewhere, to(&room_id)).await.refused(400, "M_INVALID_PARAM");
    alice.get("/v3/directory/room/kitchen").await.refused(400, "M_INVALID_PARAM");

    let aliases = format!("/v3/rooms/{}/aliases", path(&room_id));
    assert_eq!(alice.get(&aliases).await.ok(), json!({ "aliases": ["#kitchen:localhost"] }));
    bob.get(&aliases).await.refused(403, "M_FORBIDDEN");
    let joined = bob.post(&format!("/v3/join/{}", path("#kitchen:localhost")), json!({})).await.ok();
    assert_eq!(text(&joined["room_id"]), room_id);
    bob.post(&format!("/v3/join/{}", path("#nothing:localhost")), json!({}))
        .await
        .refused(404, "M_NOT_FOUND");
    bob.post(&format!("/v3/knock/{}", path("#nothing:localhost")), json!({}))
        .await
        .refused(404, "M_NOT_FOUND");
    let joined = bob.post(&format!("/v3/join/{}", path(&room_id)), json!({})).await.ok();
    assert_eq!(text(&joined["room_id"]), room_id);
}

#[tokio::test]
async fn an_alias_is_taken_away_by_who_gave_it_or_names_the_room() {
    let (server, alice, bob) = two_people().await;
    let carol = server.person("carol").await;
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    bob.joins(&room_id).await;
    carol.joins(&room_id).await;
    let to = json!({ "room_id": room_id });
    bob.put(&alias("bobs"), to.clone()).await.ok();
    bob.put(&alias("other"), to.clone()).await.ok();
    carol.delete(&alias("bobs")).await.refused(403, "M_FORBIDDEN");
    bob.delete(&alias("bobs")).await.ok();
    bob.delete(&alias("bobs")).await.refused(404, "M_NOT_FOUND");
    let names = json!({ "alias": "#other:localhost", "alt_aliases": ["#other:localhost"] });
    alice.sets_state(&room_id, "m.room.canonical_alias", "", names).await;
    alice.delete(&alias("other")).await.ok();
    alice.get(&alias("other")).await.refused(404, "M_NOT_FOUND");
    let canonical = format!("/v3/rooms/{}/state/m.room.canonical_alias", path(&room_id));
    assert_eq!(alice.get(&canonical).await.ok(), json!({ "alt_aliases": [] }));
}

#[tokio::test]
async fn a_room_is_only_called_by_its_own_aliases() {
    let (_server, alice, _bob) = two_people().await;
    let room_id = alice.creates_room(json!({ "room_alias_name": "mine" })).await;
    let other = alice.creates_room(json!({ "room_alias_name": "others" })).await;
    let canonical = format!("/v3/rooms/{}/state/m.room.canonical_alias", path(&room_id));
    assert_eq!(alice.get(&canonical).await.ok(), json!({ "alias": "#mine:localhost" }));
    let put = async |content: Value| alice.put(&canonical, content).await;
    put(json!({ "alias": "#others:localhost" })).await.refused(400, "M_BAD_ALIAS");
    put(json!({ "alias": "#nothing:localhost" })).await.refused(400, "M_BAD_ALIAS");
    put(json!({ "alt_aliases": ["#others:localhost"] })).await.refused(400, "M_BAD_ALIAS");
    put(json!({ "alias": "mine" })).await.refused(400, "M_INVALID_PARAM");
    put(json!({ "alt_aliases": 1 })).await.refused(400, "M_INVALID_PARAM");
    put(json!({ "alias": null, "alt_aliases": ["#mine:localhost"] })).await.ok();
    put(json!({})).await.ok();
    alice.post("/v3/createRoom", json!({ "room_alias_name": "mine" })).await.refused(400, "M_ROOM_IN_USE");
    let found = alice.get(&alias("others")).await.ok();
    assert_eq!(text(&found["room_id"]), other);
}

#[tokio::test]
async fn listed_rooms_are_found_in_the_directory() {
    let (server, alice, bob) = two_people().await;
    let public =
        |name: &str| json!({ "visibility": "public", "name": name, "topic": format!("About {name}") });
    let small = alice.creates_room(public("Small")).await;
    let large = alice.creates_room(public("Large")).await;
    bob.joins(&large).await;
    alice.creates_room(json!({ "name": "Hidden" })).await;
    let ids = |answer: &Value| -> Vec<String> {
        answer["chunk"].as_array().unwrap().iter().map(|room| text(&room["room_id"])).collect()
    };
    let all = server.anonymous().await.get("/v3/publicRooms").await.ok();
    assert_eq!(ids(&all), [large.clone(), small.clone()]);
    assert_eq!(all["total_room_count_estimate"], json!(2));
    let first = &all["chunk"][0];
    assert_eq!((&first["name"], &first["num_joined_members"]), (&json!("Large"), &json!(2)));
    assert_eq!((&first["world_readable"], &first["guest_can_join"]), (&json!(false), &json!(false)));
    let page = alice.get("/v3/publicRooms?limit=1").await.ok();
    assert_eq!((ids(&page), page.get("prev_batch")), (vec![large.clone()], None));
    let page = alice.get(&format!("/v3/publicRooms?limit=1&since={}", text(&page["next_batch"]))).await.ok();
    assert_eq!((ids(&page), page.get("next_batch")), (vec![small.clone()], None));
    let search = async |wanted: Value| ids(&bob.post("/v3/publicRooms", wanted).await.ok());
    assert_eq!(search(json!({ "filter": { "generic_search_term": "SMALL" } })).await, [small.clone()]);
    assert_eq!(search(json!({ "filter": { "room_types": ["m.space"] } })).await, Vec::<String>::new());
    assert_eq!(search(json!({ "filter": { "room_types": [null] }, "limit": 1 })).await, [large.clone()]);
    alice.get("/v3/publicRooms?since=x").await.refused(400, "M_INVALID_PARAM");

    let list = format!("/v3/directory/list/room/{}", path(&large));
    bob.put(&list, json!({ "visibility": "private" })).await.refused(403, "M_FORBIDDEN");
    alice.put(&list, json!({ "visibility": "private" })).await.ok();
    assert_eq!(alice.get(&list).await.ok(), json!({ "visibility": "private" }));
    assert_eq!(ids(&alice.get("/v3/publicRooms").await.ok()), [small]);
    alice.put(&list, json!({ "visibility": "x" })).await.refused(400, "M_INVALID_PARAM");
    alice.get("/v3/directory/list/room/%21nothing:localhost").await.refused(404, "M_NOT_FOUND");
}
