//! What protects a conversation, told truthfully.

use std::time::Duration;

use aside_testkit::{Person, TestServer, path, timeline};
use serde_json::{Value, json};

async fn label(person: &Person, room_id: &str) -> Value {
    person.get(&format!("/_aside/v1/rooms/{}/security", path(room_id))).await.ok()
}

fn readers(label: &Value) -> Vec<String> {
    label["readable_by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reader| reader["who"].as_str().unwrap().to_owned())
        .collect()
}

fn encryption() -> Value {
    json!({ "algorithm": "m.megolm.v1.aes-sha2" })
}

async fn upload_keys(person: &Person) {
    let Person { user_id, device_id, .. } = person;
    let keys = json!({ format!("ed25519:{device_id}"): "lEuiRJBit0IG6nUf5pUzWTUEsRVVe/HJkoKuEww9ULI",
        format!("curve25519:{device_id}"): "3C5BFWi2Y8MaVvjM8M22DBmh24PmgR0nPvJOIArzgyI" });
    let device = json!({ "user_id": user_id, "device_id": device_id, "keys": keys,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"], "signatures": {} });
    person.post("/v3/keys/upload", json!({ "device_keys": device })).await;
}

#[tokio::test]
async fn a_pr_01_an_encrypted_conversation_is_for_its_members_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let state = json!({ "type": "m.room.encryption", "content": encryption() });
    let room_id = alice
        .creates_room(json!({ "is_direct": true, "invite": [bob.user_id], "initial_state": [state] }))
        .await;
    bob.joins(&room_id).await;
    let label = label(&bob, &room_id).await;
    assert_eq!((&label["level"], &label["searchable"]), (&json!("end_to_end"), &json!(false)));
    assert_eq!(readers(&label), ["members"]);
    assert_eq!(label["encryption"]["algorithm"], "m.megolm.v1.aes-sha2");
    assert_eq!(label["encryption"]["after_plain_messages"], false);
    assert!(label["text"].as_str().unwrap().starts_with("Messages are encrypted end-to-end"));
}

#[tokio::test]
async fn a_pr_02_and_a_pr_12_a_conversation_that_the_server_can_read_says_so_and_who_reads() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let label = label(&alice, &room_id).await;
    assert_eq!(readers(&label), ["members", "later_members", "operator", "disk_access"]);
    assert_eq!((&label["sealed"], &label["searchable"]), (&json!(false), &json!(true)));
    assert!(
        label["text"].as_str().unwrap().contains("whoever runs this server or reads its disks can read them")
    );
    let carol = server.person("carol").await;
    let security = format!("/_aside/v1/rooms/{}/security", path(&room_id));
    carol.get(&security).await.refused(403, "M_FORBIDDEN");
    carol.get("/_aside/v1/rooms/nonsense/security").await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_pr_03_the_label_claims_encryption_on_the_way_only_where_there_is_some() {
    for (base_url, level) in
        [("http://127.0.0.1:8008", "nothing"), ("https://chat.example.org", "in_transit")]
    {
        let server = TestServer::start_with(|settings| settings.base_url = base_url.into(), false).await;
        let (alice, bob) = (server.person("alice").await, server.person("bob").await);
        let room_id = alice.meets(&bob).await;
        let label = label(&alice, &room_id).await;
        assert_eq!(label["level"], level);
        assert_eq!(label["text"].as_str().unwrap().contains("travel unencrypted"), level == "nothing");
    }
}

#[tokio::test]
async fn a_pr_02_encryption_that_came_late_and_devices_that_nobody_confirmed_are_told() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    alice.sends(&room_id, "before").await;
    alice.sets_state(&room_id, "m.room.encryption", "", encryption()).await;
    upload_keys(&bob).await;
    let label = label(&alice, &room_id).await;
    assert_eq!(label["encryption"]["after_plain_messages"], true);
    if let Some(unverified) =
        label["readable_by"].as_array().unwrap().iter().find(|r| r["who"] == "unverified_devices")
    {
        assert_eq!((&unverified["count"], &unverified["user_ids"]), (&json!(1), &json!([bob.user_id])));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pr_02_a_change_is_announced_in_the_conversation() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    alice.sets_state(&room_id, "org.aside.timer", "", json!({ "after_ms": 30_000 })).await;
    let told = |sync: &Value| {
        let events = timeline(sync, &room_id);
        events
            .into_iter()
            .filter(|event| event["type"] == "org.aside.security")
            .map(|event| event["content"].clone())
            .next_back()
    };
    let sync = bob.syncs_until("", |sync| told(sync).is_some()).await;
    let content = told(&sync).unwrap();
    assert_eq!((&content["level"], &content["disappears_after_ms"]), (&json!("nothing"), &json!(30_000)));
    assert!(content["body"].as_str().unwrap().contains("deleted 30 seconds after"), "{content}");
    alice.sets_state(&room_id, "m.room.encryption", "", encryption()).await;
    bob.syncs_until("", |sync| told(sync).is_some_and(|content| content["level"] == "end_to_end")).await;
    let state = format!("/v3/rooms/{}/state/org.aside.security/", path(&room_id));
    let forged = json!({ "level": "end_to_end", "body": "trust me" });
    alice.put(&state, forged).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_ne!(alice.get(&state).await.ok()["body"], "trust me", "only the server writes it");
}

#[tokio::test]
async fn a_pr_04_signalling_of_calls_goes_through_an_encrypted_conversation_as_ciphertext() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    alice.sets_state(&room_id, "m.room.encryption", "", encryption()).await;
    let offer = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACg", "session_id": "s" });
    let sent = alice.sends_event(&room_id, "m.room.encrypted", offer.clone()).await;
    let sync = bob.receives("", &room_id, &sent).await;
    let event = timeline(&sync, &room_id).into_iter().find(|event| event["event_id"] == json!(sent)).unwrap();
    assert_eq!(event["content"], offer, "the server passes on what it can't read");
}

#[tokio::test]
async fn a_pr_05_and_a_pr_06_what_is_known_besides_is_told_with_how_long_it_is_kept() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    alice.sets_state(&room_id, "m.room.encryption", "", encryption()).await;
    alice.sets_state(&room_id, "org.aside.timer", "", json!({ "after_ms": 3_600_000 })).await;
    let label = label(&bob, &room_id).await;
    let known = |what: &str| {
        let metadata = label["metadata"].as_array().unwrap();
        metadata.iter().find(|known| known["what"] == what).unwrap_or_else(|| panic!("{what}")).clone()
    };
    assert!(known("messages")["text"].as_str().unwrap().contains("This can be counted"));
    assert_eq!(known("messages")["kept"], "with_the_room");
    assert_eq!((&known("content")["kept"], &known("content")["kept_ms"]), (&json!("for"), &json!(3_600_000)));
    assert_eq!(known("queue")["kept_ms"], json!(30_i64 * 24 * 3_600_000));
    assert_eq!(known("receipts")["kept"], "until_replaced");
    for what in ["members", "state", "relations", "devices", "notifications", "media"] {
        known(what);
    }
}

#[tokio::test]
async fn a_pr_10_no_third_party_is_among_those_who_can_read() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let known = [
        "members",
        "world",
        "later_members",
        "unverified_devices",
        "push_gateways",
        "operator",
        "disk_access",
    ];
    assert!(readers(&label(&alice, &room_id).await).iter().all(|who| known.contains(&who.as_str())));
    let open =
        json!({ "type": "m.room.history_visibility", "content": { "history_visibility": "world_readable" } });
    let public = alice.creates_room(json!({ "initial_state": [open] })).await;
    assert!(
        readers(&label(&alice, &public).await).contains(&"world".to_owned()),
        "what is public is said to be"
    );
    // Without a session nothing is handed out, to whoever asks.
    let anybody = server.anonymous().await;
    anybody
        .get(&format!("/v3/rooms/{}/messages?dir=b", path(&room_id)))
        .await
        .refused(401, "M_MISSING_TOKEN");
}

#[tokio::test]
async fn jobs_that_were_given_up_are_for_the_operator_alone() {
    let token = "a service token of some length";
    let server = TestServer::start_with(|settings| settings.service_tokens = vec![token.into()], false).await;
    let alice = server.person("alice").await;
    alice.get("/_aside/v1/jobs/dead").await.refused(401, "M_UNKNOWN_TOKEN");
    let operator = Person { token: token.into(), ..alice };
    assert_eq!(operator.get("/_aside/v1/jobs/dead").await.ok(), json!({ "jobs": [] }));
}
