//! Notifications through push gateways, while people are away.

use std::sync::atomic::Ordering;

use aside_domain::Settings;
use aside_testkit::{Outside, Person, TestServer, path};
use serde_json::{Value, json};

pub(crate) const NOTIFY: &str = "/_matrix/push/v1/notify";

/// Alice and Bob, who has a phone with a gateway, and the room where they are.
struct Away {
    server: TestServer,
    gateway: Outside,
    alice: Person,
    bob: Person,
    room_id: String,
}

async fn away_with(change: impl FnOnce(&mut Settings), fake_clock: bool) -> Away {
    let (server, gateway) = (TestServer::start_with(change, fake_clock).await, Outside::start().await);
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    Away { server, gateway, alice, bob, room_id }
}

async fn away() -> Away {
    away_with(|settings| settings.push_content = true, false).await
}

fn pusher(gateway: &Outside, pushkey: &str, format: Option<&str>) -> Value {
    let mut data = json!({ "url": gateway.url(NOTIFY), "colour": "blue" });
    if let Some(format) = format {
        data["format"] = json!(format);
    }
    json!({
        "app_id": "org.example.app", "pushkey": pushkey, "kind": "http", "app_display_name": "App",
        "device_display_name": "Phone", "lang": "en", "data": data,
    })
}

impl Away {
    async fn registers(&self, format: Option<&str>) {
        self.bob.post("/v3/pushers/set", pusher(&self.gateway, "key", format)).await.ok();
    }

    async fn told(&self) -> Value {
        let asked = self.gateway.asked().await;
        assert_eq!(asked.path, NOTIFY);
        asked.json()["notification"].clone()
    }

    async fn reads(&self, event_id: &str) {
        let receipt = format!("/v3/rooms/{}/receipt/m.read/{}", path(&self.room_id), path(event_id));
        self.bob.post(&receipt, json!({})).await.ok();
    }
}

#[tokio::test]
async fn a_gateway_is_told_what_the_specification_says() {
    let away = away().await;
    away.registers(None).await;
    let named = json!({ "membership": "join", "displayname": "Alice" });
    away.alice.sets_state(&away.room_id, "m.room.member", &away.alice.user_id, named).await;
    away.alice.sets_state(&away.room_id, "m.room.name", "", json!({ "name": "Us" })).await;
    let event_id = away.alice.sends(&away.room_id, "hello").await;
    let told = away.told().await;
    assert_eq!((&told["event_id"], &told["room_id"]), (&json!(event_id), &json!(away.room_id)));
    assert_eq!((&told["type"], &told["sender"]), (&json!("m.room.message"), &json!(away.alice.user_id)));
    assert_eq!((&told["room_name"], &told["sender_display_name"]), (&json!("Us"), &json!("Alice")));
    assert_eq!((&told["prio"], &told["counts"]), (&json!("high"), &json!({ "unread": 1 })));
    assert_eq!(told["content"], json!({ "msgtype": "m.text", "body": "hello" }));
    let device = &told["devices"][0];
    assert_eq!((&device["app_id"], &device["pushkey"]), (&json!("org.example.app"), &json!("key")));
    assert_eq!(device["data"], json!({ "colour": "blue" }), "without the address");
    assert_eq!(device["tweaks"], json!({ "sound": "default" }));
    assert!(device["pushkey_ts"].as_i64().is_some_and(|seconds| seconds > 1_700_000_000));
}

#[tokio::test]
async fn who_wants_only_ids_gets_only_ids() {
    let away = away().await;
    away.registers(Some("event_id_only")).await;
    let event_id = away.alice.sends(&away.room_id, "a secret").await;
    let told = away.told().await;
    let mut fields: Vec<&String> = told.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["counts", "devices", "event_id", "prio", "room_id"]);
    assert_eq!(told["event_id"], json!(event_id));
    assert_eq!(told["devices"][0]["data"], json!({ "colour": "blue", "format": "event_id_only" }));
}

#[tokio::test]
async fn no_gateway_gets_what_is_said_unless_the_operator_lets_it_and_then_the_label_says_so() {
    let away = away_with(|_| {}, false).await;
    away.registers(None).await;
    away.alice.sends(&away.room_id, "a secret").await;
    let told = away.told().await;
    assert!(told["event_id"].is_string() && told["content"].is_null() && told["sender"].is_null(), "{told}");
    let readers = async |away: &Away| {
        let label = away.alice.get(&format!("/_aside/v1/rooms/{}/security", path(&away.room_id))).await.ok();
        label["readable_by"].to_string()
    };
    assert!(!readers(&away).await.contains("push_gateways"));
    assert!(readers(&self::away().await).await.contains("push_gateways"));
}

#[tokio::test]
async fn what_disappears_leaves_no_copy_at_a_gateway() {
    let away = away().await;
    away.registers(None).await;
    let content = json!({ "msgtype": "m.image", "body": "look", "url": "mxc://localhost/a", "org.aside.view_once": true });
    away.alice.sends_event(&away.room_id, "m.room.message", content).await;
    let told = away.told().await;
    assert!(told["event_id"].is_string() && told["content"].is_null(), "{told}");
    away.alice.sets_state(&away.room_id, "org.aside.timer", "", json!({ "after_ms": 86_400_000 })).await;
    away.alice.sends(&away.room_id, "for a day").await;
    assert!(away.told().await["content"].is_null());
}

#[tokio::test]
async fn reading_takes_the_number_off_the_phone_and_what_was_read_is_not_pushed() {
    let away = away().await;
    away.registers(None).await;
    away.alice.sends(&away.room_id, "one").await;
    assert_eq!(away.told().await["counts"], json!({ "unread": 1 }));
    let second = away.alice.sends(&away.room_id, "two").await;
    assert_eq!(away.told().await["counts"], json!({ "unread": 2 }));
    away.reads(&second).await;
    let told = away.told().await;
    assert_eq!(told["counts"], json!({ "unread": 0 }));
    assert!(told["event_id"].is_null() && told["devices"][0]["pushkey"] == "key", "{told}");
    away.reads(&second).await;
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn only_what_the_rules_say_is_pushed() {
    let away = away().await;
    away.registers(None).await;
    away.bob.sends(&away.room_id, "my own words").await;
    away.alice.sends_event(&away.room_id, "m.reaction", json!({})).await;
    away.alice
        .sends_event(&away.room_id, "m.room.message", json!({ "msgtype": "m.notice", "body": "a bot" }))
        .await;
    away.gateway.is_left_alone().await;
    let rule = json!({ "actions": [] });
    away.bob.put(&format!("/v3/pushrules/global/room/{}", path(&away.room_id)), rule).await.ok();
    away.alice.sends(&away.room_id, "muted").await;
    away.gateway.is_left_alone().await;
    let mention =
        json!({ "msgtype": "m.text", "body": "Bob!", "m.mentions": { "user_ids": [away.bob.user_id] } });
    away.alice.sends_event(&away.room_id, "m.room.message", mention).await;
    assert_eq!(away.told().await["devices"][0]["tweaks"]["highlight"], json!(true));
}

#[tokio::test]
async fn a_blocked_person_wakes_nobody_and_a_strangers_request_does() {
    let away = away().await;
    away.registers(None).await;
    away.bob.put(&format!("/_aside/v1/blocks/{}", path(&away.alice.user_id)), json!({})).await.ok();
    away.alice.sends(&away.room_id, "do you hear me?").await;
    away.gateway.is_left_alone().await;
    let carol = away.server.person("carol").await;
    let wanted = json!({ "is_direct": true, "preset": "trusted_private_chat", "invite": [away.bob.user_id] });
    let room_id = carol.creates_room(wanted).await;
    let told = away.told().await;
    assert_eq!((&told["room_id"], &told["type"]), (&json!(room_id), &json!("m.room.member")));
    assert_eq!(told["user_is_target"], json!(true));
    carol.sends(&room_id, "are you the Bob from the choir?").await;
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn a_push_that_fails_is_tried_again_and_comes_once() {
    let away = away_with(|settings| settings.push_content = true, true).await;
    away.registers(None).await;
    away.gateway.answers(NOTIFY, 503, "text/plain", "busy");
    let event_id = away.alice.sends(&away.room_id, "hello").await;
    assert_eq!(away.told().await["event_id"], json!(event_id));
    away.gateway.is_left_alone().await;
    away.alice.sends(&away.room_id, "are you there?").await;
    away.gateway.is_left_alone().await;
    away.gateway.answers(NOTIFY, 200, "application/json", "{}");
    away.server.clock.fetch_add(2_000, Ordering::SeqCst);
    assert_eq!(away.told().await["content"]["body"], "hello");
    assert_eq!(away.told().await["content"]["body"], "are you there?");
    away.server.clock.fetch_add(60_000, Ordering::SeqCst);
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn a_rejected_push_key_ends_its_pusher() {
    let away = away().await;
    away.registers(None).await;
    away.gateway.answers(NOTIFY, 200, "application/json", r#"{ "rejected": ["key"] }"#);
    away.alice.sends(&away.room_id, "hello").await;
    away.told().await;
    let gone = async || away.bob.get("/v3/pushers").await.ok() == json!({ "pushers": [] });
    for _ in 0..100 {
        if gone().await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(gone().await);
    away.alice.sends(&away.room_id, "hello again").await;
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn a_pusher_goes_with_its_device() {
    let away = away().await;
    away.registers(None).await;
    away.alice.sends(&away.room_id, "one").await;
    away.told().await;
    away.bob.post("/v3/logout", json!({})).await.ok();
    away.alice.sends(&away.room_id, "two").await;
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn a_gateway_in_the_operators_network_is_not_reached_unless_that_is_allowed() {
    let away = away_with(|settings| settings.outbound_allow = Vec::new(), false).await;
    away.registers(None).await;
    away.alice.sends(&away.room_id, "hello").await;
    away.gateway.is_left_alone().await;
}

#[tokio::test]
async fn messages_that_come_at_once_are_pushed_in_their_order() {
    let away = away().await;
    away.registers(None).await;
    let mut sent = Vec::new();
    for number in 0..10 {
        sent.push(away.alice.sends(&away.room_id, &format!("number {number}")).await);
    }
    let mut told = Vec::new();
    for _ in 0..10 {
        told.push(aside_testkit::text(&away.told().await["event_id"]));
    }
    assert_eq!(told, sent);
    away.gateway.is_left_alone().await;
}
