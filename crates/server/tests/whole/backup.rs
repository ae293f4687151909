use aside_testkit::{Person, TestServer, text};
use serde_json::{Value, json};

const ROOM: &str = "%21room:localhost";

async fn creates(person: &Person) -> String {
    let body = json!({ "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": { "public_key": "abc" } });
    text(&person.post("/v3/room_keys/version", body).await.ok()["version"])
}

fn key(is_verified: bool, first_message_index: u32, forwarded_count: u32) -> Value {
    json!({
        "first_message_index": first_message_index,
        "forwarded_count": forwarded_count,
        "is_verified": is_verified,
        "session_data": { "ephemeral": "a", "ciphertext": "b", "mac": format!("{first_message_index}{forwarded_count}") },
    })
}

#[tokio::test]
async fn versions_are_made_found_changed_and_deleted() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    alice.get("/v3/room_keys/version").await.refused(404, "M_NOT_FOUND");
    let first = creates(&alice).await;
    let found = alice.get("/v3/room_keys/version").await.ok();
    assert_eq!(found["version"], json!(first));
    assert_eq!(found["algorithm"], json!("m.megolm_backup.v1.curve25519-aes-sha2"));
    assert_eq!(found["auth_data"], json!({ "public_key": "abc" }));
    assert_eq!((&found["count"], found["etag"].is_string()), (&json!(0), true));

    let path = format!("/v3/room_keys/version/{first}");
    let change = |algorithm: &str, version: &str| json!({ "algorithm": algorithm, "version": version, "auth_data": { "public_key": "changed" } });
    let algorithm = "m.megolm_backup.v1.curve25519-aes-sha2";
    alice.put(&path, change("another", &first)).await.refused(400, "M_INVALID_PARAM");
    alice.put(&path, change(algorithm, "17")).await.refused(400, "M_INVALID_PARAM");
    alice.put("/v3/room_keys/version/17", change(algorithm, "17")).await.refused(404, "M_NOT_FOUND");
    alice.put(&path, change(algorithm, &first)).await.ok();
    assert_eq!(alice.get(&path).await.ok()["auth_data"], json!({ "public_key": "changed" }));

    let second = creates(&alice).await;
    assert_ne!(first, second);
    assert_eq!(alice.get("/v3/room_keys/version").await.ok()["version"], json!(second));
    let path = format!("/v3/room_keys/version/{second}");
    alice.delete(&path).await.ok();
    alice.delete(&path).await.ok();
    alice.delete("/v3/room_keys/version/bogus").await.refused(404, "M_NOT_FOUND");
    alice.get(&path).await.refused(404, "M_NOT_FOUND");
    assert_eq!(alice.get("/v3/room_keys/version").await.ok()["version"], json!(first));
    let third = creates(&alice).await;
    assert_ne!(third, second, "the number of a deleted version is not given again");
    alice.post("/v3/room_keys/version", json!({ "algorithm": "x" })).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn keys_are_stored_read_and_deleted_at_every_depth() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let version = creates(&alice).await;
    let all = format!("/v3/room_keys/keys?version={version}");
    let of_room = format!("/v3/room_keys/keys/{ROOM}?version={version}");
    let one = |session: &str| format!("/v3/room_keys/keys/{ROOM}/{session}?version={version}");
    assert_eq!(alice.get(&all).await.ok(), json!({ "rooms": {} }));
    assert_eq!(alice.get(&of_room).await.ok(), json!({ "sessions": {} }));
    alice.get(&one("a")).await.refused(404, "M_NOT_FOUND");

    let stored = alice.put(&one("a"), key(false, 1, 0)).await.ok();
    assert_eq!(stored["count"], json!(1));
    let again = alice.put(&one("a"), key(false, 1, 0)).await.ok();
    assert_eq!(again, stored, "nothing changed, so neither does the etag");
    let sessions = json!({ "sessions": { "b": key(true, 0, 0), "c": key(true, 0, 0) } });
    let more = alice.put(&of_room, sessions).await.ok();
    assert_eq!(more["count"], json!(3));
    assert_ne!(more["etag"], stored["etag"]);
    let rooms = json!({ "rooms": { "!other:localhost": { "sessions": { "d": key(false, 7, 1) } } } });
    assert_eq!(alice.put(&all, rooms).await.ok()["count"], json!(4));

    assert_eq!(alice.get(&one("a")).await.ok(), key(false, 1, 0));
    let room = alice.get(&of_room).await.ok();
    assert_eq!(
        room,
        json!({ "sessions": { "a": key(false, 1, 0), "b": key(true, 0, 0), "c": key(true, 0, 0) } })
    );
    let everything = alice.get(&all).await.ok();
    assert_eq!(everything["rooms"]["!other:localhost"]["sessions"]["d"], key(false, 7, 1));
    assert_eq!(everything["rooms"]["!room:localhost"], room);
    assert_eq!(alice.get("/v3/room_keys/version").await.ok()["count"], json!(4));

    assert_eq!(alice.delete(&one("a")).await.ok()["count"], json!(3));
    assert_eq!(alice.delete(&one("a")).await.ok()["count"], json!(3));
    assert_eq!(alice.delete(&of_room).await.ok()["count"], json!(1));
    assert_eq!(alice.delete(&all).await.ok()["count"], json!(0));
    assert_eq!(alice.get(&all).await.ok(), json!({ "rooms": {} }));
}

#[tokio::test]
async fn a_key_gives_way_only_to_a_better_one() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let version = creates(&alice).await;
    let path = format!("/v3/room_keys/keys/{ROOM}/session?version={version}");
    let steps = [
        (key(false, 10, 5), true),
        (key(false, 11, 5), false),
        (key(false, 10, 6), false),
        (key(false, 10, 4), true),
        (key(false, 9, 9), true),
        (key(true, 20, 9), true),
        (key(false, 0, 0), false),
    ];
    let mut stored = Value::Null;
    for (new, replaces) in steps {
        alice.put(&path, new.clone()).await.ok();
        if replaces {
            stored = new;
        }
        assert_eq!(alice.get(&path).await.ok(), stored);
    }
}

#[tokio::test]
async fn only_the_current_version_takes_keys() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let old = creates(&alice).await;
    let path = |version: &str| format!("/v3/room_keys/keys/{ROOM}/session?version={version}");
    alice.put(&path(&old), key(false, 0, 0)).await.ok();
    let current = creates(&alice).await;
    let refusal = alice.put(&path(&old), key(true, 0, 0)).await.refused(403, "M_WRONG_ROOM_KEYS_VERSION");
    assert_eq!(refusal["current_version"], json!(current));
    assert_eq!(alice.get(&path(&old)).await.ok(), key(false, 0, 0), "an old one can still be read");
    alice.put(&path("99"), key(false, 0, 0)).await.refused(404, "M_NOT_FOUND");
    alice.get(&path("99")).await.refused(404, "M_NOT_FOUND");
    alice.delete(&path("99")).await.refused(404, "M_NOT_FOUND");
    bob.get(&path(&current)).await.refused(404, "M_NOT_FOUND");
    alice.put(&path(&current), json!({ "is_verified": true })).await.refused(400, "M_BAD_JSON");
    alice.put(&path(&current), key(false, 0, 0)).await.ok();
    alice.delete(&format!("/v3/room_keys/version/{current}")).await.ok();
    alice.get(&path(&current)).await.refused(404, "M_NOT_FOUND");
}
