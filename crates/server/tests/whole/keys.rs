use std::collections::BTreeSet;

use aside_testkit::{Person, TestServer, path, text, timeline};
use serde_json::{Value, json};

use crate::signing::{Identity, Pair, device_keys};

fn one_time_keys(range: std::ops::Range<usize>) -> Value {
    let key = |number: usize| {
        let value = json!({ "key": format!("key{number}"), "signatures": {} });
        (format!("signed_curve25519:{number:04}"), value)
    };
    Value::Object(range.map(key).collect())
}

async fn uploads(person: &Person, body: Value) -> Value {
    person.post("/v3/keys/upload", body).await.ok()
}

async fn uploads_device_keys(person: &Person) -> Pair {
    let pair = Pair::new();
    let keys = device_keys(&person.user_id, &person.device_id, &pair);
    uploads(person, json!({ "device_keys": keys })).await;
    pair
}

async fn queries(person: &Person, other: &Person) -> Value {
    let body = json!({ "device_keys": { &other.user_id: [] } });
    person.post("/v3/keys/query", body).await.ok()
}

/// The key that a claim gets, with its id.
async fn claims(person: &Person, other: &Person) -> Option<(String, Value)> {
    let body = json!({ "one_time_keys": { &other.user_id: { &other.device_id: "signed_curve25519" } } });
    let answer = person.post("/v3/keys/claim", body).await.ok();
    let keys = answer["one_time_keys"][&other.user_id][&other.device_id].as_object()?.clone();
    assert_eq!(keys.len(), 1, "{answer}");
    keys.into_iter().next()
}

fn lists(sync: &Value, section: &str, person: &Person) -> bool {
    sync["device_lists"][section].as_array().is_some_and(|users| users.contains(&json!(person.user_id)))
}

/// Syncs on until the other's devices are listed; answers where that ended.
async fn sees(person: &Person, since: &str, section: &str, other: &Person) -> String {
    text(&person.syncs_until(since, |sync| lists(sync, section, other)).await["next_batch"])
}

/// Where the person is after everything so far.
async fn now(person: &Person) -> String {
    text(&person.syncs("").await["next_batch"])
}

#[tokio::test]
async fn uploaded_device_keys_are_found_as_they_were_uploaded() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let pair = Pair::new();
    let mut keys = device_keys(&alice.user_id, &alice.device_id, &pair);
    let answer = uploads(&alice, json!({ "device_keys": keys, "one_time_keys": one_time_keys(0..3) })).await;
    assert_eq!(answer["one_time_key_counts"], json!({ "signed_curve25519": 3 }));
    keys["unsigned"] = json!({});
    let found = queries(&bob, &alice).await;
    assert_eq!(found["device_keys"][&alice.user_id], json!({ &alice.device_id: keys }));
    let renamed = format!("/v3/devices/{}", alice.device_id);
    alice.put(&renamed, json!({ "display_name": "Alice's telephone" })).await.ok();
    let found = queries(&bob, &alice).await;
    let unsigned = &found["device_keys"][&alice.user_id][&alice.device_id]["unsigned"];
    assert_eq!(unsigned, &json!({ "device_display_name": "Alice's telephone" }));
    let body = json!({ "device_keys": { &alice.user_id: ["OTHER"], &bob.user_id: [] } });
    let found = bob.post("/v3/keys/query", body).await.ok();
    assert_eq!(found["device_keys"], json!({ &alice.user_id: {}, &bob.user_id: {} }));
}

#[tokio::test]
async fn a_query_leaves_out_who_is_unknown_and_names_servers_that_cannot_be_asked() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let body = json!({ "device_keys": { "@nobody:localhost": [], "@zoe:elsewhere.example": [] } });
    let found = alice.post("/v3/keys/query", body).await.ok();
    assert!(found["device_keys"].get("@nobody:localhost").is_none());
    assert!(found["failures"]["elsewhere.example"].is_object(), "{found}");
    let body = json!({ "device_keys": { &alice.user_id: { "DEVICE": "object" } } });
    alice.post("/v3/keys/query", body).await.refused(400, "M_BAD_JSON");
    let claim = json!({ "one_time_keys": { "@zoe:elsewhere.example": { "A": "signed_curve25519" } } });
    let claimed = alice.post("/v3/keys/claim", claim).await.ok();
    assert_eq!(claimed["one_time_keys"], json!({}));
    assert!(claimed["failures"]["elsewhere.example"].is_object());
}

#[tokio::test]
async fn keys_of_another_device_or_of_no_shape_are_refused() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let pair = Pair::new();
    let refused: [(Value, u16, &str); 8] = [
        (json!({ "device_keys": device_keys(&bob.user_id, &bob.device_id, &pair) }), 400, "M_INVALID_PARAM"),
        (json!({ "device_keys": device_keys(&alice.user_id, "OTHER", &pair) }), 400, "M_INVALID_PARAM"),
        (json!({ "device_keys": { "algorithms": [] } }), 400, "M_BAD_JSON"),
        (json!({ "device_keys": "keys" }), 400, "M_BAD_JSON"),
        (json!({ "one_time_keys": { "signed_curve25519:A": 7 } }), 400, "M_BAD_JSON"),
        (json!({ "one_time_keys": { "nonsense": "key" } }), 400, "M_BAD_JSON"),
        (json!({ "one_time_keys": [] }), 400, "M_BAD_JSON"),
        (
            json!({ "fallback_keys": { "signed_curve25519:A": "a", "signed_curve25519:B": "b" } }),
            400,
            "M_INVALID_PARAM",
        ),
    ];
    for (body, status, errcode) in refused {
        alice.post("/v3/keys/upload", body).await.refused(status, errcode);
    }
    let big = json!({ "one_time_keys": { "signed_curve25519:A": { "key": "x".repeat(10_000) } } });
    alice.post("/v3/keys/upload", big).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn a_repeated_upload_is_fine_and_another_key_of_the_same_name_is_not() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    uploads(&alice, json!({ "one_time_keys": one_time_keys(0..3) })).await;
    let again = uploads(&alice, json!({ "one_time_keys": one_time_keys(1..4) })).await;
    assert_eq!(again["one_time_key_counts"], json!({ "signed_curve25519": 4 }));
    let other = json!({ "signed_curve25519:0002": { "key": "another", "signatures": {} }, "signed_curve25519:9": "new" });
    alice.post("/v3/keys/upload", json!({ "one_time_keys": other })).await.refused(400, "M_INVALID_PARAM");
    let counts = uploads(&alice, json!({})).await;
    assert_eq!(counts["one_time_key_counts"], json!({ "signed_curve25519": 4 }), "nothing of it was stored");
}

#[tokio::test]
async fn keys_are_handed_out_in_the_order_of_their_uploads() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    for number in [5, 1, 3] {
        uploads(&alice, json!({ "one_time_keys": one_time_keys(number..number + 1) })).await;
    }
    for number in [5, 1, 3] {
        let (id, key) = claims(&bob, &alice).await.unwrap();
        assert_eq!(id, format!("signed_curve25519:{number:04}"));
        assert_eq!(key["key"], json!(format!("key{number}")));
    }
    assert_eq!(claims(&bob, &alice).await, None);
}

#[tokio::test]
async fn a_fallback_key_serves_when_the_others_are_gone_until_it_is_replaced() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let fallback = |name: &str| json!({ "signed_curve25519:fallback": { "key": name, "fallback": true, "signatures": {} } });
    uploads(&alice, json!({ "one_time_keys": one_time_keys(0..1), "fallback_keys": fallback("first") }))
        .await;
    let sync = alice.syncs("").await;
    assert_eq!(sync["device_one_time_keys_count"], json!({ "signed_curve25519": 1 }));
    assert_eq!(sync["device_unused_fallback_key_types"], json!(["signed_curve25519"]));
    assert_eq!(claims(&bob, &alice).await.unwrap().0, "signed_curve25519:0000");
    for _ in 0..2 {
        let (id, key) = claims(&bob, &alice).await.unwrap();
        assert_eq!((id.as_str(), &key["key"]), ("signed_curve25519:fallback", &json!("first")));
    }
    let since = text(&sync["next_batch"]);
    let sync = alice.syncs(&since).await;
    assert_eq!(
        sync["device_one_time_keys_count"],
        json!({ "signed_curve25519": 0 }),
        "also where nothing is new"
    );
    assert_eq!(sync["device_unused_fallback_key_types"], json!([]));
    uploads(&alice, json!({ "fallback_keys": fallback("first") })).await;
    assert_eq!(
        alice.syncs(&since).await["device_unused_fallback_key_types"],
        json!([]),
        "a repetition is no new key"
    );
    uploads(&alice, json!({ "fallback_keys": fallback("second") })).await;
    let sync = alice.syncs(&since).await;
    assert_eq!(sync["device_unused_fallback_key_types"], json!(["signed_curve25519"]));
    assert_eq!(claims(&bob, &alice).await.unwrap().1["key"], json!("second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_fifty_keys_is_handed_out_once_to_sixty_four_who_claim_at_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    uploads(&alice, json!({ "one_time_keys": one_time_keys(0..50) })).await;
    let claims: Vec<_> = (0..64)
        .map(|_| {
            let (alice, bob) = (alice.clone(), bob.clone());
            tokio::spawn(async move { claims(&bob, &alice).await })
        })
        .collect();
    let mut ids = Vec::new();
    for claim in claims {
        ids.extend(claim.await.unwrap().map(|(id, _)| id));
    }
    assert_eq!(ids.len(), 50);
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>().len(), 50);
}

#[tokio::test]
async fn whoever_shares_a_room_hears_that_devices_changed() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    alice.meets(&bob).await;
    let (from_alice, from_bob, from_eve) = (now(&alice).await, now(&bob).await, now(&eve).await);
    let waiting = tokio::spawn({
        let (alice, bob, since) = (alice.clone(), bob.clone(), from_bob.clone());
        async move { sees(&bob, &since, "changed", &alice).await }
    });
    let pair = Pair::new();
    let keys = json!({ "device_keys": device_keys(&alice.user_id, &alice.device_id, &pair) });
    uploads(&alice, keys.clone()).await;
    let since = waiting.await.unwrap();
    sees(&alice, &from_alice, "changed", &alice).await;
    assert!(eve.syncs(&from_eve).await.get("device_lists").is_none());
    uploads(&alice, keys).await;
    assert!(bob.syncs(&since).await.get("device_lists").is_none(), "the same keys are no change");
    let changes = format!("/v3/keys/changes?from={from_bob}&to={since}");
    assert_eq!(bob.get(&changes).await.ok(), json!({ "changed": [&alice.user_id], "left": [] }));
    let changes = format!("/v3/keys/changes?from={since}&to={since}");
    assert_eq!(bob.get(&changes).await.ok(), json!({ "changed": [], "left": [] }));
    bob.get(&format!("/v3/keys/changes?from=nonsense&to={since}")).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn people_who_come_to_share_a_room_look_at_each_other_and_those_who_part_do_not() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let (from_alice, from_bob) = (now(&alice).await, now(&bob).await);
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    bob.joins(&room_id).await;
    sees(&alice, &from_alice, "changed", &bob).await;
    let since_bob = sees(&bob, &from_bob, "changed", &alice).await;
    let come = |sync: &Value| {
        timeline(sync, &room_id).iter().any(|event| event["state_key"] == bob.user_id.as_str())
    };
    let since_alice = text(&alice.syncs_until(&from_alice, come).await["next_batch"]);

    // A new name is no coming.
    let member = json!({ "membership": "join", "displayname": "Robert" });
    let event_id = bob.sets_state(&room_id, "m.room.member", &bob.user_id, member).await;
    let renamed = alice.receives(&since_alice, &room_id, &event_id).await;
    assert!(!lists(&renamed, "changed", &bob), "{renamed}");

    let other_room = alice.creates_room(json!({ "preset": "public_chat" })).await;
    bob.joins(&other_room).await;
    let since_alice = sees(&alice, &text(&renamed["next_batch"]), "changed", &bob).await;
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    let event_id = alice.sends(&room_id, "gone").await;
    let parted = alice.receives(&since_alice, &room_id, &event_id).await;
    assert!(!lists(&parted, "left", &bob), "they still share the other room: {parted}");
    bob.post(&format!("/v3/rooms/{}/leave", path(&other_room)), json!({})).await.ok();
    let since_alice = sees(&alice, &text(&parted["next_batch"]), "left", &bob).await;
    sees(&bob, &since_bob, "left", &alice).await;

    uploads_device_keys(&bob).await;
    assert!(!lists(&alice.syncs(&since_alice).await, "changed", &bob), "strangers hear nothing");
    bob.joins(&room_id).await;
    sees(&alice, &since_alice, "changed", &bob).await;
}

#[tokio::test]
async fn a_first_sync_has_no_device_lists() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    alice.meets(&bob).await;
    uploads_device_keys(&alice).await;
    let sync = bob.syncs("").await;
    assert!(sync.get("device_lists").is_none(), "{sync}");
}

#[tokio::test]
async fn a_device_that_logs_out_takes_its_keys_along_and_others_hear_of_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    alice.meets(&bob).await;
    uploads_device_keys(&alice).await;
    uploads(&alice, json!({ "one_time_keys": one_time_keys(0..1) })).await;
    let since = now(&bob).await;
    alice.post("/v3/logout", json!({})).await.ok();
    sees(&bob, &since, "changed", &alice).await;
    assert_eq!(queries(&bob, &alice).await["device_keys"][&alice.user_id], json!({}));
    assert_eq!(claims(&bob, &alice).await, None);
}

async fn publishes(person: &Person) -> Identity {
    let identity = Identity::new(&person.user_id);
    person.post("/v3/keys/device_signing/upload", identity.upload()).await.ok();
    identity
}

#[tokio::test]
async fn the_first_cross_signing_keys_need_no_password_and_the_same_again_neither() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.registers("alice", "correct horse").await, server.person("bob").await);
    let identity = publishes(&alice).await;
    alice.post("/v3/keys/device_signing/upload", identity.upload()).await.ok();
    let seen = queries(&bob, &alice).await;
    assert_eq!(seen["master_keys"][&alice.user_id], identity.upload()["master_key"]);
    assert_eq!(seen["self_signing_keys"][&alice.user_id], identity.upload()["self_signing_key"]);
    assert!(seen["user_signing_keys"].get(&alice.user_id).is_none(), "{seen}");
    let own = queries(&alice, &alice).await;
    assert_eq!(own["user_signing_keys"][&alice.user_id], identity.upload()["user_signing_key"]);

    let mut other = Identity::new(&alice.user_id).upload();
    let demand = alice.post("/v3/keys/device_signing/upload", other.clone()).await;
    assert_eq!(demand.status, 401, "{}", demand.body);
    assert_eq!(demand.body["flows"][0]["stages"], json!(["m.login.password"]));
    assert_eq!(queries(&bob, &alice).await["master_keys"], seen["master_keys"]);
    other["auth"] = json!({
        "type": "m.login.password",
        "session": demand.body["session"],
        "identifier": { "type": "m.id.user", "user": "alice" },
        "password": "correct horse",
    });
    alice.post("/v3/keys/device_signing/upload", other.clone()).await.ok();
    assert_eq!(queries(&bob, &alice).await["master_keys"][&alice.user_id], other["master_key"]);
}

#[tokio::test]
async fn cross_signing_keys_that_are_not_right_are_refused() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let identity = Identity::new(&alice.user_id);
    let upload = identity.upload();
    let refuse = async |body: Value, status: u16, errcode: &str| {
        alice.post("/v3/keys/device_signing/upload", body).await.refused(status, errcode);
    };
    let self_signing = upload["self_signing_key"].clone();
    refuse(json!({ "self_signing_key": self_signing }), 400, "M_MISSING_PARAM").await;
    let unsigned = identity.self_signing.as_key(&alice.user_id, "self_signing");
    let with_master = |key: Value| json!({ "master_key": upload["master_key"], "self_signing_key": key });
    refuse(with_master(unsigned.clone()), 400, "M_INVALID_SIGNATURE").await;
    let by_another = Pair::new().signs_as(&alice.user_id, &identity.master.public, &unsigned);
    refuse(with_master(by_another), 400, "M_INVALID_SIGNATURE").await;
    refuse(json!({ "master_key": self_signing }), 400, "M_INVALID_PARAM").await;
    let of_bob = identity.master.as_key("@bob:localhost", "master");
    refuse(json!({ "master_key": of_bob }), 400, "M_INVALID_PARAM").await;
    let mut two = upload["master_key"].clone();
    two["keys"]["ed25519:another"] = json!("another");
    refuse(json!({ "master_key": two }), 400, "M_INVALID_PARAM").await;
    let found = queries(&alice, &alice).await;
    assert!(found["master_keys"].get(&alice.user_id).is_none(), "nothing of it was stored: {found}");
}

async fn signs(person: &Person, other: &str, key: &str, object: Value) -> Value {
    person.post("/v3/keys/signatures/upload", json!({ other: { key: object } })).await.ok()
}

#[tokio::test]
async fn signatures_on_own_devices_and_master_key_are_seen_by_everybody() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    alice.meets(&bob).await;
    let device = uploads_device_keys(&alice).await;
    let identity = publishes(&alice).await;
    let since = now(&bob).await;
    let keys = device_keys(&alice.user_id, &alice.device_id, &device);
    let signed = identity.self_signing.signs(&alice.user_id, &keys);
    assert_eq!(signs(&alice, &alice.user_id, &alice.device_id, signed.clone()).await, json!({}));
    let master = identity.upload()["master_key"].clone();
    let signed_master = device.signs_as(&alice.user_id, &alice.device_id, &master);
    let answer = signs(&alice, &alice.user_id, &identity.master.public, signed_master.clone()).await;
    assert_eq!(answer, json!({}));
    sees(&bob, &since, "changed", &alice).await;
    let found = queries(&bob, &alice).await;
    let found_device = &found["device_keys"][&alice.user_id][&alice.device_id];
    assert_eq!(found_device["signatures"], signed["signatures"]);
    assert_eq!(found["master_keys"][&alice.user_id], signed_master);
}

#[tokio::test]
async fn a_signature_on_somebody_else_is_seen_by_its_maker_alone() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    let (of_alice, of_bob) = (publishes(&alice).await, publishes(&bob).await);
    let since = now(&alice).await;
    let master = of_bob.upload()["master_key"].clone();
    let signed = of_alice.user_signing.signs(&alice.user_id, &master);
    assert_eq!(signs(&alice, &bob.user_id, &of_bob.master.public, signed.clone()).await, json!({}));
    sees(&alice, &since, "changed", &bob).await;
    assert_eq!(queries(&alice, &bob).await["master_keys"][&bob.user_id], signed);
    for person in [&bob, &eve] {
        assert_eq!(queries(person, &bob).await["master_keys"][&bob.user_id], master);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_signature_is_told_by_key() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let device = uploads_device_keys(&alice).await;
    let (of_alice, of_bob) = (publishes(&alice).await, publishes(&bob).await);
    let failure = async |user_id: &str, key: &str, object: Value| {
        let answer = signs(&alice, user_id, key, object).await;
        text(&answer["failures"][user_id][key]["errcode"])
    };
    let keys = device_keys(&alice.user_id, &alice.device_id, &device);
    let forged = Pair::new().signs_as(&alice.user_id, &of_alice.self_signing.public, &keys);
    assert_eq!(failure(&alice.user_id, &alice.device_id, forged).await, "M_INVALID_SIGNATURE");
    let mut other_keys = keys.clone();
    other_keys["algorithms"] = json!([]);
    let changed = of_alice.self_signing.signs(&alice.user_id, &other_keys);
    assert_eq!(failure(&alice.user_id, &alice.device_id, changed).await, "M_INVALID_PARAM");
    assert_eq!(failure(&alice.user_id, "NODEVICE", keys.clone()).await, "M_NOT_FOUND");
    let master = of_bob.upload()["master_key"].clone();
    let by_self_signing = of_alice.self_signing.signs(&alice.user_id, &master);
    let bobs = of_bob.master.public.as_str();
    assert_eq!(failure(&bob.user_id, bobs, by_self_signing).await, "M_INVALID_SIGNATURE");
    assert_eq!(failure("@nobody:localhost", bobs, master).await, "M_NOT_FOUND");
    let self_signing = of_bob.upload()["self_signing_key"].clone();
    let signed = of_alice.user_signing.signs(&alice.user_id, &self_signing);
    assert_eq!(failure(&bob.user_id, &of_bob.self_signing.public, signed).await, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_key_that_signs_others_is_announced_to_its_owner_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.registers("alice", "correct horse").await, server.person("bob").await);
    alice.meets(&bob).await;
    let identity = publishes(&alice).await;
    let (from_alice, from_bob) = (now(&alice).await, now(&bob).await);
    let other = Pair::new();
    let key = identity.master.signs(&alice.user_id, &other.as_key(&alice.user_id, "user_signing"));
    let user = json!({ "type": "m.id.user", "user": "alice" });
    let auth = json!({ "type": "m.login.password", "identifier": user, "password": "correct horse" });
    let body = json!({ "user_signing_key": key, "auth": auth });
    alice.post("/v3/keys/device_signing/upload", body).await.ok();
    sees(&alice, &from_alice, "changed", &alice).await;
    assert!(!lists(&bob.syncs(&from_bob).await, "changed", &alice));
}
