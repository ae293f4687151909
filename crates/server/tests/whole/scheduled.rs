//! Messages that are sent later: at their time, by the rules of that time, once.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aside_domain::Settings;
use aside_store::{Location, Store};
use aside_testkit::{Answer, Person, TestServer, path, text, timeline};
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

fn said(body: &str) -> Value {
    json!({ "msgtype": "m.text", "body": body })
}

async fn schedules(person: &Person, room_id: &str, body: &str, send_ts: i64) -> Answer {
    let wanted =
        json!({ "room_id": room_id, "type": "m.room.message", "content": said(body), "send_ts": send_ts });
    person.post("/_aside/v1/scheduled", wanted).await
}

async fn scheduled(person: &Person, room_id: &str, body: &str, send_ts: i64) -> String {
    text(&schedules(person, room_id, body, send_ts).await.ok()["scheduled_id"])
}

async fn list(person: &Person) -> Vec<Value> {
    let listed = person.get("/_aside/v1/scheduled").await.ok();
    listed["items"].as_array().unwrap().clone()
}

/// Waits until nothing of a person's is to be sent any more; answers what could not be.
async fn is_settled(person: &Person) -> Vec<Value> {
    let wanted = async {
        loop {
            let listed = list(person).await;
            if listed.iter().all(|message| message["failure"].is_object()) {
                return listed;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wanted).await.expect("it is sent or has failed")
}

fn now(server: &TestServer) -> i64 {
    server.clock.load(Ordering::SeqCst)
}

fn pass(server: &TestServer, ms: i64) {
    server.clock.fetch_add(ms, Ordering::SeqCst);
}

/// What was said in a room, the newest first.
async fn heard(person: &Person, room_id: &str) -> Vec<String> {
    let found = person.get(&format!("/v3/rooms/{}/messages?dir=b&limit=50", path(room_id))).await.ok();
    aside_testkit::bodies(&found["chunk"])
}

/// Some time in which something would happen that must not.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(250)).await;
}

async fn open(folder: &Path, change: impl FnOnce(&mut Settings)) -> TestServer {
    let store = Store::open(Location::Sqlite(folder.to_owned())).await.unwrap();
    let mut settings = Settings::in_directory(folder.to_owned());
    settings.open_registration = true;
    settings.rate_limits = false;
    change(&mut settings);
    TestServer::start_on(store, settings, true, None).await
}

#[tokio::test]
async fn a_message_is_sent_at_its_time_and_in_its_order() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    scheduled(&alice, &room_id, "second", at + 1).await;
    let first = schedules(&alice, &room_id, "first", at).await.ok();
    assert_eq!((&first["room_id"], &first["type"]), (&json!(room_id), &json!("m.room.message")));
    assert_eq!((&first["content"]["body"], &first["send_ts"]), (&json!("first"), &json!(at)));
    assert!(list(&bob).await.is_empty(), "it is the author's own affair");
    let since = text(&bob.syncs("").await["next_batch"]);

    pass(&server, HOUR_MS - 1);
    a_while().await;
    assert_eq!(list(&alice).await.len(), 2);
    pass(&server, 2);
    bob.syncs_until(&since, |sync| {
        timeline(sync, &room_id).iter().any(|event| event["content"]["body"] == "second")
    })
    .await;
    assert!(is_settled(&alice).await.is_empty());
    assert_eq!(heard(&bob, &room_id).await, ["second", "first"]);
    assert_eq!(now(&server), at + 1, "nothing else passed the time");
}

#[tokio::test]
async fn sending_it_shows_nobody_there() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    scheduled(&alice, &room_id, "later", now(&server) + HOUR_MS).await;
    let presence = format!("/v3/presence/{}/status", path(&alice.user_id));
    alice.put(&presence, json!({ "presence": "offline" })).await.ok();
    pass(&server, HOUR_MS);
    is_settled(&alice).await;
    assert_eq!(heard(&bob, &room_id).await, ["later"]);
    assert_eq!(bob.get(&presence).await.ok()["presence"], "offline");
}

#[tokio::test]
async fn what_waits_is_changed_and_taken_back() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    let one = scheduled(&alice, &room_id, "a draft", at).await;
    let other = scheduled(&alice, &room_id, "never mind", at).await;
    let change = json!({ "content": said("the final word"), "send_ts": at + HOUR_MS });
    let changed = alice.put(&format!("/_aside/v1/scheduled/{one}"), change).await.ok();
    assert_eq!(changed["content"]["body"], "the final word");
    bob.put(&format!("/_aside/v1/scheduled/{one}"), json!({})).await.refused(404, "M_NOT_FOUND");
    bob.delete(&format!("/_aside/v1/scheduled/{other}")).await.refused(404, "M_NOT_FOUND");
    alice.delete(&format!("/_aside/v1/scheduled/{other}")).await.ok();
    alice.delete(&format!("/_aside/v1/scheduled/{other}")).await.refused(404, "M_NOT_FOUND");

    pass(&server, HOUR_MS);
    a_while().await;
    assert!(heard(&bob, &room_id).await.is_empty());
    // A time that has passed means now, as where somebody presses "send now".
    alice.put(&format!("/_aside/v1/scheduled/{one}"), json!({ "send_ts": 0 })).await.ok();
    is_settled(&alice).await;
    assert_eq!(heard(&bob, &room_id).await, ["the final word"]);
}

#[tokio::test]
async fn the_authors_devices_are_told_of_every_change() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let counts = |sync: &Value| {
        let events = sync["account_data"]["events"].as_array().cloned().unwrap_or_default();
        let news = events.into_iter().rfind(|event| event["type"] == "org.aside.scheduled");
        news.map(|news| (news["content"]["waiting"].clone(), news["content"]["failed"].clone()))
    };
    let since = text(&alice.syncs("").await["next_batch"]);
    scheduled(&alice, &room_id, "later", now(&server) + HOUR_MS).await;
    let told = alice.syncs_until(&since, |sync| counts(sync) == Some((json!(1), json!(0)))).await;
    pass(&server, HOUR_MS);
    let since = text(&told["next_batch"]);
    alice.syncs_until(&since, |sync| counts(sync) == Some((json!(0), json!(0)))).await;
}

#[tokio::test]
async fn whether_it_may_be_sent_is_judged_at_its_time() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    let id = scheduled(&alice, &room_id, "are you there?", at).await;
    bob.patch("/_aside/v1/privacy", json!({ "direct_messages": "off" })).await.ok();
    pass(&server, HOUR_MS);
    let failed = is_settled(&alice).await;
    assert_eq!(failed[0]["scheduled_id"], json!(id));
    assert_eq!(failed[0]["content"]["body"], "are you there?", "what was written isn't lost");
    assert!(failed[0]["failure"]["rule"].is_string(), "{}", failed[0]);
    assert!(heard(&bob, &room_id).await.is_empty());

    bob.patch("/_aside/v1/privacy", json!({ "direct_messages": "on" })).await.ok();
    alice.put(&format!("/_aside/v1/scheduled/{id}"), json!({ "send_ts": at })).await.ok();
    assert!(is_settled(&alice).await.is_empty());
    assert_eq!(heard(&bob, &room_id).await, ["are you there?"]);
}

#[tokio::test]
async fn who_was_put_out_meanwhile_says_nothing_and_who_leaves_takes_it_along() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let group = alice.creates_room(json!({ "preset": "public_chat" })).await;
    let other = alice.creates_room(json!({ "preset": "public_chat" })).await;
    for room_id in [&group, &other] {
        bob.joins(room_id).await;
        scheduled(&bob, room_id, "my zyzzyva", now(&server) + HOUR_MS).await;
    }
    bob.post(&format!("/v3/rooms/{}/leave", path(&other)), json!({})).await.ok();
    assert_eq!(list(&bob).await.len(), 1);
    let kick = json!({ "user_id": bob.user_id });
    alice.post(&format!("/v3/rooms/{}/kick", path(&group)), kick).await.ok();
    pass(&server, HOUR_MS);
    let failed = is_settled(&bob).await;
    assert_eq!(failed.len(), 1);
    assert!(text(&failed[0]["failure"]["error"]).contains("not in this room"));
    assert!(heard(&alice, &group).await.is_empty());
    // What could not be sent is forgotten after thirty days.
    pass(&server, 31 * 24 * HOUR_MS);
    let gone = async {
        while !list(&bob).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
}

#[tokio::test]
async fn what_is_encrypted_waits_as_ciphertext_and_what_is_plain_stays_out() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    scheduled(&alice, &room_id, "in the open", at).await;
    let algorithm = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
    alice.sets_state(&room_id, "m.room.encryption", "", algorithm.clone()).await;
    let ciphertext =
        json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEn", "session_id": "s" });
    let wanted =
        json!({ "room_id": room_id, "type": "m.room.encrypted", "content": ciphertext, "send_ts": at });
    alice.post("/_aside/v1/scheduled", wanted).await.ok();
    schedules(&alice, &room_id, "in the open", at).await.refused(400, "M_UNKNOWN");
    pass(&server, HOUR_MS);
    let failed = is_settled(&alice).await;
    assert_eq!(failed.len(), 1, "the conversation was encrypted since: {failed:?}");
    let found = bob.get(&format!("/v3/rooms/{}/messages?dir=b&limit=1", path(&room_id))).await.ok();
    assert_eq!(found["chunk"][0]["content"], ciphertext);
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_is_sent_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path(), |_| {}).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    scheduled(&alice, &room_id, "good morning", at).await;
    scheduled(&alice, &room_id, "the day before yesterday", at - HOUR_MS / 2).await;
    server.hs.shutdown();
    drop(server);

    // A day and a half hour later: what is more than a day late isn't sent.
    let server = open(folder.path(), |_| {}).await;
    server.clock.store(at + 23 * HOUR_MS + 2 * HOUR_MS / 3, Ordering::SeqCst);
    let moved = |person: &Person| Person { base: format!("http://{}", server.address), ..person.clone() };
    let (alice, bob) = (moved(&alice), moved(&bob));
    let failed = is_settled(&alice).await;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["content"]["body"], "the day before yesterday");
    a_while().await;
    assert_eq!(heard(&bob, &room_id).await, ["good morning"]);
}

#[tokio::test]
async fn what_was_written_goes_with_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path(), |_| {}).await;
    let (alice, bob) = (server.registers("alice", "s3kr1t-words").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    scheduled(&alice, &room_id, "the zyzzyva sleeps", now(&server) + HOUR_MS).await;
    let auth = json!({ "type": "m.login.password", "password": "s3kr1t-words",
        "identifier": { "type": "m.id.user", "user": "alice" } });
    alice.post("/v3/account/deactivate", json!({ "auth": auth })).await.ok();
    let is_there = || {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|file| file.is_file()).any(|file| {
            let bytes = std::fs::read(file).unwrap();
            bytes.windows(7).any(|window| window == b"zyzzyva")
        })
    };
    let gone = async {
        while is_there() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("it leaves the disk");
    pass(&server, HOUR_MS);
    a_while().await;
    assert!(heard(&bob, &room_id).await.is_empty());
}

#[tokio::test]
async fn what_makes_no_sense_later_is_refused_at_once() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let at = now(&server) + HOUR_MS;
    let wanted = |kind: &str, content: Value| json!({ "room_id": room_id, "type": kind, "content": content, "send_ts": at });
    for kind in ["m.room.redaction", "m.reaction", "m.call.invite", "m.room.topic", ""] {
        alice.post("/_aside/v1/scheduled", wanted(kind, json!({}))).await.refused(400, "M_INVALID_PARAM");
    }
    let large = wanted("m.room.message", said(&"x".repeat(70_000)));
    alice.post("/_aside/v1/scheduled", large).await.refused(413, "M_TOO_LARGE");
    alice.post("/_aside/v1/scheduled", wanted("m.room.message", json!([]))).await.refused(400, "M_BAD_JSON");
    for send_ts in [-1, at + 400 * 24 * HOUR_MS] {
        schedules(&alice, &room_id, "never", send_ts).await.refused(400, "M_INVALID_PARAM");
    }
    let stranger = server.person("carol").await;
    schedules(&stranger, &room_id, "hello", at).await.refused(403, "M_FORBIDDEN");
    for _ in 0..100 {
        scheduled(&alice, &room_id, "again", at).await;
    }
    schedules(&alice, &room_id, "once too often", at).await.refused(400, "M_UNKNOWN");
    let of_room = alice.get(&format!("/_aside/v1/scheduled?room_id={}", path(&room_id))).await.ok();
    assert_eq!(of_room["items"].as_array().unwrap().len(), 100);
    let elsewhere = alice.get("/_aside/v1/scheduled?room_id=!x:localhost").await.ok();
    assert_eq!(elsewhere["items"], json!([]));
}
