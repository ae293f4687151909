use aside_testkit::{Person, TestServer, path};
use serde_json::{Value, json};

async fn finds(person: &Person, term: &str) -> Vec<String> {
    let found = person.post("/v3/user_directory/search", json!({ "search_term": term })).await.ok();
    let results = found["results"].as_array().unwrap();
    results.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()).collect()
}

async fn is_called(person: &Person, name: &str) {
    let field = format!("/v3/profile/{}/displayname", path(&person.user_id));
    person.put(&field, json!({ "displayname": name })).await.ok();
}

/// The directory learns names a little later.
async fn finds_at_last(person: &Person, term: &str, wanted: &[&Person]) {
    let wanted: Vec<&str> = wanted.iter().map(|person| person.user_id.as_str()).collect();
    for _ in 0..100 {
        if finds(person, term).await == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{term:?} finds {:?}, not {wanted:?}", finds(person, term).await);
}

#[tokio::test]
async fn people_find_each_other_by_any_of_their_names() {
    let server = TestServer::start().await;
    let alice = server.person("alice.l").await;
    let (albert, bob) = (server.person("albert").await, server.person("bob").await);
    is_called(&alice, "Älice Liddell").await;
    for term in ["älice", "ÄLICE LID", "lid", "alice", "@alice.l:localhost", "alice.l", "liddell alice"] {
        finds_at_last(&bob, term, &[&alice]).await;
    }
    finds_at_last(&bob, "al", &[&albert, &alice]).await;
    finds_at_last(&bob, "alice bert", &[]).await;
    assert_eq!(finds(&bob, "bob").await, Vec::<String>::new(), "nobody looks for themselves");
    assert_eq!(finds(&bob, "").await, Vec::<String>::new());
    assert_eq!(finds(&bob, "%").await, Vec::<String>::new());
    is_called(&alice, "Wonder").await;
    finds_at_last(&bob, "wonder", &[&alice]).await;
    finds_at_last(&bob, "liddell", &[]).await;
    finds_at_last(&bob, "alice", &[&alice]).await;
}

#[tokio::test]
async fn a_search_has_a_limit_and_says_so() {
    let server = TestServer::start().await;
    let bob = server.person("bob").await;
    for number in 0..12 {
        server.person(&format!("anna{number:02}")).await;
    }
    server.person("anna").await;
    let search = async |body: Value| bob.post("/v3/user_directory/search", body).await.ok();
    let found = search(json!({ "search_term": "anna" })).await;
    assert_eq!(found["results"].as_array().unwrap().len(), 10);
    assert_eq!(found["limited"], true);
    assert_eq!(found["results"][0]["user_id"], "@anna:localhost", "who is called exactly so comes first");
    let found = search(json!({ "search_term": "anna", "limit": 13 })).await;
    assert_eq!((found["results"].as_array().unwrap().len(), &found["limited"]), (13, &json!(false)));
    let refused = bob.post("/v3/user_directory/search", json!({ "limit": 1 })).await;
    refused.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn a_found_person_has_a_face() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    is_called(&alice, "Alice").await;
    let field = format!("/v3/profile/{}/avatar_url", path(&alice.user_id));
    alice.put(&field, json!({ "avatar_url": "mxc://localhost/face" })).await.ok();
    let found = bob.post("/v3/user_directory/search", json!({ "search_term": "alice" })).await.ok();
    let face = json!({
        "user_id": "@alice:localhost", "display_name": "Alice", "avatar_url": "mxc://localhost/face"
    });
    assert_eq!(found, json!({ "results": [face], "limited": false }));
    let nobody = server.anonymous().await;
    let search = json!({ "search_term": "alice" });
    nobody.post("/v3/user_directory/search", search).await.refused(401, "M_MISSING_TOKEN");
}
