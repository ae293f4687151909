//! How long messages may be changed and taken back, and what becomes of what they said.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_domain::Settings;
use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

fn pass(server: &TestServer, ms: i64) {
    server.clock.fetch_add(ms, Ordering::SeqCst);
}

fn edit_of(event_id: &str, body: &str) -> Value {
    json!({ "msgtype": "m.text", "body": format!("* {body}"), "m.new_content": { "msgtype": "m.text", "body": body },
        "m.relates_to": { "rel_type": "m.replace", "event_id": event_id } })
}

/// Chooses a profile that says this, and for everything else what holds where a profile says nothing.
fn profile(settings: &mut Settings, text: &str) {
    let file = settings.data_dir.join("profile.toml");
    std::fs::write(
        &file,
        format!("[profile]\nid = \"test\"\n[start]\nwho = [\"anyone\"]\nknown = [\"anyone\"]\n{text}\n"),
    )
    .unwrap();
    settings.policy.profile = file.display().to_string();
}

async fn event(person: &Person, room_id: &str, event_id: &str) -> Value {
    person.get(&format!("/v3/rooms/{}/event/{}", path(room_id), path(event_id))).await.ok()
}

fn send(room_id: &str, txn: &str) -> String {
    format!("/v3/rooms/{}/send/m.room.message/{txn}", path(room_id))
}

fn redact(room_id: &str, event_id: &str, txn: &str) -> String {
    format!("/v3/rooms/{}/redact/{}/{txn}", path(room_id), path(event_id))
}

#[tokio::test]
async fn a_message_can_be_edited_while_the_window_is_open_and_so_often() {
    let rules = |settings: &mut Settings| {
        profile(settings, "[edit]\nwindow_s = 900\nmax_count = 2");
    };
    let server = TestServer::start_with(rules, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = alice.sends(&room_id, "one").await;
    pass(&server, 900_000);
    alice.put(&send(&room_id, "a"), edit_of(&first, "two")).await.ok();
    alice.put(&send(&room_id, "b"), edit_of(&first, "three")).await.ok();
    let refused = alice.put(&send(&room_id, "c"), edit_of(&first, "four")).await.refused(403, "M_FORBIDDEN");
    assert_eq!(refused["error"], "A message can be edited 2 times.");
    assert_eq!(refused["org.aside.reasons"][0]["rule"], "edit.max_count");
    let second = alice.sends(&room_id, "later").await;
    pass(&server, 901_000);
    let refused =
        alice.put(&send(&room_id, "d"), edit_of(&second, "too late")).await.refused(403, "M_FORBIDDEN");
    assert_eq!(refused["error"], "A message can be edited for 900 seconds.");
    let shown = event(&bob, &room_id, &first).await;
    let edit = &shown["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"];
    assert_eq!((&shown["content"]["body"], edit), (&json!("one"), &json!("three")), "the history is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_edits_does_not_slip_past_their_number() {
    let server = TestServer::start_with(|settings| profile(settings, "[edit]\nmax_count = 3"), false).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = alice.sends(&room_id, "one").await;
    let edits = (0..64).map(|number| {
        let (alice, path, content) =
            (alice.clone(), send(&room_id, &format!("e{number}")), edit_of(&first, "x"));
        tokio::spawn(async move { alice.put(&path, content).await.status })
    });
    let statuses: Vec<u16> =
        futures_util::future::join_all(edits).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
}

#[tokio::test]
async fn where_no_history_is_kept_the_words_before_an_edit_are_nowhere() {
    let server =
        TestServer::start_with(|settings| profile(settings, "[edit]\nkeep_history = false"), true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let first = alice.sends(&room_id, "one").await;
    let second = alice.sends_event(&room_id, "m.room.message", edit_of(&first, "two")).await;
    assert_eq!(
        event(&bob, &room_id, &first).await["content"]["body"],
        "two",
        "also for who doesn't know edits"
    );
    let third = alice.sends_event(&room_id, "m.room.message", edit_of(&first, "three")).await;
    let shown = event(&bob, &room_id, &first).await;
    assert_eq!(shown["content"]["body"], "three");
    assert_eq!(shown["unsigned"]["m.relations"]["m.replace"]["event_id"], json!(third));
    assert_eq!(event(&bob, &room_id, &second).await["content"], json!({}));
    let all =
        bob.get(&format!("/v3/rooms/{}/messages?dir=b&limit=50", path(&room_id))).await.ok().to_string();
    assert!(!all.contains("\"one\"") && !all.contains("two"), "{all}");
}

#[tokio::test]
async fn a_message_can_be_taken_back_while_the_window_is_open() {
    let server = TestServer::start_with(|settings| profile(settings, "[unsend]\nwindow_s = 900"), true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let early = bob.sends(&room_id, "early").await;
    let late = bob.sends(&room_id, "late").await;
    pass(&server, 900_000);
    bob.put(&redact(&room_id, &early, "1"), json!({})).await.ok();
    pass(&server, 1_000);
    let refused = bob.put(&redact(&room_id, &late, "2"), json!({})).await.refused(403, "M_FORBIDDEN");
    assert_eq!(refused["error"], "A message can be taken back for 900 seconds.");
    assert_eq!(event(&alice, &room_id, &late).await["content"]["body"], "late");
}

#[tokio::test]
async fn moderators_of_a_group_take_back_at_any_time() {
    let server = TestServer::start_with(|settings| profile(settings, "[unsend]\nwindow_s = 0"), true).await;
    let people = ["alice", "bob", "carol"].map(|name| server.person(name));
    let [alice, bob, carol] = futures_util::future::join_all(people).await.try_into().ok().unwrap();
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id, carol.user_id] })).await;
    bob.joins(&room_id).await;
    carol.joins(&room_id).await;
    let (own, bobs) = (alice.sends(&room_id, "own").await, bob.sends(&room_id, "bob's").await);
    bob.put(&redact(&room_id, &bobs, "1"), json!({})).await.refused(403, "M_FORBIDDEN");
    alice.put(&redact(&room_id, &bobs, "2"), json!({})).await.ok();
    alice.put(&redact(&room_id, &own, "3"), json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_is_gone_with_its_edits_and_files() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let picture = alice.uploads("text/plain", "a.txt", "a picture that is taken back").await;
    let content = json!({ "msgtype": "m.file", "body": "look", "url": picture });
    let first = alice.sends_event(&room_id, "m.room.message", content).await;
    let edit = alice.sends_event(&room_id, "m.room.message", edit_of(&first, "said otherwise")).await;
    alice.put(&redact(&room_id, &first, "1"), json!({})).await.ok();
    for event_id in [&first, &edit] {
        assert_eq!(event(&bob, &room_id, event_id).await["content"], json!({}));
    }
    let is_gone = async {
        while bob.downloads(&picture).await.status == 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_gone).await.expect("the file goes");
    let wanted = json!({ "search_categories": { "room_events": { "search_term": "otherwise" } } });
    let found = bob.post("/v3/search", wanted).await.ok();
    assert_eq!(found["search_categories"]["room_events"]["count"], 0);
    assert_eq!(text(&event(&bob, &room_id, &first).await["sender"]), alice.user_id);
}
