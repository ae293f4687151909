//! Settings that people's clients keep here: account data, tags, filters, and whom they ignore.

use aside_testkit::{Person, TestServer, path, text, timeline};
use serde_json::{Value, json};

fn global(person: &Person, kind: &str) -> String {
    format!("/v3/user/{}/account_data/{kind}", path(&person.user_id))
}

fn of_room(person: &Person, room_id: &str, kind: &str) -> String {
    format!("/v3/user/{}/rooms/{}/account_data/{kind}", path(&person.user_id), path(room_id))
}

fn tag(person: &Person, room_id: &str, tag: &str) -> String {
    format!("/v3/user/{}/rooms/{}/tags/{}", path(&person.user_id), path(room_id), path(tag))
}

/// The content of one type in a list of account data events.
fn content(events: &Value, kind: &str) -> Option<Value> {
    let events = events["events"].as_array()?;
    assert!(
        events.iter().filter(|event| event["type"] == kind).count() <= 1,
        "{kind} comes once: {events:?}"
    );
    events.iter().find(|event| event["type"] == kind).map(|event| event["content"].clone())
}

#[tokio::test]
async fn account_data_comes_with_the_next_sync_and_once() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let since = text(&alice.syncs("").await["next_batch"]);
    let wanted = json!({ "theme": "dark", "numbers": [1, 2] });
    alice.put(&global(&alice, "org.example.look"), wanted.clone()).await.ok();
    assert_eq!(alice.get(&global(&alice, "org.example.look")).await.ok(), wanted);
    let sync = alice.syncs(&since).await;
    assert_eq!(content(&sync["account_data"], "org.example.look"), Some(wanted.clone()));
    assert_eq!(content(&sync["account_data"], "m.push_rules"), None, "the rules didn't change");
    let sync = alice.syncs(&text(&sync["next_batch"])).await;
    assert_eq!(content(&sync["account_data"], "org.example.look"), None);
    assert_eq!(content(&alice.syncs("").await["account_data"], "org.example.look"), Some(wanted));
}

#[tokio::test]
async fn account_data_of_a_room_comes_with_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = text(&alice.syncs("").await["next_batch"]);
    alice.put(&of_room(&alice, &room_id, "org.example.note"), json!({ "text": "old friend" })).await.ok();
    let room = |sync: &Value| content(&sync["rooms"]["join"][&room_id]["account_data"], "org.example.note");
    let expected = Some(json!({ "text": "old friend" }));
    assert_eq!(room(&alice.syncs(&since).await), expected);
    assert_eq!(room(&alice.syncs("").await), expected);
    assert_eq!(room(&bob.syncs("").await), None, "it is alice's own");
    let read = alice.get(&of_room(&alice, &room_id, "org.example.note")).await.ok();
    assert_eq!(read, json!({ "text": "old friend" }));
    bob.get(&of_room(&bob, &room_id, "org.example.note")).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn account_data_is_for_its_owner_alone_and_must_be_an_object() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.person("alice").await, server.person("eve").await);
    let room_id = alice.creates_room(json!({})).await;
    eve.put(&global(&alice, "a"), json!({})).await.refused(403, "M_FORBIDDEN");
    eve.get(&global(&alice, "a")).await.refused(403, "M_FORBIDDEN");
    eve.put(&of_room(&alice, &room_id, "a"), json!({})).await.refused(403, "M_FORBIDDEN");
    eve.get(&of_room(&alice, &room_id, "a")).await.refused(403, "M_FORBIDDEN");
    eve.put(&of_room(&eve, &room_id, "a"), json!({})).await.refused(403, "M_FORBIDDEN");
    eve.put(&of_room(&eve, "!none:localhost", "a"), json!({})).await.refused(403, "M_FORBIDDEN");
    alice.get(&global(&alice, "nothing")).await.refused(404, "M_NOT_FOUND");
    alice.put(&global(&alice, "a"), json!([1])).await.refused(400, "M_BAD_JSON");
    alice.put(&of_room(&alice, &room_id, "a"), json!("text")).await.refused(400, "M_BAD_JSON");
    let long = "a".repeat(256);
    alice.put(&global(&alice, &long), json!({})).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn what_the_server_keeps_is_not_set_as_account_data() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({})).await;
    for kind in ["m.push_rules", "m.fully_read"] {
        alice.put(&global(&alice, kind), json!({})).await.refused(405, "M_BAD_JSON");
        alice.put(&of_room(&alice, &room_id, kind), json!({})).await.refused(405, "M_BAD_JSON");
    }
    let rules = alice.get(&global(&alice, "m.push_rules")).await.ok();
    assert_eq!(rules["global"], alice.get("/v3/pushrules/").await.ok()["global"]);
}

#[tokio::test]
async fn tags_are_the_account_data_m_tag() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({})).await;
    let tags = tag(&alice, &room_id, "");
    let tags = tags.trim_end_matches('/');
    assert_eq!(alice.get(tags).await.ok(), json!({ "tags": {} }));
    let since = text(&alice.syncs("").await["next_batch"]);
    alice.put(&tag(&alice, &room_id, "m.favourite"), json!({ "order": 0.25 })).await.ok();
    alice.put(&tag(&alice, &room_id, "u.work"), json!({})).await.ok();
    let expected = json!({ "tags": { "m.favourite": { "order": 0.25 }, "u.work": {} } });
    assert_eq!(alice.get(tags).await.ok(), expected);
    let sync = alice.syncs(&since).await;
    assert_eq!(content(&sync["rooms"]["join"][&room_id]["account_data"], "m.tag"), Some(expected));
    alice.delete(&tag(&alice, &room_id, "m.favourite")).await.ok();
    alice.delete(&tag(&alice, &room_id, "m.favourite")).await.ok();
    assert_eq!(alice.get(tags).await.ok(), json!({ "tags": { "u.work": {} } }));
    let eve = server.person("eve").await;
    eve.get(tags).await.refused(403, "M_FORBIDDEN");
    eve.put(&tag(&alice, &room_id, "u.mine"), json!({})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn a_filter_is_known_by_an_id_made_of_it() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.person("alice").await, server.person("eve").await);
    let filters = format!("/v3/user/{}/filter", path(&alice.user_id));
    let wanted = json!({
        "room": { "timeline": { "limit": 10, "unread_thread_notifications": true }, "state": { "lazy_load_members": true } },
        "presence": { "not_types": ["*"] },
    });
    let id = text(&alice.post(&filters, wanted.clone()).await.ok()["filter_id"]);
    assert_eq!(alice.post(&filters, wanted.clone()).await.ok()["filter_id"], json!(id));
    let other = text(&alice.post(&filters, json!({})).await.ok()["filter_id"]);
    assert_ne!(other, id);
    assert_eq!(alice.get(&format!("/v3/user/{}/filter/{id}", path(&alice.user_id))).await.ok(), wanted);
    alice.get(&format!("{filters}/none")).await.refused(404, "M_NOT_FOUND");
    eve.get(&format!("{filters}/{id}")).await.refused(403, "M_FORBIDDEN");
    eve.post(&filters, json!({})).await.refused(403, "M_FORBIDDEN");
    alice.get(&format!("/v3/sync?filter={id}")).await.ok();
    eve.get(&format!("/v3/sync?filter={id}")).await.refused(404, "M_NOT_FOUND");
    for bad in [
        json!({ "room": "rooms" }),
        json!({ "room": { "timeline": { "types": "m.room.message" } } }),
        json!({ "room": { "timeline": { "rooms": ["not a room"] } } }),
        json!({ "room": { "timeline": { "senders": ["nobody"] } } }),
        json!({ "event_format": "other" }),
    ] {
        alice.post(&filters, bad).await.refused(400, "M_BAD_JSON");
    }
}

#[tokio::test]
async fn a_filter_leaves_out_account_data_that_is_not_wanted() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    alice.put(&global(&alice, "org.example.a"), json!({})).await.ok();
    alice.put(&global(&alice, "org.example.b"), json!({})).await.ok();
    let filter =
        path(&json!({ "account_data": { "types": ["org.example.*"], "not_types": ["*.b"] } }).to_string());
    let sync = alice.get(&format!("/v3/sync?filter={filter}")).await.ok();
    let kinds: Vec<&Value> =
        sync["account_data"]["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["org.example.a"]);
}

#[tokio::test]
async fn the_messages_and_invites_of_ignored_people_do_not_come() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let before = bob.sends(&room_id, "before").await;
    let sync = alice.receives("", &room_id, &before).await;
    let ignored = json!({ "ignored_users": { &bob.user_id: {} } });
    alice.put(&global(&alice, "m.ignored_user_list"), ignored).await.ok();
    bob.sends(&room_id, "unheard").await;
    let other_room = bob.creates_room(json!({ "invite": [alice.user_id] })).await;
    let own = alice.sends(&room_id, "my own").await;
    let sync = alice.receives(&text(&sync["next_batch"]), &room_id, &own).await;
    let bodies: Vec<Value> =
        timeline(&sync, &room_id).iter().map(|event| event["content"]["body"].clone()).collect();
    assert_eq!(bodies, ["my own"]);
    assert_eq!(sync["rooms"]["join"][&room_id]["unread_notifications"]["notification_count"], json!(1));
    let all = alice.syncs("").await;
    assert_eq!(all["rooms"]["invite"][&other_room], Value::Null);

    alice.put(&global(&alice, "m.ignored_user_list"), json!({ "ignored_users": {} })).await.ok();
    let heard = bob.sends(&room_id, "heard again").await;
    alice.receives(&text(&all["next_batch"]), &room_id, &heard).await;
}
