//! Relations between people: who follows, knows and likes whom, and what the platform says about people.

use std::time::{Duration, Instant};

use aside_testkit::{Person, TestServer, path};
use serde_json::{Value, json};

pub const SERVICE: &str = "/_aside/v1/service";

fn with(kind: &str, other: &Person) -> String {
    format!("/_aside/v1/relations/{kind}/{}", path(&other.user_id))
}

/// Says that somebody follows, likes or asks somebody; answers whether it holds both ways now.
pub async fn says(person: &Person, kind: &str, other: &Person) -> bool {
    let answer = person.put(&with(kind, other), json!({})).await.ok();
    answer["mutual"].as_bool().unwrap()
}

/// User ids, or items, of the first page of a list.
async fn lists(person: &Person, query: &str) -> Vec<String> {
    let answer = person.get(&format!("/_aside/v1/relations?{query}")).await.ok();
    names(&answer)
}

fn names(page: &Value) -> Vec<String> {
    let name = |item: &Value| {
        let name = if item["user_id"].is_null() { &item["item"] } else { &item["user_id"] };
        name.as_str().unwrap().to_owned()
    };
    page["items"].as_array().unwrap().iter().map(name).collect()
}

/// What the platform's backend says about relations.
pub async fn platform_puts(server: &TestServer, edges: Value) -> Value {
    let backend = server.backend().await;
    backend.post(&format!("{SERVICE}/relations"), json!({ "put": edges })).await.ok()
}

/// What the platform's backend says about somebody.
pub async fn platform_knows(server: &TestServer, person: &Person, mut facts: Value) {
    facts["user_id"] = json!(person.user_id);
    let body = json!({ "people": [facts] });
    let answer = server.backend().await.post(&format!("{SERVICE}/people"), body).await.ok();
    assert_eq!(answer, json!({ "done": 1, "skipped": [] }));
}

#[tokio::test]
async fn people_follow_each_other_and_see_who_follows_them() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    assert!(!says(&alice, "follow", &bob).await);
    assert!(!says(&alice, "follow", &bob).await, "saying it again changes nothing");
    assert_eq!(lists(&alice, "kind=follow").await, [bob.user_id.clone()]);
    assert_eq!(lists(&bob, "kind=follow&direction=in").await, [alice.user_id.clone()]);
    assert_eq!(lists(&bob, "kind=follow").await, [""; 0]);

    assert!(says(&bob, "follow", &alice).await, "each follows the other");
    let page = alice.get("/_aside/v1/relations?kind=follow&direction=in").await.ok();
    assert_eq!(page["items"][0]["mutual"], true);
    assert_eq!(page.get("next_batch"), None);

    alice.delete(&with("follow", &bob)).await.ok();
    assert_eq!(lists(&bob, "kind=follow&direction=in").await, [""; 0]);
    assert_eq!(lists(&bob, "kind=follow").await, [alice.user_id.clone()], "who follows goes on following");
}

#[tokio::test]
async fn a_connection_is_asked_for_and_accepted_and_ends_for_both() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    assert!(!says(&alice, "connection", &bob).await);
    assert_eq!(lists(&bob, "kind=connection&direction=in&pending=true").await, [alice.user_id.clone()]);
    assert_eq!(lists(&alice, "kind=connection&pending=true").await, [bob.user_id.clone()]);

    assert!(says(&bob, "connection", &alice).await, "asking back is accepting");
    for (person, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(lists(person, "kind=connection").await, [other.user_id.clone()]);
        assert_eq!(lists(person, "kind=connection&direction=in&pending=true").await, [""; 0]);
    }

    bob.delete(&with("connection", &alice)).await.ok();
    for person in [&alice, &bob] {
        assert_eq!(lists(person, "kind=connection").await, [""; 0]);
        assert_eq!(lists(person, "kind=connection&direction=in").await, [""; 0]);
    }
}

#[tokio::test]
async fn who_is_declined_does_not_hear_of_it_and_cannot_ask_again_at_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let decline = format!("{}/decline", with("contact", &alice));
    bob.post(&decline, json!({})).await.refused(404, "M_NOT_FOUND");
    says(&alice, "contact", &bob).await;
    bob.post(&decline, json!({})).await.ok();

    assert_eq!(lists(&bob, "kind=contact&direction=in").await, [""; 0]);
    assert_eq!(lists(&alice, "kind=contact&pending=true").await, [bob.user_id.clone()], "it looks as before");
    alice.delete(&with("contact", &bob)).await.ok();
    says(&alice, "contact", &bob).await;
    assert_eq!(lists(&bob, "kind=contact&direction=in").await, [""; 0]);

    assert!(says(&bob, "contact", &alice).await, "who declined may think again");
    bob.post(&decline, json!({})).await.refused(404, "M_NOT_FOUND");
    bob.post(&format!("{}/decline", with("follow", &alice)), json!({})).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_like_is_a_secret_until_it_is_a_match() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    assert!(!says(&alice, "like", &bob).await);
    bob.get("/_aside/v1/relations?kind=like&direction=in").await.refused(403, "M_FORBIDDEN");
    assert!(says(&bob, "like", &alice).await);
    let page = alice.get("/_aside/v1/relations?kind=like").await.ok();
    assert_eq!((names(&page), &page["items"][0]["mutual"]), (vec![bob.user_id.clone()], &json!(true)));
}

#[tokio::test]
async fn only_pages_can_be_liked_as_pages() {
    let server = TestServer::start().await;
    let (alice, shop) = (server.person("alice").await, server.person("shop").await);
    alice.put(&with("page_like", &shop), json!({})).await.refused(400, "M_INVALID_PARAM");
    platform_knows(&server, &shop, json!({ "page": true })).await;
    says(&alice, "page_like", &shop).await;
    assert_eq!(lists(&shop, "kind=page_like&direction=in").await, [alice.user_id.clone()]);
}

#[tokio::test]
async fn people_say_only_what_is_theirs_to_say() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    for kind in ["match", "order", "suggested", "paid_credit", "block", "mute", "group", "friend"] {
        alice.put(&with(kind, &bob), json!({})).await.refused(400, "M_INVALID_PARAM");
    }
    alice.put(&with("follow", &alice), json!({})).await.refused(400, "M_INVALID_PARAM");
    let nobody = Person { user_id: "@nobody:localhost".into(), ..bob.clone() };
    alice.put(&with("follow", &nobody), json!({})).await.refused(404, "M_NOT_FOUND");
    let elsewhere = Person { user_id: "@bob:elsewhere.example".into(), ..bob.clone() };
    alice.put(&with("follow", &elsewhere), json!({})).await.refused(404, "M_NOT_FOUND");
    for query in ["", "kind=follow&direction=up", "kind=follow&from=nonsense", "kind=follow&limit=-1"] {
        alice.get(&format!("/_aside/v1/relations?{query}")).await.refused(400, "M_INVALID_PARAM");
    }
    let edges = json!({ "put": [{ "kind": "match", "from": alice.user_id, "to": bob.user_id }] });
    alice.post(&format!("{SERVICE}/relations"), edges).await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn who_is_blocked_follows_and_asks_in_vain_and_does_not_notice() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    platform_puts(&server, json!([{ "kind": "block", "from": bob.user_id, "to": alice.user_id }])).await;
    assert!(!says(&alice, "contact", &bob).await);
    assert_eq!(lists(&alice, "kind=contact").await, [bob.user_id.clone()]);
    assert_eq!(lists(&bob, "kind=contact&direction=in").await, [""; 0]);
    alice.get("/_aside/v1/relations?kind=block&direction=in").await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.person("alice").await;
    for name in ["bob", "carol", "dave"] {
        server.clock.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
        says(&alice, "follow", &server.person(name).await).await;
    }
    let first = alice.get("/_aside/v1/relations?kind=follow&limit=2").await.ok();
    assert_eq!(names(&first), ["@dave:localhost", "@carol:localhost"]);
    let from = path(first["next_batch"].as_str().unwrap());
    let second = alice.get(&format!("/_aside/v1/relations?kind=follow&limit=2&from={from}")).await.ok();
    assert_eq!((names(&second), second.get("next_batch")), (vec!["@bob:localhost".to_owned()], None));
}

#[tokio::test]
async fn the_platform_writes_and_deletes_relations_and_may_repeat_itself() {
    let server = TestServer::start().await;
    let (alice, bob, backend) =
        (server.person("alice").await, server.person("bob").await, server.backend().await);
    let to = |kind: &str| json!({ "kind": kind, "from": alice.user_id, "to": bob.user_id });
    let mut order = to("order");
    order["item"] = json!("order-7");
    order["label"] = json!("A lamp");
    let group = json!({ "kind": "group", "from": alice.user_id, "item": "chess" });
    let unknown = json!({ "kind": "follow", "from": alice.user_id, "to": "@nobody:localhost" });
    let mut mutual = to("follow");
    mutual["mutual"] = json!(true);
    let edges = json!([to("match"), order, unknown, group, mutual]);
    for _ in 0..2 {
        let answer = platform_puts(&server, edges.clone()).await;
        let done = json!({ "put": { "done": 4, "skipped": [2] }, "delete": { "done": 0, "skipped": [] } });
        assert_eq!(answer, done);
    }
    for (person, other) in [(&alice, &bob), (&bob, &alice)] {
        assert_eq!(lists(person, "kind=match").await, [other.user_id.clone()], "it holds both ways");
        assert_eq!(lists(person, "kind=follow").await, [other.user_id.clone()]);
    }
    assert_eq!(lists(&alice, "kind=group").await, ["chess"]);

    order["committed"] = json!(true);
    let body = json!({ "put": [order], "delete": [to("match"), to("follow"), order] });
    let answer = backend.post(&format!("{SERVICE}/relations"), body).await.ok();
    assert_eq!(answer["delete"], json!({ "done": 3, "skipped": [] }));
    assert_eq!(lists(&bob, "kind=match").await, [""; 0]);
    assert_eq!(lists(&bob, "kind=follow").await, [alice.user_id.clone()], "only one way was to go");
    let query = "relations?kind=order&direction=in";
    let of_bob = backend.get(&format!("{SERVICE}/people/{}/{query}", path(&bob.user_id))).await.ok();
    let item = &of_bob["items"][0];
    assert_eq!(
        [&item["item"], &item["label"], &item["committed"], &item["user_id"]],
        [&json!("order-7"), &json!("A lamp"), &json!(true), &json!(alice.user_id)],
        "what is both deleted and put is there"
    );
}

#[tokio::test]
async fn one_impossible_relation_refuses_the_whole_call() {
    let server = TestServer::start().await;
    let (alice, bob, backend) =
        (server.person("alice").await, server.person("bob").await, server.backend().await);
    let good = json!({ "kind": "follow", "from": alice.user_id, "to": bob.user_id });
    for bad in [
        json!({ "kind": "follow", "from": alice.user_id }),
        json!({ "kind": "follow", "from": alice.user_id, "to": alice.user_id }),
        json!({ "kind": "follow", "from": alice.user_id, "to": bob.user_id, "item": "x" }),
        json!({ "kind": "order", "from": alice.user_id, "to": bob.user_id }),
        json!({ "kind": "order", "from": alice.user_id, "to": bob.user_id, "item": "" }),
        json!({ "kind": "group", "from": alice.user_id, "to": bob.user_id, "item": "x" }),
        json!({ "kind": "group", "from": alice.user_id, "item": "x".repeat(256) }),
        json!({ "kind": "group", "from": alice.user_id, "item": "x", "label": "x".repeat(256) }),
    ] {
        let body = json!({ "put": [good, bad] });
        backend.post(&format!("{SERVICE}/relations"), body).await.refused(400, "M_INVALID_PARAM");
    }
    for bad in
        [json!({ "kind": "friend", "from": alice.user_id }), json!({ "kind": "follow", "from": "alice" })]
    {
        let body = json!({ "put": [good, bad] });
        backend.post(&format!("{SERVICE}/relations"), body).await.refused(400, "M_BAD_JSON");
    }
    assert_eq!(lists(&alice, "kind=follow").await, [""; 0]);
    let many = vec![good; 10_001];
    let body = json!({ "put": many });
    backend.post(&format!("{SERVICE}/relations"), body).await.refused(413, "M_TOO_LARGE");
}

/// Also says how long it takes, and that others can write meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_relations_are_one_call() {
    const PEOPLE: usize = 200;
    let server = TestServer::start().await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(server.person(&format!("person{number}")).await);
    }
    let follows = |from: usize, step: usize| json!({ "kind": "follow", "from": people[from].user_id, "to": people[(from + step) % PEOPLE].user_id });
    let edges: Vec<Value> = (0..PEOPLE)
        .flat_map(|from| (1..=10_000 / PEOPLE).map(move |step| (from, step)))
        .map(|(from, step)| follows(from, step))
        .collect();
    assert_eq!(edges.len(), 10_000);

    let room_id = people[0].creates_room(json!({})).await;
    let begun = Instant::now();
    let bulk = tokio::spawn({
        let backend = server.backend().await;
        async move { backend.post(&format!("{SERVICE}/relations"), json!({ "put": edges })).await.ok() }
    });
    let mut longest = Duration::ZERO;
    while !bulk.is_finished() {
        let sending = Instant::now();
        people[0].sends(&room_id, "meanwhile").await;
        longest = longest.max(sending.elapsed());
    }
    let answer = bulk.await.unwrap();
    let took = begun.elapsed();
    println!("10,000 relations took {took:?}; a message sent meanwhile took at most {longest:?}");
    assert_eq!(answer["put"], json!({ "done": 10_000, "skipped": [] }));
    assert_eq!(lists(&people[7], "kind=follow&limit=200").await.len(), 50);
    assert_eq!(lists(&people[7], "kind=follow&direction=in&limit=200").await.len(), 50);
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert!(longest < Duration::from_secs(5), "a message waited {longest:?}");
}

#[tokio::test]
async fn what_the_platform_knows_of_people_is_for_the_platform() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, backend) = (server.person("alice").await, server.backend().await);
    let place = format!("{SERVICE}/people/{}", path(&alice.user_id));
    let made = server.clock.load(std::sync::atomic::Ordering::SeqCst);
    let unknown = json!({
        "verified": false, "badges": [], "page": false, "open": false, "created_ts": made, "trust_from_ts": made,
    });
    assert_eq!(backend.get(&place).await.ok(), unknown);

    // The clock stands on 2027-01-15.
    platform_knows(
        &server,
        &alice,
        json!({ "birth_date": "2011-01-16", "verified": true, "badges": ["artist"] }),
    )
    .await;
    platform_knows(&server, &alice, json!({ "trust_from_ts": made + 5, "page": true, "open": true })).await;
    let known = json!({
        "age": 15, "verified": true, "badges": ["artist"], "page": true, "open": true,
        "created_ts": made, "trust_from_ts": made + 5,
    });
    assert_eq!(backend.get(&place).await.ok(), known, "what isn't said stays");
    server.clock.fetch_add(24 * 60 * 60 * 1000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(backend.get(&place).await.ok()["age"], 16, "a birthday");

    let forget = json!({ "birth_date": null, "age_band": { "min": 18, "max": 24 }, "trust_from_ts": null, "badges": [] });
    platform_knows(&server, &alice, forget).await;
    let answer = backend.get(&place).await.ok();
    assert_eq!(
        [&answer["age"], &answer["trust_from_ts"], &answer["badges"]],
        [&json!(18), &json!(made), &json!([])]
    );

    alice.get(&place).await.refused(401, "M_UNKNOWN_TOKEN");
    backend.get(&format!("{SERVICE}/people/%40nobody%3Alocalhost")).await.refused(404, "M_NOT_FOUND");
    for wrong in [
        json!({ "birth_date": "2011-02-30" }),
        json!({ "age_band": { "min": 20, "max": 18 } }),
        json!({ "badges": [""] }),
    ] {
        let mut person = wrong;
        person["user_id"] = json!(alice.user_id);
        let body = json!({ "people": [person] });
        backend.post(&format!("{SERVICE}/people"), body).await.refused(400, "M_INVALID_PARAM");
    }
}
