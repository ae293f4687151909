use aside_testkit::{Person, TestServer, path, timeline};
use serde_json::{Value, json};

fn field(person: &Person, field: &str) -> String {
    format!("/v3/profile/{}/{field}", path(&person.user_id))
}

#[tokio::test]
async fn everybody_reads_a_profile_and_its_owner_writes_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let nobody = server.anonymous().await;
    let whole = format!("/v3/profile/{}", path(&alice.user_id));
    assert_eq!(nobody.get(&whole).await.ok(), json!({}));
    nobody.get(&field(&alice, "displayname")).await.refused(404, "M_NOT_FOUND");
    nobody.get("/v3/profile/%40nobody%3Alocalhost").await.refused(404, "M_NOT_FOUND");
    nobody.get("/v3/profile/%40alice%3Aelsewhere").await.refused(404, "M_NOT_FOUND");
    nobody.get("/v3/profile/alice").await.refused(400, "M_INVALID_PARAM");

    for (name, value) in [
        ("displayname", json!("Alice")),
        ("avatar_url", json!("mxc://localhost/face")),
        ("m.tz", json!("Europe/Berlin")),
        ("org.example.pets", json!(["cat", { "name": null }])),
    ] {
        alice.put(&field(&alice, name), json!({ name: value })).await.ok();
        assert_eq!(nobody.get(&field(&alice, name)).await.ok(), json!({ name: value }));
        bob.put(&field(&alice, name), json!({ name: value })).await.refused(403, "M_FORBIDDEN");
        nobody.put(&field(&alice, name), json!({ name: value })).await.refused(401, "M_MISSING_TOKEN");
        bob.delete(&field(&alice, name)).await.refused(403, "M_FORBIDDEN");
    }
    let wanted = json!({
        "displayname": "Alice", "avatar_url": "mxc://localhost/face", "m.tz": "Europe/Berlin",
        "org.example.pets": ["cat", { "name": null }]
    });
    assert_eq!(nobody.get(&whole).await.ok(), wanted);
    alice.delete(&field(&alice, "org.example.pets")).await.ok();
    alice.delete(&field(&alice, "org.example.pets")).await.ok();
    nobody.get(&field(&alice, "org.example.pets")).await.refused(404, "M_NOT_FOUND");
    alice.put(&field(&alice, "displayname"), json!({ "displayname": "" })).await.ok();
    nobody.get(&field(&alice, "displayname")).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_profile_has_limits() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let put = async |name: &str, body: Value| alice.put(&field(&alice, name), body).await;
    put("displayname", json!({})).await.refused(400, "M_MISSING_PARAM");
    put("displayname", json!({ "display_name": "Alice" })).await.refused(400, "M_MISSING_PARAM");
    put("displayname", json!({ "displayname": 7 })).await.refused(400, "M_INVALID_PARAM");
    put("displayname", json!({ "displayname": "x".repeat(257) })).await.refused(400, "M_INVALID_PARAM");
    put("displayname", json!([])).await.refused(400, "M_BAD_JSON");
    put("Loud", json!({ "Loud": 1 })).await.refused(400, "M_INVALID_PARAM");
    let long = "k".repeat(256);
    put(&long, json!({ &long: 1 })).await.refused(400, "M_KEY_TOO_LARGE");
    put("org.example.book", json!({ "org.example.book": "x".repeat(40_000) })).await.ok();
    let second = json!({ "org.example.tome": "x".repeat(40_000) });
    put("org.example.tome", second).await.refused(400, "M_PROFILE_TOO_LARGE");
    put("org.example.book", json!({ "org.example.book": "x".repeat(40_001) })).await.ok();
}

#[tokio::test]
async fn rooms_hear_of_a_new_name_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let since = bob.syncs("").await["next_batch"].as_str().unwrap().to_owned();
    for name in ["A", "Al", "Ali", "Alice"] {
        alice.put(&field(&alice, "displayname"), json!({ "displayname": name })).await.ok();
    }
    alice.put(&field(&alice, "m.tz"), json!({ "m.tz": "Europe/Berlin" })).await.ok();
    let is_news = |event: &Value| {
        event["state_key"] == alice.user_id.as_str() && event["content"]["displayname"] == "Alice"
    };
    let told = bob.syncs_until(&since, |sync| timeline(sync, &room_id).iter().any(is_news)).await;
    let event = timeline(&told, &room_id).into_iter().find(is_news).unwrap();
    assert_eq!(event["content"]["membership"], "join");
    // The same name again is no news.
    alice.put(&field(&alice, "displayname"), json!({ "displayname": "Alice" })).await.ok();
    let last = alice.sends(&room_id, "hello").await;
    let heard = bob.receives(told["next_batch"].as_str().unwrap(), &room_id, &last).await;
    assert_eq!(timeline(&heard, &room_id).len(), 1, "{heard}");
}
