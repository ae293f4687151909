//! What is said of a text before it is sent, and of its links when it is shown.

use aside_testkit::{TestServer, path, timeline};
use serde_json::{Value, json};

use crate::policy::{says, server_with, words, writes_to};

fn kinds(found: &Value) -> Vec<&str> {
    found.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_sf_10_sensitive_data_is_found_before_it_is_sent_and_the_channel_is_named() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let text = "😀 my card 4111 1111 1111 1111, I was diagnosed with diabetes";
    let found = alice.post("/_aside/v1/safety/check", json!({ "text": text, "room_id": room_id })).await.ok();
    assert_eq!(found["encrypted"], false);
    assert_eq!(kinds(&found["sensitive"]), ["card", "health"]);
    let span = &found["sensitive"][0];
    assert_eq!((&span["start"], &span["end"]), (&json!(11), &json!(30)), "counted as JavaScript counts");
    alice.sets_state(&room_id, "m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" })).await;
    let found = alice.post("/_aside/v1/safety/check", json!({ "text": text, "room_id": room_id })).await.ok();
    assert_eq!(found["encrypted"], true);
    let elsewhere = json!({ "text": "x", "room_id": "!nowhere:localhost" });
    alice.post("/_aside/v1/safety/check", elsewhere).await.refused(403, "M_FORBIDDEN");
    alice
        .post("/_aside/v1/safety/check", json!({ "text": "x".repeat(70_000) }))
        .await
        .refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn a_sf_03_offensive_words_and_spam_are_told_with_reasons() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let text = "You have won, you idiot! Claim your prize: https://bit.ly/x";
    let found = alice.post("/_aside/v1/safety/check", json!({ "text": text })).await.ok();
    assert_eq!(kinds(&found["offences"]), ["insult"]);
    assert!(found["spam"]["score"].as_i64().unwrap() >= 60, "{found}");
    assert_eq!(found["spam"]["reasons"][0]["reason"], "scam_words");
}

#[tokio::test]
async fn a_sf_09_suspicious_links_are_flagged_and_defanged_and_the_message_stays_as_it_was_sent() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let html = "<a href=\"https://evil.example/x\">https://bank.org</a>";
    let content = json!({
        "msgtype": "m.text", "body": "log in at https://paypa1.com/login", "format": "org.matrix.custom.html",
        "formatted_body": html,
    });
    let sent = alice.sends_event(&room_id, "m.room.message", content.clone()).await;
    let sync = bob.receives("", &room_id, &sent).await;
    let events = timeline(&sync, &room_id);
    let event = events.iter().find(|event| event["event_id"] == json!(sent)).unwrap();
    assert_eq!(event["content"], content, "what was signed stays");
    let warned = &event["unsigned"]["org.aside.links"];
    assert_eq!(warned[0]["flags"][0], json!({ "flag": "look_alike", "of": "paypal.com" }));
    assert_eq!(warned[0]["defanged"], "hxxps://paypa1[.]com/login");
    assert_eq!(warned[1]["flags"][0], json!({ "flag": "mismatched_anchor", "shows": "bank.org" }));
    let plain = alice.sends(&room_id, "see https://example.org/a").await;
    let event = bob.get(&format!("/v3/rooms/{}/event/{}", path(&room_id), path(&plain))).await.ok();
    assert_eq!(event["unsigned"].get("org.aside.links"), None);
    let found = alice.post("/_aside/v1/safety/check", json!({ "text": "x", "html": html })).await.ok();
    assert_eq!(found["links"][0]["flags"][0]["flag"], "mismatched_anchor");
}

#[tokio::test]
async fn a_rq_05_people_keep_words_that_they_do_not_want_to_read() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let filters = "/_aside/v1/filters";
    assert_eq!(alice.get(filters).await.ok(), json!({ "phrases": [] }));
    alice.put(filters, json!({ "phrases": ["free money", "crypto*"] })).await.ok();
    assert_eq!(alice.get(filters).await.ok()["phrases"], json!(["free money", "crypto*"]));
    alice.put(filters, json!({ "phrases": ["  "] })).await.refused(400, "M_INVALID_PARAM");
    alice.put(filters, json!({ "phrases": ["x".repeat(300)] })).await.refused(400, "M_INVALID_PARAM");
    let many: Vec<String> = (0..2_001).map(|number| format!("w{number}")).collect();
    alice.put(filters, json!({ "phrases": many })).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn a_sf_05_a_weak_password_is_refused_where_the_operator_says_so() {
    let strict = |settings: &mut aside_domain::Settings| {
        settings.password_min_chars = 10;
        settings.refuse_guessable_passwords = true;
    };
    let server = TestServer::start_with(strict, false).await;
    let registers = async |password: &str| {
        let wanted =
            json!({ "username": "alice", "password": password, "auth": { "type": "m.login.dummy" } });
        server.anonymous().await.post("/v3/register", wanted).await
    };
    for password in ["s3kr1t", "Password1234", "alice-loves-bob", "aaaaaaaaaaaa"] {
        registers(password).await.refused(400, "M_WEAK_PASSWORD");
    }
    registers("correct horse battery").await.ok();
}

#[tokio::test]
async fn a_sf_06_and_a_sf_08_who_would_get_it_is_named_with_whether_they_are_verified() {
    let server = TestServer::start().await;
    let (alice, bank) = (server.person("alice").await, server.person("bank").await);
    let room_id = alice.meets(&bank).await;
    let check = json!({ "text": "DE89 3704 0044 0532 0130 00", "room_id": room_id });
    let found = alice.post("/_aside/v1/safety/check", check.clone()).await.ok();
    assert_eq!(found["counterpart"], json!({ "user_id": bank.user_id, "verified": false, "page": false }));
    let facts = json!({ "people": [{ "user_id": bank.user_id, "verified": true, "page": true }] });
    server.backend().await.post("/_aside/v1/service/people", facts).await.ok();
    let found = alice.post("/_aside/v1/safety/check", check).await.ok();
    assert_eq!(found["counterpart"], json!({ "user_id": bank.user_id, "verified": true, "page": true }));
}

#[tokio::test]
async fn a_sf_15_what_its_author_asks_not_to_pass_on_is_not_passed_on() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let carol = server.person("carol").await;
    let (from, to) = (alice.meets(&bob).await, bob.meets(&carol).await);
    let marked = json!({ "msgtype": "m.text", "body": "between us", "org.aside.no_forward": true });
    let private = alice.sends_event(&from, "m.room.message", marked).await;
    let open = alice.sends(&from, "tell everybody").await;
    let forward = |event_id: &str| {
        json!({
            "msgtype": "m.text", "body": "look", "org.aside.forwarded_from": { "room_id": from, "event_id": event_id },
        })
    };
    let send = |txn: &str| format!("/v3/rooms/{}/send/m.room.message/{txn}", path(&to));
    bob.put(&send("f1"), forward(&private)).await.refused(403, "M_FORBIDDEN");
    bob.put(&send("f2"), forward(&open)).await.ok();
    let unreadable = format!("/v3/rooms/{}/send/m.room.message/f3", path(&to));
    carol.put(&unreadable, forward(&open)).await.refused(404, "M_NOT_FOUND");
    let nonsense = json!({ "msgtype": "m.text", "body": "x", "org.aside.forwarded_from": 7 });
    bob.put(&send("f4"), nonsense).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_rq_05_and_a_rq_11_unwanted_words_and_advertisements_wait_apart() {
    let house_words =
        |settings: &mut aside_domain::Settings| settings.hidden_words = vec!["miracle cure".into()];
    let server = TestServer::start_with(house_words, false).await;
    let bob = server.person("bob").await;
    bob.put("/_aside/v1/filters", json!({ "phrases": ["free money"] })).await.ok();
    let texts = [
        ("alice", "hello, is the bicycle still there?", "requests"),
        ("mallory", "I have FR\u{200b}EE  M0ney for you", "hidden"),
        ("eve", "try this Miracle Cure", "hidden"),
        ("shop", "Special offer: -50% on all shoes, order now at https://shoes.example", "spam"),
    ];
    for (name, text, folder) in texts {
        let sender = server.person(name).await;
        let room_id = aside_testkit::text(&writes_to(&sender, &bob).await.ok()["room_id"]);
        says(&sender, &room_id, "first", words(text)).await.ok();
        let listed = bob.get(&format!("/_aside/v1/requests?folder={folder}")).await.ok();
        let is_there =
            listed["items"].as_array().unwrap().iter().any(|request| request["room_id"] == json!(room_id));
        assert!(is_there, "{name} in {folder}: {listed}");
    }
}

#[tokio::test]
async fn a_marketplace_masks_contacts_until_buyer_and_seller_have_agreed() {
    let server = server_with("current/marketplace").await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let puts = async |edge: Value| {
        server.backend().await.post("/_aside/v1/service/relations", json!({ "put": [edge] })).await.ok();
    };
    let deal = |kind: &str, committed: bool| json!({ "kind": kind, "from": alice.user_id, "to": bob.user_id, "item": "bicycle-7", "committed": committed });
    puts(deal("listing", false)).await;
    let room_id = alice.meets(&bob).await;
    let sent = alice.sends(&room_id, "call me: +49 30 901820").await;
    let event = format!("/v3/rooms/{}/event/{}", path(&room_id), path(&sent));
    let shown = bob.get(&event).await.ok();
    assert_eq!(shown["content"]["body"], "call me: •••••");
    assert_eq!(shown["unsigned"]["org.aside.masked"], true);
    assert!(!bob.syncs("").await.to_string().contains("901820"));
    assert_eq!(alice.get(&event).await.ok()["content"]["body"], "call me: +49 30 901820");
    puts(deal("order", true)).await;
    let shown = bob.get(&event).await.ok();
    assert_eq!(shown["content"]["body"], "call me: +49 30 901820", "what was sent is what is kept");
    assert_eq!(shown["unsigned"].get("org.aside.masked"), None);
}
