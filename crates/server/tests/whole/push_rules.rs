//! Push rules and pushers: what people want to be notified of, and where.

use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

const RULES: &str = "/v3/pushrules/global";

async fn ids(person: &Person, kind: &str) -> Vec<String> {
    let all = person.get("/v3/pushrules/").await.ok();
    all["global"][kind].as_array().unwrap().iter().map(|rule| text(&rule["rule_id"])).collect()
}

fn content_rule(pattern: &str) -> Value {
    json!({ "pattern": pattern, "actions": ["notify"] })
}

#[tokio::test]
async fn everybody_starts_with_the_default_rules_of_the_specification() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let all = alice.get("/v3/pushrules/").await.ok();
    assert_eq!(alice.get("/v3/pushrules").await.ok(), all, "with and without the slash");
    assert_eq!(alice.get("/v3/pushrules/global/").await.ok(), all["global"]);
    assert_eq!(alice.get("/v3/pushrules/global").await.ok(), all["global"]);
    for kind in ["override", "content", "room", "sender", "underride"] {
        assert!(all["global"][kind].is_array(), "{kind} is named even where it is empty");
    }
    assert_eq!(ids(&alice, "override").await[0], ".m.rule.master");
    for rule in [
        ".m.rule.invite_for_me",
        ".m.rule.is_user_mention",
        ".m.rule.is_room_mention",
        ".m.rule.suppress_edits",
    ] {
        assert!(ids(&alice, "override").await.contains(&rule.to_owned()), "{rule}");
    }
    assert_eq!(
        ids(&alice, "underride").await,
        [
            ".m.rule.call",
            ".m.rule.encrypted_room_one_to_one",
            ".m.rule.room_one_to_one",
            ".m.rule.message",
            ".m.rule.encrypted"
        ]
    );
    let mention = alice.get(&format!("{RULES}/override/.m.rule.is_user_mention")).await.ok();
    assert_eq!(mention["conditions"][0]["value"], json!(alice.user_id));
    assert_eq!(mention["default"], json!(true));
}

#[tokio::test]
async fn a_new_rule_is_the_most_important_of_its_kind_unless_it_is_placed() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for (id, place) in [("one", ""), ("two", ""), ("three", "?after=two"), ("four", "?before=one")] {
        alice.put(&format!("{RULES}/content/{id}{place}"), content_rule(id)).await.ok();
    }
    assert_eq!(ids(&alice, "content").await, ["two", "three", "four", "one"]);
    // Moving a rule keeps whether it is enabled; changing it without a place keeps its place.
    alice.put(&format!("{RULES}/content/two/enabled"), json!({ "enabled": false })).await.ok();
    alice.put(&format!("{RULES}/content/two?after=one"), content_rule("second")).await.ok();
    assert_eq!(ids(&alice, "content").await, ["three", "four", "one", "two"]);
    alice.put(&format!("{RULES}/content/four"), content_rule("fourth")).await.ok();
    assert_eq!(ids(&alice, "content").await, ["three", "four", "one", "two"]);
    let two = alice.get(&format!("{RULES}/content/two")).await.ok();
    let expected = json!({
        "rule_id": "two", "pattern": "second", "actions": ["notify"], "enabled": false, "default": false,
    });
    assert_eq!(two, expected);
    // An override rule of one's own stands before the server's, but for the master rule.
    let rule = json!({ "conditions": [], "actions": [] });
    alice.put(&format!("{RULES}/override/quiet"), rule).await.ok();
    assert_eq!(ids(&alice, "override").await[..2], [".m.rule.master", "quiet"]);
    alice.delete(&format!("{RULES}/content/two")).await.ok();
    assert_eq!(ids(&alice, "content").await, ["three", "four", "one"]);
}

#[tokio::test]
async fn rules_are_switched_and_changed() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let message = format!("{RULES}/underride/.m.rule.message");
    assert_eq!(alice.get(&format!("{message}/enabled")).await.ok(), json!({ "enabled": true }));
    alice.put(&format!("{message}/enabled"), json!({ "enabled": false })).await.ok();
    assert_eq!(alice.get(&format!("{message}/enabled")).await.ok(), json!({ "enabled": false }));
    let actions = json!({ "actions": ["notify", { "set_tweak": "sound", "value": "ring" }] });
    alice.put(&format!("{message}/actions"), actions.clone()).await.ok();
    assert_eq!(alice.get(&format!("{message}/actions")).await.ok(), actions);
    assert_eq!(alice.get(&message).await.ok()["enabled"], json!(false));
    let sender = format!("{RULES}/sender/{}", path("@bob:localhost"));
    alice.put(&sender, json!({ "actions": [] })).await.ok();
    assert_eq!(alice.get(&sender).await.ok()["rule_id"], json!("@bob:localhost"));
    let bob = server.person("bob").await;
    assert_eq!(
        bob.get(&format!("{message}/enabled")).await.ok(),
        json!({ "enabled": true }),
        "bob's are his own"
    );
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    alice.put(&format!("{RULES}/content/one"), content_rule("one")).await.ok();
    for (path, body, status, errcode) in [
        ("content/.mine", content_rule("a"), 400, "M_INVALID_PARAM"),
        ("content/a%2Fb", content_rule("a"), 400, "M_INVALID_PARAM"),
        ("content/a%5Cb", content_rule("a"), 400, "M_INVALID_PARAM"),
        ("content/two?before=nothing", content_rule("a"), 400, "M_UNKNOWN"),
        ("content/two?after=nothing", content_rule("a"), 400, "M_UNKNOWN"),
        ("underride/two?after=.m.rule.message", json!({ "conditions": [], "actions": [] }), 400, "M_UNKNOWN"),
        ("other/two", content_rule("a"), 400, "M_INVALID_PARAM"),
        ("content/two", json!({ "actions": ["notify"] }), 400, "M_BAD_JSON"),
        ("content/two", json!({ "pattern": "two" }), 400, "M_BAD_JSON"),
        ("content/two", json!({ "pattern": "", "actions": [] }), 400, "M_INVALID_PARAM"),
        ("content/two", json!({ "pattern": "two", "actions": ["stir up trouble"] }), 400, "M_INVALID_PARAM"),
        ("content/two", json!({ "pattern": "two", "actions": [{ "value": 1 }] }), 400, "M_INVALID_PARAM"),
        ("override/two", json!({ "actions": [] }), 400, "M_BAD_JSON"),
        (
            "override/two",
            json!({ "conditions": [{ "kind": "event_match" }], "actions": [] }),
            400,
            "M_BAD_JSON",
        ),
        ("room/nothing", json!({ "actions": [] }), 400, "M_INVALID_PARAM"),
        ("sender/nobody", json!({ "actions": [] }), 400, "M_INVALID_PARAM"),
        ("content/one/enabled", json!({ "enabled": "yes" }), 400, "M_BAD_JSON"),
        ("content/none/enabled", json!({ "enabled": true }), 404, "M_NOT_FOUND"),
        ("content/none/actions", json!({ "actions": [] }), 404, "M_NOT_FOUND"),
        ("content/one/actions", json!({ "actions": ["dance"] }), 400, "M_INVALID_PARAM"),
    ] {
        let answer = alice.put(&format!("{RULES}/{path}"), body).await;
        assert_eq!(
            (answer.status, answer.body["errcode"].as_str()),
            (status, Some(errcode)),
            "{path}: {}",
            answer.body
        );
    }
    alice.get(&format!("{RULES}/content/none")).await.refused(404, "M_NOT_FOUND");
    alice.get(&format!("{RULES}/other/one")).await.refused(400, "M_INVALID_PARAM");
    alice.delete(&format!("{RULES}/content/none")).await.refused(404, "M_NOT_FOUND");
    alice.delete(&format!("{RULES}/override/.m.rule.master")).await.refused(400, "M_INVALID_PARAM");
    assert_eq!(ids(&alice, "content").await, ["one"], "nothing of it was kept");
}

#[tokio::test]
async fn a_changed_rule_comes_with_the_next_sync() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let rules = |sync: &Value| {
        let events = sync["account_data"]["events"].as_array().cloned().unwrap_or_default();
        events.into_iter().find(|event| event["type"] == "m.push_rules").map(|event| event["content"].clone())
    };
    let first = alice.syncs("").await;
    assert_eq!(rules(&first), Some(alice.get("/v3/pushrules/").await.ok()), "the first sync has them");
    let waiting = {
        let (alice, since) = (alice.clone(), text(&first["next_batch"]));
        tokio::spawn(async move {
            alice.syncs_until(&since, |sync| sync["account_data"]["events"].is_array()).await
        })
    };
    alice.put(&format!("{RULES}/content/word"), content_rule("word")).await.ok();
    let told = rules(&waiting.await.unwrap()).unwrap();
    assert_eq!(told["global"]["content"][0]["rule_id"], json!("word"));
}

fn pusher(pushkey: &str) -> Value {
    json!({
        "app_id": "org.example.app", "pushkey": pushkey, "kind": "http", "app_display_name": "App",
        "device_display_name": "Phone", "lang": "en", "data": { "url": "https://push.example.org/_matrix/push/v1/notify" },
    })
}

#[tokio::test]
async fn pushers_are_set_listed_and_deleted() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    assert_eq!(alice.get("/v3/pushers").await.ok(), json!({ "pushers": [] }));
    alice.post("/v3/pushers/set", pusher("key")).await.ok();
    let mut changed = pusher("key");
    changed["lang"] = json!("de");
    alice.post("/v3/pushers/set", changed.clone()).await.ok();
    assert_eq!(alice.get("/v3/pushers").await.ok(), json!({ "pushers": [changed] }));
    // The phone changes hands: the pusher goes with it, unless both are to have one.
    let mut appended = pusher("key");
    appended["append"] = json!(true);
    bob.post("/v3/pushers/set", appended).await.ok();
    assert_eq!(alice.get("/v3/pushers").await.ok()["pushers"].as_array().unwrap().len(), 1);
    bob.post("/v3/pushers/set", pusher("key")).await.ok();
    assert_eq!(alice.get("/v3/pushers").await.ok(), json!({ "pushers": [] }));
    assert_eq!(bob.get("/v3/pushers").await.ok(), json!({ "pushers": [pusher("key")] }));
    bob.post("/v3/pushers/set", json!({ "app_id": "org.example.app", "pushkey": "key", "kind": null }))
        .await
        .ok();
    assert_eq!(bob.get("/v3/pushers").await.ok(), json!({ "pushers": [] }));
}

#[tokio::test]
async fn pushers_that_cannot_be_are_refused() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for (field, value) in [
        ("pushkey", json!("k".repeat(513))),
        ("pushkey", json!("")),
        ("app_id", json!("a".repeat(65))),
        ("kind", json!("pigeon")),
        ("kind", json!("email")),
        ("data", json!({ "url": "https://push.example.org/elsewhere" })),
        ("data", json!({ "url": "file:///_matrix/push/v1/notify" })),
    ] {
        let mut bad = pusher("key");
        bad[field] = value;
        alice.post("/v3/pushers/set", bad).await.refused(400, "M_INVALID_PARAM");
    }
    let mut without = pusher("key");
    without.as_object_mut().unwrap().remove("lang");
    alice.post("/v3/pushers/set", without).await.refused(400, "M_BAD_JSON");
    assert_eq!(alice.get("/v3/pushers").await.ok(), json!({ "pushers": [] }));
}
