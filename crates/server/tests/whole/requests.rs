//! Message requests: what waits until somebody says yes or no.

use aside_domain::Settings;
use aside_testkit::{Person, TestServer, bodies, path, text};
use serde_json::{Value, json};

use crate::policy::{direct, refused_by, relate, says, words, writes_to};

async fn two() -> (TestServer, Person, Person) {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    (server, alice, bob)
}

/// Alice writes to Bob for the first time.
async fn asks(alice: &Person, bob: &Person, body: &str) -> String {
    let room_id = text(&writes_to(alice, bob).await.ok()["room_id"]);
    says(alice, &room_id, "first", words(body)).await.ok();
    room_id
}

async fn requests(person: &Person, query: &str) -> Vec<Value> {
    let answer = person.get(&format!("/_aside/v1/requests{query}")).await.ok();
    answer["items"].as_array().unwrap().clone()
}

fn rooms(listed: &[Value]) -> Vec<String> {
    listed.iter().map(|request| text(&request["room_id"])).collect()
}

async fn answers(person: &Person, room_id: &str, answer: &str) -> aside_testkit::Answer {
    person.post(&format!("/_aside/v1/requests/{}/answer", path(room_id)), json!({ "answer": answer })).await
}

async fn membership(person: &Person, room_id: &str, of: &Person) -> Value {
    let member = format!("/v3/rooms/{}/state/m.room.member/{}", path(room_id), path(&of.user_id));
    person.get(&member).await.ok()["membership"].clone()
}

#[tokio::test]
async fn a_rq_01_a_strangers_first_message_waits_in_requests_while_clients_show_an_invite() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hello, may I ask you something?").await;
    let sync = bob.syncs("").await;
    let invite = &sync["rooms"]["invite"][&room_id]["invite_state"]["events"];
    assert!(invite.as_array().is_some_and(|events| !events.is_empty()), "{sync}");
    assert!(sync["rooms"]["join"][&room_id].is_null());
    let listed = requests(&bob, "?folder=requests").await;
    assert_eq!(rooms(&listed), [room_id.clone()]);
    let request = &listed[0];
    assert_eq!((&request["sender"], &request["unread"]), (&json!(alice.user_id), &json!(true)));
    assert_eq!((&request["stranger"], &request["direct"]), (&json!(true), &json!(true)));
    assert_eq!(request["snippet"], "hello, may I ask you something?");
    assert_eq!(requests(&alice, "").await, Vec::<Value>::new());
    let preview = bob.get(&format!("/_aside/v1/requests/{}", path(&room_id))).await.ok();
    assert_eq!(bodies(&preview["messages"]), ["hello, may I ask you something?"]);
    assert_eq!((&preview["link_mode"], &preview["media_mode"]), (&json!("plain_text"), &json!("blur_tap")));
    alice.get(&format!("/_aside/v1/requests/{}", path(&room_id))).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_rq_02_accepting_makes_an_ordinary_conversation_for_both() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "the first words").await;
    answers(&bob, &room_id, "accept").await.ok();
    let page = bob.get(&format!("/v3/rooms/{}/messages?dir=b&limit=50", path(&room_id))).await.ok();
    assert!(bodies(&page["chunk"]).contains(&"the first words".to_owned()), "the history is there: {page}");
    for (person, other) in [(&alice, &bob), (&bob, &alice)] {
        let list = format!("/v3/user/{}/account_data/m.direct", path(&person.user_id));
        assert_eq!(person.get(&list).await.ok()[&other.user_id], json!([room_id]));
    }
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    assert_eq!(rooms(&requests(&bob, "?state=accepted").await), [room_id.clone()]);
    for number in 0..5 {
        says(&alice, &room_id, &format!("more{number}"), words("and more")).await.ok();
    }
    answers(&bob, &room_id, "decline").await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_rq_02_joining_with_any_client_is_accepting() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hi").await;
    bob.joins(&room_id).await;
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    assert_eq!(rooms(&requests(&bob, "?state=accepted").await), [room_id.clone()]);
    let list = format!("/v3/user/{}/account_data/m.direct", path(&alice.user_id));
    assert_eq!(alice.get(&list).await.ok()[&bob.user_id], json!([room_id]));
}

#[tokio::test]
async fn a_rq_02_leaving_with_any_client_is_declining_and_the_sender_is_not_told() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hi").await;
    let before = alice.syncs_until("", |sync| sync.to_string().contains("\"hi\"")).await;
    let since = text(&bob.syncs("").await["next_batch"]);
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    let sync = bob.syncs(&since).await;
    assert!(sync["rooms"]["leave"][&room_id].is_object(), "Bob's other devices see it gone: {sync}");
    assert!(bob.syncs("").await["rooms"]["invite"][&room_id].is_null());
    assert_eq!(membership(&alice, &room_id, &bob).await, "invite");
    let after = alice.syncs(&text(&before["next_batch"])).await;
    assert!(after["rooms"]["join"][&room_id].is_null(), "{after}");
    says(&alice, &room_id, "second", words("still there?")).await.ok();
    assert_eq!(rooms(&requests(&bob, "?state=declined").await), [room_id.clone()]);
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    bob.post(&format!("/v3/rooms/{}/forget", path(&room_id)), json!({})).await.ok();
}

#[tokio::test]
async fn a_declined_sender_may_ask_again_only_after_a_while() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = asks(&alice, &bob, "hi").await;
    answers(&bob, &room_id, "decline").await.ok();
    assert_eq!(text(&writes_to(&alice, &bob).await.ok()["room_id"]), room_id);
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    let group = alice.creates_room(json!({ "is_direct": true, "name": "x", "invite": [bob.user_id] })).await;
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new(), "another room doesn't help");
    assert_eq!(membership(&alice, &group, &bob).await, "invite");
    server.clock.fetch_add(2_592_001_000, std::sync::atomic::Ordering::SeqCst);
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    assert_eq!(rooms(&requests(&bob, "").await), [room_id]);
}

#[tokio::test]
async fn the_sender_is_told_where_the_profile_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "[profile]\nid = \"mine\"\n[decline]\nnotify_sender = true\n").unwrap();
    let server = crate::policy::server_with(file.to_str().unwrap()).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = asks(&alice, &bob, "hi").await;
    answers(&bob, &room_id, "decline").await.ok();
    assert_eq!(membership(&alice, &room_id, &bob).await, "leave");
    refused_by(writes_to(&alice, &bob).await, "decline.retry_after_s");
}

#[tokio::test]
async fn a_rq_03_known_people_and_strangers_are_told_apart() {
    let (server, alice, bob) = two().await;
    let carol = server.person("carol").await;
    relate(&server, "contact", &bob, &carol).await;
    let stranger = asks(&alice, &bob, "hello").await;
    let known = asks(&carol, &bob, "it is me").await;
    assert_eq!(rooms(&requests(&bob, "?folder=inbox").await), [known.clone()]);
    assert_eq!(rooms(&requests(&bob, "?folder=requests").await), [stranger]);
    for number in 0..5 {
        says(&carol, &known, &format!("m{number}"), words("friends aren't counted")).await.ok();
    }
}

#[tokio::test]
async fn a_rq_04_to_06_requests_are_found_by_sender_word_and_priority() {
    let (server, alice, bob) = two().await;
    let carol = server.person("carol").await;
    let from_alice = asks(&alice, &bob, "about the bicycle in your window").await;
    let from_carol = asks(&carol, &bob, "about your talk").await;
    assert_eq!(rooms(&requests(&bob, "?sender=caro").await), [from_carol.clone()]);
    assert_eq!(rooms(&requests(&bob, "?keyword=BICYCLE").await), [from_alice.clone()]);
    assert_eq!(rooms(&requests(&bob, "?keyword=about").await).len(), 2);
    // Also a word of an earlier message, and one that the list doesn't show.
    says(&carol, &from_carol, "more", words(&format!("{}I liked the slides", "very ".repeat(60)))).await.ok();
    for word in ["talk", "slides"] {
        assert_eq!(rooms(&requests(&bob, &format!("?keyword={word}")).await), [from_carol.clone()], "{word}");
    }
    let verified = json!({ "people": [{ "user_id": alice.user_id, "verified": true }] });
    server.backend().await.post("/_aside/v1/service/people", verified).await.ok();
    assert_eq!(rooms(&requests(&bob, "?sort=priority").await), [from_alice.clone(), from_carol.clone()]);
    let listed = requests(&bob, "?sender=alice").await;
    assert_eq!(listed[0]["facts"]["verified"], true);
    bob.post(&format!("/_aside/v1/requests/{}/read", path(&from_alice)), json!({})).await.ok();
    assert_eq!(rooms(&requests(&bob, "?unread=true").await), [from_carol.clone()]);
    says(&alice, &from_alice, "second", words("it is blue")).await.ok();
    assert_eq!(rooms(&requests(&bob, "?unread=true").await).len(), 2);
    let first = bob.get("/_aside/v1/requests?limit=1").await.ok();
    let next = text(&first["next_batch"]);
    let second = bob.get(&format!("/_aside/v1/requests?limit=1&from={next}")).await.ok();
    assert_ne!(first["items"][0]["room_id"], second["items"][0]["room_id"]);
    assert!(second["next_batch"].is_null());
    bob.get("/_aside/v1/requests?from=nonsense").await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_rq_07_spam_has_a_folder_of_its_own() {
    let (_server, alice, bob) = two().await;
    let advertisement = "CONGRATULATIONS!!! You won a free gift card, claim your prize now: http://paypa1.com/win \
        limited offer, 90% discount, crypto investment with guaranteed profit, WhatsApp +49 170 1234567";
    let room_id = asks(&alice, &bob, advertisement).await;
    assert_eq!(rooms(&requests(&bob, "?folder=spam").await), [room_id]);
    assert_eq!(requests(&bob, "?folder=requests").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_stranger_is_held_to_the_kinds_of_the_profile_until_they_are_accepted() {
    let server = crate::policy::server_with("current/instagram").await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    let picture = json!({ "msgtype": "m.image", "body": "cat.png", "url": "mxc://localhost/cat" });
    refused_by(says(&alice, &room_id, "1", picture.clone()).await, "stranger.allow");
    refused_by(says(&alice, &room_id, "2", words("see https://example.org")).await, "stranger.allow");
    let call = format!("/v3/rooms/{}/send/m.call.invite/3", path(&room_id));
    refused_by(
        alice.put(&call, json!({ "call_id": "a", "lifetime": 1, "version": 1 })).await,
        "stranger.allow",
    );
    let topic = format!("/v3/rooms/{}/state/m.room.topic/", path(&room_id));
    says(&alice, &room_id, "4", words("hello")).await.ok();
    refused_by(alice.put(&topic, json!({ "topic": "one more text" })).await, "stranger.max_messages");
    bob.joins(&room_id).await;
    says(&alice, &room_id, "5", picture).await.ok();
}

#[tokio::test]
async fn a_preview_leaves_out_pictures_where_they_are_blocked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let mine = "[profile]\nid = \"mine\"\n[stranger]\nallow = [\"image\"]\nmedia_mode = \"blocked\"\n";
    std::fs::write(&file, mine).unwrap();
    let server = crate::policy::server_with(file.to_str().unwrap()).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    let picture = json!({ "msgtype": "m.image", "body": "cat.png", "url": "mxc://localhost/cat" });
    says(&alice, &room_id, "1", picture).await.ok();
    let preview = bob.get(&format!("/_aside/v1/requests/{}", path(&room_id))).await.ok();
    let content = &preview["messages"][0]["content"];
    assert_eq!((&content["body"], &content["url"]), (&json!("cat.png"), &Value::Null), "{preview}");
}

#[tokio::test]
async fn looking_at_a_request_tells_the_sender_nothing() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hi").await;
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.get(&format!("/_aside/v1/requests/{}", path(&room_id))).await.ok();
    bob.post(&format!("/_aside/v1/requests/{}/read", path(&room_id)), json!({})).await.ok();
    let typing = format!("/v3/rooms/{}/typing/{}", path(&room_id), path(&bob.user_id));
    bob.put(&typing, json!({ "typing": true, "timeout": 9000 })).await.refused(403, "M_FORBIDDEN");
    let receipt = format!("/v3/rooms/{}/receipt/m.read/%24x", path(&room_id));
    bob.post(&receipt, json!({})).await.refused(403, "M_FORBIDDEN");
    alice.get(&format!("/v3/presence/{}/status", path(&bob.user_id))).await.refused(403, "M_FORBIDDEN");
    let after = alice.syncs(&since).await;
    assert!(after["rooms"]["join"][&room_id].is_null() && after["presence"]["events"].is_null(), "{after}");
}

#[tokio::test]
async fn a_request_of_an_encrypted_conversation_waits_like_any_other() {
    let (_server, alice, bob) = two().await;
    let mut wanted = direct(&bob);
    let algorithm = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
    wanted["initial_state"] = json!([{ "type": "m.room.encryption", "content": algorithm }]);
    let room_id = alice.creates_room(wanted).await;
    let secret = json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAAA", "session_id": "s" });
    for _ in 0..3 {
        alice.sends_event(&room_id, "m.room.encrypted", secret.clone()).await;
    }
    let fourth = format!("/v3/rooms/{}/send/m.room.encrypted/x", path(&room_id));
    refused_by(alice.put(&fourth, secret).await, "stranger.max_messages");
    let preview = bob.get(&format!("/_aside/v1/requests/{}", path(&room_id))).await.ok();
    assert_eq!(preview["request"]["encrypted"], true);
    assert_eq!(preview["messages"].as_array().unwrap().len(), 3);
    assert_eq!(preview["messages"][0]["content"]["ciphertext"], "AAAA");
    answers(&bob, &room_id, "accept").await.ok();
}

#[tokio::test]
async fn many_requests_are_answered_at_once() {
    let (server, alice, bob) = two().await;
    let mut room_ids = vec![asks(&alice, &bob, "hello").await];
    for name in ["carol", "dave"] {
        room_ids.push(asks(&server.person(name).await, &bob, "hello").await);
    }
    let all = json!({ "answer": "delete", "room_ids": [room_ids[0], room_ids[1], "!nothing:localhost"] });
    let answered = bob.post("/_aside/v1/requests/answer", all).await.ok();
    assert_eq!(answered, json!({ "missing": ["!nothing:localhost"] }));
    assert_eq!(rooms(&requests(&bob, "").await), [room_ids[2].clone()]);
    assert_eq!(requests(&bob, "?state=declined").await, Vec::<Value>::new());
    let rest = json!({ "answer": "accept", "room_ids": [room_ids[2]] });
    bob.post("/_aside/v1/requests/answer", rest).await.ok();
    assert_eq!(rooms(&requests(&bob, "?state=accepted").await), [room_ids[2].clone()]);
}

#[tokio::test]
async fn blocking_takes_all_requests_of_a_sender_away_and_no_new_ones_come() {
    let (_server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hello").await;
    alice.creates_room(json!({ "name": "Club", "invite": [bob.user_id] })).await;
    assert_eq!(requests(&bob, "").await.len(), 2);
    answers(&bob, &room_id, "block").await.ok();
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    alice.creates_room(json!({ "name": "Another", "invite": [bob.user_id] })).await;
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    assert_eq!(bob.syncs("").await["rooms"]["invite"], Value::Null);
}

#[tokio::test]
async fn a_strangers_adding_somebody_to_a_group_is_a_request() {
    let (server, alice, bob) = two().await;
    let carol = server.person("carol").await;
    relate(&server, "contact", &bob, &carol).await;
    let by_stranger = alice.creates_room(json!({ "name": "Club" })).await;
    alice.invites(&by_stranger, &bob).await;
    let by_contact = carol.creates_room(json!({ "name": "Family", "invite": [bob.user_id] })).await;
    assert_eq!(rooms(&requests(&bob, "?folder=requests").await), [by_stranger.clone()]);
    assert_eq!(rooms(&requests(&bob, "?folder=inbox").await), [by_contact]);
    let preview = bob.get(&format!("/_aside/v1/requests/{}", path(&by_stranger))).await.ok();
    assert_eq!((&preview["request"]["name"], &preview["messages"]), (&json!("Club"), &json!([])));
    answers(&bob, &by_stranger, "decline").await.ok();
    assert_eq!(membership(&alice, &by_stranger, &bob).await, "leave", "who is in a group is no secret in it");
}

#[tokio::test]
async fn a_group_asks_where_the_profile_wants_consent_and_takes_no_strangers_where_it_denies_them() {
    let server = crate::policy::server_with("current/dating").await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    assert_eq!(rooms(&requests(&bob, "?folder=requests").await), [room_id]);
    let server = crate::policy::server_with("classic/x").await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    refused_by(alice.post("/v3/createRoom", json!({ "invite": [bob.user_id] })).await, "group.stranger_add");
}

#[tokio::test]
async fn a_request_that_nobody_answers_goes_away() {
    let server = TestServer::start_with(|_: &mut Settings| {}, true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = asks(&alice, &bob, "hello").await;
    let expires_ts = requests(&bob, "").await[0]["expires_ts"].as_i64().unwrap();
    server.clock.store(expires_ts + 60_001, std::sync::atomic::Ordering::SeqCst);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !requests(&bob, "").await.is_empty() {
        assert!(std::time::Instant::now() < deadline, "the request is still there");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(rooms(&requests(&bob, "?state=expired").await), [room_id.clone()]);
    assert_eq!(membership(&alice, &room_id, &bob).await, "invite", "the sender isn't told");
}

#[tokio::test]
async fn a_wm_16_what_people_said_to_each_other_is_remembered() {
    let (_server, alice, bob) = two().await;
    let consent = async |person: &Person, other: &Person| {
        let question = json!({ "user_id": other.user_id });
        text(&person.post("/_aside/v1/policy/explain", question).await.ok()["consent"])
    };
    assert_eq!(consent(&alice, &bob).await, "never_asked");
    let room_id = asks(&alice, &bob, "hello").await;
    assert_eq!(consent(&alice, &bob).await, "requested");
    assert_eq!(consent(&bob, &alice).await, "accepted", "whoever writes wants to be answered");
    answers(&bob, &room_id, "accept").await.ok();
    assert_eq!(consent(&alice, &bob).await, "accepted");
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    assert_eq!(consent(&alice, &bob).await, "requested", "a consent taken back looks like one not given");
    let again = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    assert_eq!(rooms(&requests(&bob, "?folder=requests").await), [again]);
}

#[tokio::test]
async fn a_rq_06_what_is_likely_to_be_wanted_stands_first_and_alone_where_that_is_asked() {
    let (server, alice, bob) = two().await;
    let (carol, dave) = (server.person("carol").await, server.person("dave").await);
    // Dave is followed, Carol is verified, Alice is a stranger; they ask in the other order.
    relate(&server, "follow", &bob, &dave).await;
    let verified = json!({ "people": [{ "user_id": carol.user_id, "verified": true }] });
    server.backend().await.post("/_aside/v1/service/people", verified).await.ok();
    let from_dave = asks(&dave, &bob, "see you tonight?").await;
    let from_carol = asks(&carol, &bob, "about your talk").await;
    let from_alice = asks(&alice, &bob, "hello").await;
    assert_eq!(rooms(&requests(&bob, "").await)[0], from_alice, "the newest first");
    let by_priority = requests(&bob, "?sort=priority").await;
    assert_eq!(rooms(&by_priority), [from_dave.clone(), from_carol.clone(), from_alice.clone()]);
    let least = by_priority[1]["priority"].as_i64().unwrap();
    assert!(least > by_priority[2]["priority"].as_i64().unwrap());
    let likely = requests(&bob, &format!("?min_priority={least}")).await;
    assert_eq!(rooms(&likely), [from_carol.clone(), from_dave.clone()], "in the order of their time");
    let both = requests(&bob, &format!("?min_priority={least}&sort=priority&limit=1")).await;
    assert_eq!(rooms(&both), [from_dave]);
    let refused = bob.get("/_aside/v1/requests?min_priority=1000").await;
    refused.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_wm_15_people_decline_end_and_leave_whenever_they_like() {
    let (server, alice, bob) = two().await;
    let room_id = asks(&alice, &bob, "hello").await;
    answers(&bob, &room_id, "accept").await.ok();
    says(&alice, &room_id, "more", words("and more")).await.ok();
    // He ends the conversation: nothing of it reaches him any more, and what was said stays readable to both.
    let since = text(&bob.syncs("").await["next_batch"]);
    bob.post(&format!("/v3/rooms/{}/leave", path(&room_id)), json!({})).await.ok();
    alice.sends(&room_id, "are you there?").await;
    let sync = bob.syncs(&since).await;
    assert!(sync["rooms"]["leave"][&room_id].is_object(), "{sync}");
    assert!(!sync.to_string().contains("are you there?"));
    let history = format!("/v3/rooms/{}/messages?dir=b&limit=50", path(&room_id));
    assert!(bodies(&bob.get(&history).await.ok()["chunk"]).contains(&"and more".to_owned()));
    assert_eq!(membership(&alice, &room_id, &bob).await, "leave");
    // What she had is not a consent for ever: she has to ask again, and he may say no.
    let again = asks(&alice, &bob, "one more thing").await;
    assert_ne!(again, room_id);
    assert_eq!(rooms(&requests(&bob, "").await), [again.clone()]);
    answers(&bob, &again, "decline").await.ok();
    assert_eq!(requests(&bob, "").await, Vec::<Value>::new());
    // A group is left without asking anybody.
    let group = server.person("carol").await.creates_room(json!({ "preset": "public_chat" })).await;
    alice.joins(&group).await;
    alice.post(&format!("/v3/rooms/{}/leave", path(&group)), json!({})).await.ok();
    alice
        .put(&format!("/v3/rooms/{}/send/m.room.message/x", path(&group)), words("x"))
        .await
        .refused(403, "M_FORBIDDEN");
}
