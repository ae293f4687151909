//! Messages that disappear, from the clients, from the index and from the disk.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_domain::Settings;
use aside_store::{Location, Store};
use aside_testkit::{Person, TestServer, path, text, timeline};
use serde_json::{Value, json};

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

fn pass(server: &TestServer, ms: i64) {
    server.clock.fetch_add(ms, Ordering::SeqCst);
}

async fn disappears_after(person: &Person, room_id: &str, after_ms: i64) {
    person.sets_state(room_id, "org.aside.timer", "", json!({ "after_ms": after_ms })).await;
}

/// Waits until an event has no content for somebody.
async fn is_emptied(person: &Person, room_id: &str, event_id: &str) -> Value {
    let wanted = async {
        loop {
            let found = event(person, room_id, event_id).await;
            if found["content"] == json!({}) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wanted).await.expect("the message goes")
}

/// The files below a folder that hold a text, whatever they are.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(text.len()).any(|window| window == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn is_nowhere_below(folder: &Path, text: &str) {
    let wanted = async {
        while !files_with(folder, text).is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let gone = tokio::time::timeout(Duration::from_secs(10), wanted).await;
    gone.unwrap_or_else(|_| panic!("{text} is still in {:?}", files_with(folder, text)));
}

async fn found_by_search(person: &Person, term: &str) -> Vec<String> {
    let wanted = json!({ "search_categories": { "room_events": { "search_term": term } } });
    let answer = person.post("/v3/search", wanted).await.ok();
    let results =
        answer["search_categories"]["room_events"]["results"].as_array().cloned().unwrap_or_default();
    results.iter().map(|result| text(&result["result"]["event_id"])).collect()
}

async fn open(folder: &Path) -> TestServer {
    let store = Store::open(Location::Sqlite(folder.to_owned())).await.unwrap();
    let mut settings = Settings::in_directory(folder.to_owned());
    settings.open_registration = true;
    settings.rate_limits = false;
    TestServer::start_on(store, settings, true, None).await
}

fn moved_to(person: &Person, server: &TestServer) -> Person {
    Person { base: format!("http://{}", server.address), ..person.clone() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_a_thirty_second_message_is_gone_from_disk_search_and_both_clients() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path()).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    disappears_after(&alice, &room_id, 30_000).await;
    let kept = bob.sends(&room_id, "a timer was set").await;
    let since = text(&bob.syncs("").await["next_batch"]);
    let secret = alice.sends(&room_id, "the parrot knows zyzzyva").await;
    let seen = bob.receives(&since, &room_id, &secret).await;
    assert_eq!(found_by_search(&bob, "zyzzyva").await, [secret.clone()]);
    assert!(!files_with(folder.path(), "zyzzyva").is_empty(), "it is stored");

    pass(&server, 29_000);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(event(&bob, &room_id, &secret).await["content"]["body"], "the parrot knows zyzzyva");
    pass(&server, 1_000);
    for person in [&alice, &bob] {
        let emptied = is_emptied(person, &room_id, &secret).await;
        let because = &emptied["unsigned"]["redacted_because"];
        assert_eq!(
            (&because["sender"], &because["type"]),
            (&json!(alice.user_id), &json!("m.room.redaction"))
        );
        assert_eq!(because["content"]["org.aside.expired"], true);
    }
    // A client that knows nothing of timers is told by a redaction.
    let since = text(&seen["next_batch"]);
    let told = bob
        .syncs_until(&since, |sync| {
            timeline(sync, &room_id).iter().any(|event| {
                event["type"] == "m.room.redaction" && event["content"]["redacts"] == json!(secret)
            })
        })
        .await;
    assert!(!told.to_string().contains("zyzzyva"));
    assert!(found_by_search(&bob, "zyzzyva").await.is_empty());
    is_nowhere_below(folder.path(), "zyzzyva").await;

    server.hs.shutdown();
    drop(server);
    let server = open(folder.path()).await;
    server.clock.store(1_800_000_100_000, Ordering::SeqCst);
    for person in [moved_to(&alice, &server), moved_to(&bob, &server)] {
        assert_eq!(event(&person, &room_id, &secret).await["content"], json!({}));
        assert!(!person.syncs("").await.to_string().contains("zyzzyva"));
        assert!(found_by_search(&person, "zyzzyva").await.is_empty());
        is_emptied(&person, &room_id, &kept).await;
    }
    is_nowhere_below(folder.path(), "zyzzyva").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_what_came_due_while_the_server_was_down_goes_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path()).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    disappears_after(&alice, &room_id, 30_000).await;
    let secret = alice.sends(&room_id, "quincunx").await;
    server.hs.shutdown();
    drop(server);
    let server = open(folder.path()).await;
    server.clock.store(1_800_000_031_000, Ordering::SeqCst);
    is_emptied(&moved_to(&bob, &server), &room_id, &secret).await;
    is_nowhere_below(folder.path(), "quincunx").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_only_what_is_said_while_the_timer_is_set_disappears() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let before = alice.sends(&room_id, "before").await;
    disappears_after(&alice, &room_id, 300_000).await;
    let between = bob.sends(&room_id, "between").await;
    disappears_after(&alice, &room_id, 0).await;
    let after = alice.sends(&room_id, "after").await;
    pass(&server, 300_000);
    is_emptied(&alice, &room_id, &between).await;
    for (event_id, body) in [(before, "before"), (after, "after")] {
        assert_eq!(event(&bob, &room_id, &event_id).await["content"]["body"], body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_an_edit_goes_with_what_it_edits_and_notifications_go_too() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    disappears_after(&alice, &room_id, 30_000).await;
    let first = alice.sends(&room_id, "first words").await;
    pass(&server, 20_000);
    let edit = json!({ "msgtype": "m.text", "body": "* second words",
        "m.new_content": { "msgtype": "m.text", "body": "second words" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": first } });
    let edit = alice.sends_event(&room_id, "m.room.message", edit).await;
    let unread =
        |sync: &Value| sync["rooms"]["join"][&room_id]["unread_notifications"]["notification_count"].clone();
    bob.syncs_until("", |sync| unread(sync).as_i64() >= Some(1)).await;
    pass(&server, 10_000);
    is_emptied(&bob, &room_id, &first).await;
    is_emptied(&bob, &room_id, &edit).await;
    pass(&server, 20_000);
    bob.syncs_until("", |sync| unread(sync) == json!(0)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_the_time_may_begin_when_everybody_has_read() {
    let server =
        TestServer::start_with(|settings| profile(settings, "[ephemeral]\nstart_recipient = \"read\""), true)
            .await;
    let people = ["alice", "bob", "carol"].map(|name| server.person(name));
    let [alice, bob, carol] = futures_util::future::join_all(people).await.try_into().ok().unwrap();
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id, carol.user_id] })).await;
    bob.joins(&room_id).await;
    carol.joins(&room_id).await;
    disappears_after(&alice, &room_id, 30_000).await;
    let secret = alice.sends(&room_id, "read me").await;
    let reads = |kind: &str| format!("/v3/rooms/{}/receipt/{kind}/{}", path(&room_id), path(&secret));
    pass(&server, 3_600_000);
    bob.post(&reads("m.read"), json!({})).await.ok();
    pass(&server, 60_000);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(event(&bob, &room_id, &secret).await["content"]["body"], "read me", "carol hasn't read it");
    carol.post(&reads("m.read.private"), json!({})).await.ok();
    pass(&server, 29_000);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(event(&carol, &room_id, &secret).await["content"]["body"], "read me");
    pass(&server, 1_000);
    is_emptied(&alice, &room_id, &secret).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_23_the_file_goes_with_the_message_unless_something_else_shows_it() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let (room_id, other) = (alice.meets(&bob).await, alice.creates_room(json!({})).await);
    disappears_after(&alice, &room_id, 30_000).await;
    let gone = alice.uploads("text/plain", "a.txt", "a file that goes").await;
    let shared = alice.uploads("text/plain", "b.txt", "a file that stays").await;
    let bobs = bob.uploads("text/plain", "c.txt", "the file of somebody else").await;
    let file = |uri: &str| json!({ "msgtype": "m.file", "body": "a file", "url": uri });
    let mut sent = Vec::new();
    for uri in [&gone, &shared, &bobs] {
        sent.push(alice.sends_event(&room_id, "m.room.message", file(uri)).await);
    }
    alice.sends_event(&other, "m.room.message", file(&shared)).await;
    pass(&server, 30_000);
    for event_id in &sent {
        is_emptied(&bob, &room_id, event_id).await;
    }
    let is_gone = async {
        while bob.downloads(&gone).await.status == 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_gone).await.expect("the file goes");
    bob.downloads(&gone).await.refused(404, "M_NOT_FOUND");
    bob.downloads(&shared).await.ok();
    bob.downloads(&bobs).await.ok();
    let folder = server.hs.settings.data_dir.join("media");
    is_nowhere_below(&folder, "a file that goes").await;
    assert!(!files_with(&folder, "a file that stays").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_24_in_a_secret_chat_the_server_deletes_the_ciphertext() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let encryption =
        json!({ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } });
    let timer = json!({ "type": "org.aside.timer", "content": { "after_ms": 30_000 } });
    let wanted = json!({ "is_direct": true, "invite": [bob.user_id], "initial_state": [encryption, timer] });
    let room_id = alice.creates_room(wanted).await;
    bob.joins(&room_id).await;
    let picture = alice.uploads("application/octet-stream", "x", "ciphertext of a picture").await;
    let content = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgAkLmt6qF84IK",
        "session_id": "s", "org.aside.media": [picture] });
    let secret = alice.sends_event(&room_id, "m.room.encrypted", content).await;
    let marked = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "BwgAEnACgAkLmt6qF84IK",
        "org.matrix.self_destruct_after": 1_800_000_005_000_i64 });
    let sooner = alice.sends_event(&room_id, "m.room.encrypted", marked).await;
    pass(&server, 5_000);
    is_emptied(&bob, &room_id, &sooner).await;
    assert_eq!(event(&bob, &room_id, &secret).await["content"]["session_id"], "s");
    pass(&server, 25_000);
    is_emptied(&bob, &room_id, &secret).await;
    is_nowhere_below(&server.hs.settings.data_dir, "AwgAEnACgAkLmt6qF84IK").await;
    is_nowhere_below(&server.hs.settings.data_dir, "ciphertext of a picture").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_24_a_picture_to_be_seen_once_goes_after_somebody_opened_it() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let picture = alice.uploads("image/png", "x.png", "a picture for your eyes").await;
    let content =
        json!({ "msgtype": "m.image", "body": "x.png", "url": picture, "org.aside.view_once": true });
    let sent = alice.sends_event(&room_id, "m.room.message", content).await;
    alice.downloads(&picture).await.ok();
    pass(&server, 3_600_000);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        event(&bob, &room_id, &sent).await["content"]["body"],
        "x.png",
        "looking at one's own is no look"
    );
    bob.downloads(&picture).await.ok();
    let ended = async {
        loop {
            pass(&server, 61_000);
            tokio::time::sleep(Duration::from_millis(100)).await;
            if event(&bob, &room_id, &sent).await["content"] == json!({}) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.expect("the picture goes");
    is_nowhere_below(&server.hs.settings.data_dir.join("media"), "a picture for your eyes").await;
    bob.downloads(&picture).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_somebody_who_left_goes_all_the_same() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    bob.joins(&room_id).await;
    disappears_after(&alice, &room_id, 30_000).await;
    let secret = bob.sends(&room_id, "flibbertigibbet").await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    pass(&server, 30_000);
    is_emptied(&alice, &room_id, &secret).await;
    is_nowhere_below(&server.hs.settings.data_dir, "flibbertigibbet").await;
}

#[tokio::test]
async fn a_time_that_the_profile_does_not_offer_is_refused() {
    let strict = |settings: &mut Settings| {
        profile(settings, "[ephemeral]\ntimers_s = [86400]\ncustom = false\nview_once = false");
    };
    let server = TestServer::start_with(strict, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let state = format!("/v3/rooms/{}/state/org.aside.timer/", path(&room_id));
    alice.put(&state, json!({ "after_ms": 30_000 })).await.refused(403, "M_FORBIDDEN");
    alice.put(&state, json!({ "after_ms": "soon" })).await.refused(400, "M_BAD_JSON");
    alice.put(&state, json!({ "after_ms": 86_400_000 })).await.ok();
    alice.put(&state, json!({})).await.ok();
    let timer = json!({ "type": "org.aside.timer", "content": { "after_ms": 30_000 } });
    alice.post("/v3/createRoom", json!({ "initial_state": [timer] })).await.refused(403, "M_FORBIDDEN");
    let send = format!("/v3/rooms/{}/send/m.room.message/once", path(&room_id));
    let content =
        json!({ "msgtype": "m.image", "body": "x", "url": "mxc://localhost/x", "org.aside.view_once": true });
    alice.put(&send, content).await.refused(403, "M_FORBIDDEN");
    let said = timeline(&bob.syncs("").await, &room_id);
    assert!(said.iter().all(|event| event["type"] != "m.room.message"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ms_25_a_conversation_that_nobody_answers_goes_and_one_that_is_answered_stays() {
    let server = TestServer::start_with(|_| {}, true).await;
    let people = ["alice", "bob", "carol"].map(|name| server.person(name));
    let [alice, bob, carol] = futures_util::future::join_all(people).await.try_into().ok().unwrap();
    let (answered, silent) = (alice.meets(&bob).await, alice.meets(&carol).await);
    let mut sent = Vec::new();
    for room_id in [&answered, &silent] {
        alice.sets_state(room_id, "org.aside.timer", "", json!({ "unless_answered_ms": 86_400_000 })).await;
        sent.push(alice.sends(room_id, "hello you").await);
    }
    pass(&server, 80_000_000);
    let wave = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": sent[1], "key": "wave" } });
    carol.sends_event(&silent, "m.reaction", wave).await;
    bob.sends(&answered, "hello back").await;
    let third = alice.sends(&answered, "nice").await;
    pass(&server, 7_000_000);
    is_emptied(&carol, &silent, &sent[1]).await;
    pass(&server, 90_000_000);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(event(&bob, &answered, &sent[0]).await["content"]["body"], "hello you");
    assert_eq!(event(&bob, &answered, &third).await["content"]["body"], "nice");
}
