//! Contact policies: who may write to whom, by the profile of the server.

use aside_domain::Settings;
use aside_testkit::{Answer, Person, TestServer, path, text};
use futures_util::future::join_all;
use serde_json::{Value, json};

pub(crate) async fn server_with(profile: &str) -> TestServer {
    let profile = profile.to_owned();
    TestServer::start_with(move |settings: &mut Settings| settings.policy.profile = profile, false).await
}

pub(crate) fn direct(other: &Person) -> Value {
    json!({ "is_direct": true, "preset": "trusted_private_chat", "invite": [other.user_id] })
}

/// Begins a conversation of two.
pub(crate) async fn writes_to(person: &Person, other: &Person) -> Answer {
    person.post("/v3/createRoom", direct(other)).await
}

pub(crate) async fn says(person: &Person, room_id: &str, txn: &str, content: Value) -> Answer {
    person.put(&format!("/v3/rooms/{}/send/m.room.message/{txn}", path(room_id)), content).await
}

pub(crate) fn words(body: &str) -> Value {
    json!({ "msgtype": "m.text", "body": body })
}

/// The platform says what holds between people.
pub(crate) async fn relate(server: &TestServer, kind: &str, from: &Person, to: &Person) {
    let edge = json!({ "kind": kind, "from": from.user_id, "to": to.user_id });
    let backend = server.backend().await;
    let written = backend.post("/_aside/v1/service/relations", json!({ "put": [edge] })).await.ok();
    assert_eq!(written["put"]["done"], 1, "{written}");
}

/// The platform says what it knows of somebody.
async fn know(server: &TestServer, person: &Person, mut facts: Value) {
    facts["user_id"] = json!(person.user_id);
    server.backend().await.post("/_aside/v1/service/people", json!({ "people": [facts] })).await.ok();
}

/// Checks that the policy refuses, and by which rule.
#[track_caller]
pub(crate) fn refused_by(answer: Answer, rule: &str) -> Value {
    let body = answer.refused(403, "M_FORBIDDEN");
    assert_eq!(body["org.aside.reasons"][0]["rule"], rule, "{body}");
    assert_eq!(body["org.aside.reasons"][0]["text"], body["error"]);
    body
}

async fn explains(person: &Person, other: &Person) -> Value {
    person.post("/_aside/v1/policy/explain", json!({ "user_id": other.user_id })).await.ok()
}

async fn two(server: &TestServer) -> (Person, Person) {
    (server.person("alice").await, server.person("bob").await)
}

#[tokio::test]
async fn a_lm_01_a_sixteenth_person_cannot_join_with_classic_instagram() {
    let server = server_with("classic/instagram").await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    for number in 2..=15 {
        server.person(&format!("person{number}")).await.joins(&room_id).await;
    }
    let sixteenth = server.person("sixteenth").await;
    let join = format!("/v3/rooms/{}/join", path(&room_id));
    let body = refused_by(sixteenth.post(&join, json!({})).await, "group.max_members");
    assert_eq!(body["error"], "A group has at most 15 people.");
    let invite = json!({ "user_id": sixteenth.user_id });
    let invited = alice.post(&format!("/v3/rooms/{}/invite", path(&room_id)), invite).await;
    refused_by(invited, "group.max_members");
    let member = format!("/v3/rooms/{}/state/m.room.member/{}", path(&room_id), path(&sixteenth.user_id));
    refused_by(alice.put(&member, json!({ "membership": "invite" })).await, "group.max_members");
    sixteenth.put(&member, json!({ "membership": "join" })).await.refused(403, "M_FORBIDDEN");
    let members = alice.get(&format!("/v3/rooms/{}/joined_members", path(&room_id))).await.ok();
    assert_eq!(members["joined"].as_object().unwrap().len(), 15);
}

#[tokio::test]
async fn a_lm_01_nobody_is_let_into_a_full_group_by_making_or_knocking() {
    let server = server_with("classic/instagram").await;
    let alice = server.person("alice").await;
    let mut people = Vec::new();
    for number in 2..=17 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let ids =
        |count: usize| people.iter().take(count).map(|person| json!(person.user_id)).collect::<Vec<_>>();
    refused_by(alice.post("/v3/createRoom", json!({ "invite": ids(15) })).await, "group.max_members");
    let knockable = json!({ "invite": ids(14), "initial_state": [
        { "type": "m.room.join_rules", "content": { "join_rule": "knock" } },
    ] });
    let room_id = alice.creates_room(knockable).await;
    let knocker = &people[15];
    knocker.post(&format!("/v3/knock/{}", path(&room_id)), json!({})).await.ok();
    let invite = json!({ "user_id": knocker.user_id });
    let invited = alice.post(&format!("/v3/rooms/{}/invite", path(&room_id)), invite).await;
    refused_by(invited, "group.max_members");
}

#[tokio::test]
async fn a_lm_01_of_many_who_join_at_once_exactly_as_many_come_in_as_fit() {
    let server = server_with("classic/instagram").await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    let mut people = Vec::new();
    for number in 0..40 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let join = format!("/v3/rooms/{}/join", path(&room_id));
    let answers = join_all(people.iter().map(|person| person.post(&join, json!({})))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 14);
}

#[tokio::test]
async fn a_lm_02_a_text_has_at_most_2000_characters_with_classic_instagram() {
    let server = server_with("classic/instagram").await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    says(&alice, &room_id, "1", words(&"é".repeat(2000))).await.ok();
    let body = refused_by(says(&alice, &room_id, "2", words(&"é".repeat(2001))).await, "text.max");
    assert_eq!(body["error"], "A message has at most 2000 chars.");
    let edit = json!({ "msgtype": "m.text", "body": "* short", "m.new_content": words(&"a".repeat(2001)) });
    refused_by(says(&alice, &room_id, "3", edit).await, "text.max");
    let rules = bob.get("/_aside/v1/policy").await.ok()["rules"].clone();
    assert_eq!((&rules["text"]["max"], &rules["text"]["unit"]), (&json!(2000), &json!("chars")));
    assert_eq!(rules["group"]["max_members"], 15);
}

#[tokio::test]
async fn a_wm_03_and_a_lm_03_a_mutual_follow_is_required_where_the_profile_says_so() {
    let server = server_with("classic/x").await;
    let (alice, bob) = two(&server).await;
    relate(&server, "follow", &alice, &bob).await;
    let body = refused_by(writes_to(&alice, &bob).await, "start.who");
    let needed = "This person can be written to by: people they have written to first, people who follow each other with them.";
    assert_eq!(body["error"], needed);
    let explained = explains(&alice, &bob).await;
    assert_eq!((&explained["allowed"], &explained["text"]), (&json!(false), &json!(needed)));
    relate(&server, "follow", &bob, &alice).await;
    assert_eq!(explains(&alice, &bob).await["action"], "deliver");
    let room_id = alice.meets(&bob).await;
    says(&alice, &room_id, "1", words("hello")).await.ok();
}

#[tokio::test]
async fn a_wm_04_the_recipient_must_follow_the_sender_to_have_them_in_the_inbox() {
    let server = server_with("current/x").await;
    let (alice, bob) = two(&server).await;
    refused_by(writes_to(&alice, &bob).await, "start.who");
    relate(&server, "follow", &bob, &alice).await;
    assert_eq!(explains(&alice, &bob).await["folder"], "inbox");
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_05_and_a_lm_04_a_page_writes_to_people_only_after_they_liked_it() {
    let server = server_with("classic/page_first").await;
    let (page, bob) = two(&server).await;
    know(&server, &page, json!({ "page": true })).await;
    refused_by(writes_to(&page, &bob).await, "start.who");
    relate(&server, "page_like", &bob, &page).await;
    writes_to(&page, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_06_a_person_likes_a_page_before_writing_to_it() {
    let server = server_with("classic/page_first").await;
    let (alice, page) = two(&server).await;
    refused_by(writes_to(&alice, &page).await, "start.who");
    relate(&server, "page_like", &alice, &page).await;
    writes_to(&alice, &page).await.ok();
}

#[tokio::test]
async fn a_wm_08_no_follow_is_needed_where_the_profile_asks_for_none() {
    let server = server_with("classic/instagram").await;
    let (alice, bob) = two(&server).await;
    let explained = explains(&alice, &bob).await;
    assert_eq!((&explained["action"], &explained["folder"]), (&json!("request"), &json!("requests")));
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_10_people_write_only_after_a_match_and_within_its_time() {
    let server = server_with("classic/dating").await;
    let (alice, bob) = two(&server).await;
    refused_by(writes_to(&alice, &bob).await, "start.who");
    relate(&server, "match", &alice, &bob).await;
    writes_to(&alice, &bob).await.ok();
    let carol = server.person("carol").await;
    let long_ago = json!({ "kind": "match", "from": alice.user_id, "to": carol.user_id, "since_ts": 1 });
    server.backend().await.post("/_aside/v1/service/relations", json!({ "put": [long_ago] })).await.ok();
    refused_by(writes_to(&alice, &carol).await, "start.first_message_deadline_s");
}

#[tokio::test]
async fn a_wm_10_a_match_that_nobody_answers_is_closed() {
    let profile = |settings: &mut Settings| settings.policy.profile = "classic/dating".to_owned();
    let server = TestServer::start_with(profile, true).await;
    let (alice, bob) = two(&server).await;
    relate(&server, "match", &alice, &bob).await;
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    says(&alice, &room_id, "1", words("hello")).await.ok();
    bob.joins(&room_id).await;
    server.clock.fetch_add(86_402_000, std::sync::atomic::Ordering::SeqCst);
    refused_by(says(&alice, &room_id, "2", words("are you there?")).await, "start.reply_deadline_s");
    refused_by(says(&bob, &room_id, "3", words("now I am")).await, "start.reply_deadline_s");
}

#[tokio::test]
async fn a_wm_10_an_answer_in_time_keeps_the_conversation_open() {
    let profile = |settings: &mut Settings| settings.policy.profile = "classic/dating".to_owned();
    let server = TestServer::start_with(profile, true).await;
    let (alice, bob) = two(&server).await;
    relate(&server, "match", &alice, &bob).await;
    let room_id = alice.meets(&bob).await;
    says(&bob, &room_id, "1", words("hello yourself")).await.ok();
    server.clock.fetch_add(1_000_000_000, std::sync::atomic::Ordering::SeqCst);
    says(&alice, &room_id, "2", words("good morning")).await.ok();
}

#[tokio::test]
async fn a_wm_11_buyer_and_seller_talk_about_a_listing() {
    let server = server_with("classic/marketplace").await;
    let (alice, bob) = two(&server).await;
    refused_by(writes_to(&alice, &bob).await, "start.who");
    let edge = json!({ "kind": "listing", "from": alice.user_id, "to": bob.user_id, "item": "bicycle-7" });
    server.backend().await.post("/_aside/v1/service/relations", json!({ "put": [edge] })).await.ok();
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_12_a_connection_takes_both() {
    let server = server_with("classic/linkedin").await;
    let (alice, bob) = two(&server).await;
    relate(&server, "connection", &alice, &bob).await;
    refused_by(writes_to(&alice, &bob).await, "start.who");
    relate(&server, "connection", &bob, &alice).await;
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_13_members_of_a_community_write_to_each_other() {
    let server = server_with("classic/discord").await;
    let (alice, bob) = two(&server).await;
    refused_by(writes_to(&alice, &bob).await, "start.who");
    for person in [&alice, &bob] {
        let edge = json!({ "kind": "group", "from": person.user_id, "item": "chess" });
        server.backend().await.post("/_aside/v1/service/relations", json!({ "put": [edge] })).await.ok();
    }
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_wm_14_a_blocked_person_hears_what_they_would_hear_otherwise() {
    let server = TestServer::start().await;
    let (alice, bob) = two(&server).await;
    let before = explains(&alice, &bob).await;
    let ignored = json!({ "ignored_users": { alice.user_id.clone(): {} } });
    let list = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&bob.user_id));
    bob.put(&list, ignored).await.ok();
    assert_eq!(explains(&alice, &bob).await, before);
    let own = explains(&bob, &alice).await;
    assert_eq!((&own["allowed"], &own["text"]), (&json!(false), &json!("You have blocked this person.")));
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    says(&alice, &room_id, "1", words("hello?")).await.ok();
    let sync = bob.syncs("").await;
    assert!(sync["rooms"]["invite"][&room_id].is_null(), "{sync}");
    let listed = bob.get("/_aside/v1/requests").await.ok();
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn a_lm_05_the_age_is_looked_at_before_anything_else() {
    let server = server_with("current/dating").await;
    let (alice, bob) = two(&server).await;
    relate(&server, "match", &alice, &bob).await;
    know(&server, &alice, json!({ "birth_date": "2015-01-01" })).await;
    refused_by(writes_to(&alice, &bob).await, "age.min");
    know(&server, &alice, json!({ "birth_date": "1990-01-01" })).await;
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn a_lm_06_and_a_rq_08_of_64_conversations_begun_at_once_exactly_the_budget_passes() {
    let server = TestServer::start_with(|settings| settings.rate_limits = true, false).await;
    let alice = server.person("alice").await;
    let mut strangers = Vec::new();
    for number in 0..64 {
        strangers.push(server.person(&format!("stranger{number}")).await);
    }
    let answers = join_all(strangers.iter().map(|stranger| writes_to(&alice, stranger))).await;
    let passed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(passed, 10);
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        refused_by(answer, "stranger.daily_new_threads");
    }
}

#[tokio::test]
async fn a_rq_08_of_64_messages_sent_at_once_into_a_request_exactly_three_pass() {
    let server = TestServer::start().await;
    let (alice, bob) = two(&server).await;
    let room_id = text(&writes_to(&alice, &bob).await.ok()["room_id"]);
    let txns: Vec<String> = (0..64).map(|number| format!("t{number}")).collect();
    let sends = txns.iter().map(|txn| says(&alice, &room_id, txn, words(txn)));
    let answers = join_all(sends).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 3);
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        refused_by(answer, "stranger.max_messages");
    }
    bob.joins(&room_id).await;
    says(&alice, &room_id, "accepted", words("thank you")).await.ok();
}

#[tokio::test]
async fn a_rq_09_an_accounts_age_raises_no_budget_and_answers_do() {
    let server = TestServer::start_with(|settings| settings.rate_limits = true, true).await;
    let alice = server.person("alice").await;
    server.clock.fetch_add(5 * 365 * 86_400_000, std::sync::atomic::Ordering::SeqCst);
    let mut begun = Vec::new();
    for number in 0..10 {
        let stranger = server.person(&format!("stranger{number}")).await;
        begun.push((text(&writes_to(&alice, &stranger).await.ok()["room_id"]), stranger));
    }
    let eleventh = server.person("eleventh").await;
    refused_by(writes_to(&alice, &eleventh).await, "stranger.daily_new_threads");
    for (room_id, stranger) in begun.iter().take(5) {
        stranger.joins(room_id).await;
    }
    writes_to(&alice, &eleventh).await.ok();
    know(
        &server,
        &alice,
        json!({ "trust_from_ts": server.clock.load(std::sync::atomic::Ordering::SeqCst) + 1 }),
    )
    .await;
    let twelfth = server.person("twelfth").await;
    refused_by(writes_to(&alice, &twelfth).await, "stranger.daily_new_threads");
}

#[tokio::test]
async fn a_rq_10_whoever_is_not_answered_has_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let mine =
        "[profile]\nid = \"mine\"\n[stranger]\nfolder = \"inbox\"\nmax_messages = -1\nunanswered_cap = 2\n";
    std::fs::write(&file, mine).unwrap();
    let server = server_with(file.to_str().unwrap()).await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    for txn in ["1", "2"] {
        says(&alice, &room_id, txn, words("are you there?")).await.ok();
    }
    refused_by(says(&alice, &room_id, "3", words("hello?")).await, "stranger.unanswered_cap");
    says(&bob, &room_id, "4", words("I am")).await.ok();
    for txn in ["5", "6", "7"] {
        says(&alice, &room_id, txn, words("good")).await.ok();
    }
}

#[tokio::test]
async fn a_rq_11_the_same_text_to_many_strangers_stops_the_sender() {
    let server = TestServer::start_with(|settings| settings.rate_limits = true, true).await;
    let alice = server.person("alice").await;
    let promotion = words("Buy my wonderful course today, only this week!");
    let mut rooms = Vec::new();
    for number in 0..7 {
        let stranger = server.person(&format!("stranger{number}")).await;
        rooms.push(text(&writes_to(&alice, &stranger).await.ok()["room_id"]));
    }
    for room_id in rooms.iter().take(5) {
        says(&alice, room_id, "1", promotion.clone()).await.ok();
    }
    refused_by(says(&alice, &rooms[5], "1", promotion.clone()).await, "limits.same_text_recipients");
    refused_by(
        says(&alice, &rooms[6], "1", words("something else entirely, I swear")).await,
        "limits.same_text_pause_s",
    );
    server.clock.fetch_add(1_801_000, std::sync::atomic::Ordering::SeqCst);
    says(&alice, &rooms[6], "2", words("something else entirely, I swear")).await.ok();
}

#[tokio::test]
async fn a_lm_07_and_a_lm_08_lengths_and_group_sizes_are_numbers_of_the_profile() {
    let server = server_with("current/x").await;
    let alice = server.person("alice").await;
    assert_eq!(alice.get("/_aside/v1/policy").await.ok()["rules"]["text"]["max"], 10_000);
    let server = server_with("current/telegram").await;
    let alice = server.person("alice").await;
    assert_eq!(alice.get("/_aside/v1/policy").await.ok()["rules"]["group"]["max_members"], 200_000);
}

#[tokio::test]
async fn a_conversation_is_encrypted_from_its_beginning_where_the_profile_says_so() {
    let server = server_with("classic/signal").await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    let state = format!("/v3/rooms/{}/state/m.room.encryption/", path(&room_id));
    assert_eq!(bob.get(&state).await.ok()["algorithm"], "m.megolm.v1.aes-sha2");
    assert_eq!(alice.meets(&bob).await, room_id, "it is the same conversation the next time");
    let public = alice.creates_room(json!({ "preset": "public_chat" })).await;
    alice
        .get(&format!("/v3/rooms/{}/state/m.room.encryption/", path(&public)))
        .await
        .refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_conversation_is_not_encrypted_where_the_profile_says_so() {
    let server = server_with("current/instagram").await;
    let (alice, bob) = two(&server).await;
    let encryption =
        json!({ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } });
    let mut wanted = direct(&bob);
    wanted["initial_state"] = json!([encryption]);
    refused_by(alice.post("/v3/createRoom", wanted).await, "e2ee.default");
    let room_id = alice.meets(&bob).await;
    let state = format!("/v3/rooms/{}/state/m.room.encryption/", path(&room_id));
    refused_by(alice.put(&state, encryption["content"].clone()).await, "e2ee.default");
}

#[tokio::test]
async fn groups_of_users_have_rules_of_their_own() {
    let change = |settings: &mut Settings| {
        settings.policy.groups.insert("quiet".into(), "classic/x".into());
    };
    let server = TestServer::start_with(change, false).await;
    let (alice, bob) = two(&server).await;
    assert_eq!(explains(&alice, &bob).await["action"], "request");
    let group = format!("/_aside/v1/service/people/{}/policy_group", path(&bob.user_id));
    let backend = server.backend().await;
    backend.put(&group, json!({ "group": "nobody" })).await.refused(400, "M_INVALID_PARAM");
    backend.put(&group, json!({ "group": "quiet" })).await.ok();
    assert_eq!(bob.get("/_aside/v1/policy").await.ok()["id"], "classic/x");
    refused_by(writes_to(&alice, &bob).await, "start.who");
    backend.put(&group, json!({ "group": null })).await.ok();
    writes_to(&alice, &bob).await.ok();
}

#[tokio::test]
async fn profiles_are_read_again_while_the_server_runs_and_a_broken_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "[profile]\nid = \"mine\"\n[text]\nmax = 5\n").unwrap();
    let server = server_with(file.to_str().unwrap()).await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    refused_by(says(&alice, &room_id, "1", words("too long a text")).await, "text.max");
    let backend = server.backend().await;
    std::fs::write(&file, "[profile]\nid = \"mine\"\n[text]\nmaximum = 500\n").unwrap();
    let reload = "/_aside/v1/service/policy/reload";
    let problem = backend.post(reload, json!({})).await.refused(400, "M_INVALID_PARAM");
    let sentence = text(&problem["error"]);
    assert!(sentence.contains("mine.toml, line 4, text.maximum"), "{sentence}");
    refused_by(says(&alice, &room_id, "2", words("too long a text")).await, "text.max");
    std::fs::write(&file, "[profile]\nid = \"mine\"\n[text]\nmax = 500\n").unwrap();
    assert_eq!(backend.post(reload, json!({})).await.ok(), json!({ "id": "mine" }));
    says(&alice, &room_id, "3", words("too long a text")).await.ok();
}

#[tokio::test]
async fn a_wm_01_and_a_wm_02_people_choose_who_writes_to_them() {
    let server = TestServer::start().await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    chooses(&bob, json!({ "who_may_message": "no_one" })).await;
    let carol = server.person("carol").await;
    refused_by(writes_to(&carol, &bob).await, "start.who");
    says(&alice, &room_id, "1", words("we talk already")).await.ok();
    chooses(&bob, json!({ "direct_messages": "off" })).await;
    refused_by(says(&alice, &room_id, "2", words("hello?")).await, "recipient.dms_off");
    refused_by(writes_to(&carol, &bob).await, "recipient.dms_off");
    let page = bob.get(&format!("/v3/rooms/{}/messages?dir=b", path(&room_id))).await.ok();
    assert!(aside_testkit::bodies(&page["chunk"]).contains(&"we talk already".to_owned()));
}

async fn chooses(person: &Person, settings: Value) {
    person.call(aside_testkit::Method::PATCH, "/_aside/v1/privacy", Some(settings)).await.ok();
}

#[tokio::test]
async fn people_choose_who_calls_them() {
    let server = TestServer::start().await;
    let (alice, bob) = two(&server).await;
    let room_id = alice.meets(&bob).await;
    let call = |txn: &str| format!("/v3/rooms/{}/send/m.call.invite/{txn}", path(&room_id));
    let content = json!({ "call_id": "a", "lifetime": 1, "version": 1 });
    alice.put(&call("1"), content.clone()).await.ok();
    chooses(&bob, json!({ "who_may_call": "no_one" })).await;
    refused_by(alice.put(&call("2"), content).await, "recipient.call_setting");
    says(&alice, &room_id, "3", words("then I write")).await.ok();
}

#[tokio::test]
async fn a_wm_07_a_wm_09_and_a_lm_05_sixteen_and_switched_on_and_friends_or_followers_only() {
    let server = server_with("classic/tiktok").await;
    let (alice, bob) = two(&server).await;
    refused_by(writes_to(&alice, &bob).await, "age.unknown");
    know(&server, &alice, json!({ "birth_date": "1990-01-01" })).await;
    know(&server, &bob, json!({ "age_band": { "min": 16, "max": 17 } })).await;
    refused_by(writes_to(&alice, &bob).await, "start.opt_in");
    for person in [&alice, &bob] {
        chooses(person, json!({ "direct_messages": "on" })).await;
    }
    refused_by(writes_to(&alice, &bob).await, "start.who");
    relate(&server, "follow", &alice, &bob).await;
    writes_to(&alice, &bob).await.ok();
    let carol = server.person("carol").await;
    relate(&server, "follow", &carol, &bob).await;
    know(&server, &carol, json!({ "birth_date": "2015-01-01" })).await;
    refused_by(writes_to(&carol, &bob).await, "age.min");
}
