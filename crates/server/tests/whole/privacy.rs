//! What people choose to be reached by and to be seen of.

use std::sync::atomic::Ordering;

use aside_testkit::{Person, TestServer, bodies, path, text};
use serde_json::{Value, json};

use crate::people::{platform_knows, platform_puts, says};

const PRIVACY: &str = "/_aside/v1/privacy";

async fn chooses(person: &Person, choices: Value) -> Value {
    person.patch(PRIVACY, choices).await.ok()
}

/// The newest presence of somebody in a sync.
fn presence(sync: &Value, person: &Person) -> Value {
    let events = sync["presence"]["events"].as_array().cloned().unwrap_or_default();
    let own = events.into_iter().find(|event| event["sender"] == json!(person.user_id));
    own.map_or(Value::Null, |event| event["content"]["presence"].clone())
}

async fn status(asker: &Person, of: &Person) -> Value {
    asker.get(&format!("/v3/presence/{}/status", path(&of.user_id))).await.ok()
}

async fn is_online(person: &Person) {
    let place = format!("/v3/presence/{}/status", path(&person.user_id));
    person.put(&place, json!({ "presence": "online", "status_msg": "at the sea" })).await.ok();
}

/// Events of a kind in the ephemeral part of a room in a sync.
fn passing(sync: &Value, room_id: &str, kind: &str) -> Vec<Value> {
    let events =
        sync["rooms"]["join"][room_id]["ephemeral"]["events"].as_array().cloned().unwrap_or_default();
    events.into_iter().filter(|event| event["type"] == kind).map(|event| event["content"].clone()).collect()
}

#[tokio::test]
async fn a_pr_08_people_see_and_choose_their_privacy_in_one_place() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let before = alice.get(PRIVACY).await.ok();
    let names: Vec<&str> = before["settings"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "active_status",
            "appear_offline",
            "direct_messages",
            "findable",
            "profile_details",
            "read_receipts",
            "typing",
            "who_may_add_to_groups",
            "who_may_call",
            "who_may_message"
        ]
    );
    let receipts =
        json!({ "chosen": null, "effective": "on", "choices": ["on", "off"], "reciprocal": false });
    assert_eq!(before["settings"]["read_receipts"], receipts);
    assert_eq!(before["settings"]["active_status"]["reciprocal"], true);

    let after = chooses(&alice, json!({ "read_receipts": "off", "active_status": "contacts" })).await;
    assert_eq!(after["settings"]["read_receipts"]["chosen"], "off");
    assert_eq!(after["settings"]["read_receipts"]["effective"], "off");
    assert_eq!(after["settings"]["active_status"]["effective"], "contacts");
    assert_eq!(after, alice.get(PRIVACY).await.ok());

    for wrong in
        [json!({ "typing": "off", "read_receipts": "sometimes" }), json!({ "typing": "off", "mood": "on" })]
    {
        alice.patch(PRIVACY, wrong).await.refused(400, "M_INVALID_PARAM");
    }
    alice.patch(PRIVACY, json!({ "typing": false })).await.refused(400, "M_BAD_JSON");
    assert_eq!(after, alice.get(PRIVACY).await.ok(), "all of it or nothing");

    chooses(&alice, json!({ "read_receipts": null, "active_status": null })).await;
    assert_eq!(before, alice.get(PRIVACY).await.ok());
    let bob = server.person("bob").await;
    chooses(&bob, json!({ "typing": "off" })).await;
    assert_eq!(before, alice.get(PRIVACY).await.ok(), "everybody has their own");
}

#[tokio::test]
async fn a_wm_01_who_may_message_is_chosen_from_what_the_policy_offers() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let setting = alice.get(PRIVACY).await.ok()["settings"]["who_may_message"].clone();
    for word in ["everyone", "people_you_follow", "no_one"] {
        assert!(setting["choices"].as_array().unwrap().contains(&json!(word)), "{setting}");
        let answer = chooses(&alice, json!({ "who_may_message": word })).await;
        assert_eq!(answer["settings"]["who_may_message"]["effective"], word);
    }
    let wrong = json!({ "who_may_message": "people_on_tuesdays" });
    alice.patch(PRIVACY, wrong).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_wm_02_direct_messages_are_switched_off_and_what_was_said_stays_readable() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    bob.sends(&room_id, "remember this").await;
    let answer = chooses(&alice, json!({ "direct_messages": "off" })).await;
    assert_eq!(answer["settings"]["direct_messages"]["effective"], "off");
    let messages = format!("/v3/rooms/{}/messages?dir=b", path(&room_id));
    assert!(bodies(&alice.get(&messages).await.ok()["chunk"]).contains(&"remember this".to_owned()));
    let sync = alice.syncs("").await;
    assert!(sync["rooms"]["join"][&room_id].is_object());
}

#[tokio::test]
async fn who_hides_receipts_is_not_seen_reading() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let event_id = alice.sends(&room_id, "read me").await;
    chooses(&bob, json!({ "read_receipts": "off" })).await;
    bob.receives("", &room_id, &event_id).await;
    for place in [
        format!("/v3/rooms/{}/receipt/m.read/{}", path(&room_id), path(&event_id)),
        format!("/v3/rooms/{}/read_markers", path(&room_id)),
    ] {
        bob.post(&place, json!({ "m.fully_read": event_id, "m.read": event_id })).await.ok();
    }
    let bobs = bob.syncs("").await;
    assert_eq!(bobs["rooms"]["join"][&room_id]["unread_notifications"]["notification_count"], 0);
    let own = passing(&bobs, &room_id, "m.receipt");
    assert!(own[0][&event_id]["m.read.private"][&bob.user_id].is_object(), "{own:?}");

    // What comes after it has arrived, so it would have, too.
    let later = alice.sends(&room_id, "and this").await;
    let since = text(&alice.receives("", &room_id, &later).await["next_batch"]);
    for sync in [alice.syncs("").await, alice.syncs(&since).await] {
        let receipts = json!(passing(&sync, &room_id, "m.receipt")).to_string();
        assert!(!receipts.contains(&bob.user_id), "{receipts}");
    }
    chooses(&bob, json!({ "read_receipts": "on" })).await;
    bob.post(&format!("/v3/rooms/{}/receipt/m.read/{}", path(&room_id), path(&later)), json!({})).await.ok();
    let is_told =
        |sync: &Value| json!(passing(sync, &room_id, "m.receipt")).to_string().contains(&bob.user_id);
    alice.syncs_until(&since, is_told).await;
}

#[tokio::test]
async fn who_hides_typing_is_not_seen_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let place = format!("/v3/rooms/{}/typing/{}", path(&room_id), path(&bob.user_id));
    let since = text(&alice.syncs("").await["next_batch"]);
    bob.put(&place, json!({ "typing": true, "timeout": 60_000 })).await.ok();
    let types = |sync: &Value| passing(sync, &room_id, "m.typing").last().cloned();
    let sync = alice.syncs_until(&since, |sync| types(sync).is_some()).await;
    assert_eq!(types(&sync), Some(json!({ "user_ids": [bob.user_id] })));

    chooses(&bob, json!({ "typing": "off" })).await;
    let sync = alice.syncs_until(&text(&sync["next_batch"]), |sync| types(sync).is_some()).await;
    assert_eq!(types(&sync), Some(json!({ "user_ids": [] })), "what was seen ends at once");
    let since = text(&sync["next_batch"]);
    bob.put(&place, json!({ "typing": true })).await.ok();
    assert_eq!(types(&alice.syncs_for(&since, 200).await), None);
    assert_eq!(types(&alice.syncs("").await), None);
}

#[tokio::test]
async fn a_pr_07_who_appears_offline_is_seen_by_nobody_and_goes_on_messaging() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    is_online(&alice).await;
    is_online(&bob).await;
    let sync = alice.syncs_until("", |sync| presence(sync, &bob) == "online").await;
    let bobs = bob.syncs_until("", |sync| presence(sync, &alice) == "online").await;

    chooses(&bob, json!({ "appear_offline": "on" })).await;
    let sync = alice.syncs_until(&text(&sync["next_batch"]), |sync| presence(sync, &bob) == "offline").await;
    let told = sync["presence"]["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["sender"] == bob.user_id.as_str());
    assert_eq!(told.unwrap()["content"], json!({ "presence": "offline", "currently_active": false }));
    let since = text(&sync["next_batch"]);

    is_online(&bob).await;
    bob.syncs(&text(&bobs["next_batch"])).await;
    let event_id = bob.sends(&room_id, "you can't see me").await;
    let sync = alice.receives(&since, &room_id, &event_id).await;
    assert_eq!(presence(&sync, &bob), Value::Null, "nobody hears that he is there");
    assert_eq!(status(&alice, &bob).await, json!({ "presence": "offline", "currently_active": false }));
    assert_eq!(presence(&alice.syncs("").await, &bob), Value::Null);

    // Whoever hides theirs doesn't see others'.
    assert_eq!(status(&bob, &alice).await["presence"], "offline");
    let blind = bob.syncs_until(&text(&bobs["next_batch"]), |sync| presence(sync, &alice) == "offline").await;
    assert_eq!(presence(&bob.syncs("").await, &alice), Value::Null);
    let away = format!("/v3/presence/{}/status", path(&alice.user_id));
    alice.put(&away, json!({ "presence": "unavailable" })).await.ok();
    assert_eq!(presence(&bob.syncs_for(&text(&blind["next_batch"]), 200).await, &alice), Value::Null);

    chooses(&bob, json!({ "appear_offline": null })).await;
    is_online(&bob).await;
    alice.syncs_until(&since, |sync| presence(sync, &bob) == "online").await;
    assert_eq!(status(&bob, &alice).await["presence"], "unavailable");
}

#[tokio::test]
async fn presence_may_be_for_contacts_alone() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    bob.meets(&alice).await;
    bob.meets(&carol).await;
    says(&bob, "follow", &alice).await;
    chooses(&bob, json!({ "active_status": "contacts" })).await;
    let since = text(&carol.syncs("").await["next_batch"]);
    is_online(&bob).await;
    alice.syncs_until("", |sync| presence(sync, &bob) == "online").await;
    assert_eq!(status(&carol, &bob).await["presence"], "offline");
    assert_eq!(presence(&carol.syncs_for(&since, 200).await, &bob), Value::Null);
    assert_eq!(presence(&carol.syncs("").await, &bob), Value::Null);
    says(&bob, "follow", &carol).await;
    assert_eq!(status(&carol, &bob).await["presence"], "online");
}

#[tokio::test]
async fn a_pr_09_strangers_see_no_more_of_a_profile_than_its_owner_shows() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    let profile = format!("/v3/profile/{}", path(&bob.user_id));
    for (field, value) in
        [("displayname", "Bob Rivers"), ("m.tz", "Europe/Berlin"), ("org.example.phone", "12345")]
    {
        bob.put(&format!("{profile}/{field}"), json!({ field: value })).await.ok();
    }
    says(&bob, "contact", &carol).await;
    chooses(&bob, json!({ "profile_details": "contacts", "who_may_add_to_groups": "contacts" })).await;
    let little = json!({ "displayname": "Bob Rivers" });
    for stranger in [&alice, &server.anonymous().await] {
        assert_eq!(stranger.get(&profile).await.ok(), little);
        stranger.get(&format!("{profile}/org.example.phone")).await.refused(404, "M_NOT_FOUND");
        assert_eq!(stranger.get(&format!("{profile}/displayname")).await.ok(), little);
    }
    for friend in [&carol, &bob] {
        assert_eq!(friend.get(&profile).await.ok()["org.example.phone"], "12345");
        friend.get(&format!("{profile}/m.tz")).await.ok();
    }

    let finds = async |person: &Person| {
        let answer = person.post("/v3/user_directory/search", json!({ "search_term": "rivers" })).await.ok();
        answer["results"].as_array().unwrap().len()
    };
    assert_eq!((finds(&alice).await, finds(&carol).await), (1, 1));
    chooses(&bob, json!({ "findable": "contacts" })).await;
    assert_eq!((finds(&alice).await, finds(&carol).await), (0, 1));
    chooses(&bob, json!({ "findable": "no_one" })).await;
    assert_eq!((finds(&alice).await, finds(&carol).await), (0, 0));
}

fn card(person: &Person) -> String {
    format!("/_aside/v1/people/{}", path(&person.user_id))
}

#[tokio::test]
async fn a_sf_13_a_card_helps_to_judge_a_stranger() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    let made = server.clock.load(Ordering::SeqCst);
    let place = format!("/v3/profile/{}/displayname", path(&bob.user_id));
    bob.put(&place, json!({ "displayname": "Bob" })).await.ok();
    platform_knows(
        &server,
        &bob,
        json!({ "verified": true, "badges": ["artist"], "birth_date": "1990-05-05" }),
    )
    .await;
    let member = |person: &Person| json!({ "kind": "group", "from": person.user_id, "item": "chess", "label": "Chess club" });
    platform_puts(&server, json!([member(&alice), member(&bob)])).await;
    for person in [&alice, &bob] {
        says(person, "follow", &carol).await;
    }
    says(&alice, "follow", &bob).await;
    says(&bob, "connection", &alice).await;
    says(&bob, "like", &alice).await;

    let day = 24 * 60 * 60 * 1000;
    let wanted = json!({
        "user_id": bob.user_id,
        "display_name": "Bob",
        "profile": {},
        "verified": true,
        "badges": ["artist"],
        "page": false,
        "account_since_ts": made - made % day,
        "common": {
            "mutuals": 1,
            "mutual_user_ids": [carol.user_id],
            "groups": [{ "kind": "group", "item": "chess", "label": "Chess club" }],
            "rooms": 0,
        },
        "you": ["follow"],
        "they": ["connection"],
    });
    assert_eq!(
        alice.get(&card(&bob)).await.ok(),
        wanted,
        "what Bob likes is his secret, and so is his birthday"
    );
    says(&alice, "like", &bob).await;
    let answer = alice.get(&card(&bob)).await.ok();
    assert_eq!(
        [&answer["you"], &answer["they"]],
        [&json!(["follow", "like"]), &json!(["connection", "like"])]
    );

    // An account that was sold is as young as its new owner.
    platform_knows(&server, &bob, json!({ "trust_from_ts": made + 3 * day })).await;
    assert_eq!(alice.get(&card(&bob)).await.ok()["account_since_ts"], made - made % day + 3 * day);
}

#[tokio::test]
async fn a_card_shows_what_its_owner_shows_and_the_blocked_see_as_little_as_others() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    platform_knows(&server, &bob, json!({ "verified": true })).await;
    let place = format!("/v3/profile/{}/m.tz", path(&bob.user_id));
    bob.put(&place, json!({ "m.tz": "Europe/Berlin" })).await.ok();
    let open = alice.get(&card(&bob)).await.ok();
    assert_eq!(open["profile"], json!({ "m.tz": "Europe/Berlin" }));

    chooses(&bob, json!({ "profile_details": "no_one" })).await;
    let closed = alice.get(&card(&bob)).await.ok();
    assert_eq!((&closed["profile"], closed.get("common")), (&json!({}), None));
    assert_eq!(closed["verified"], true);
    assert!(closed["account_since_ts"].is_i64());

    chooses(&bob, json!({ "profile_details": "everyone" })).await;
    assert_eq!(alice.get(&card(&bob)).await.ok(), open);
    let ignored = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&bob.user_id));
    bob.put(&ignored, json!({ "ignored_users": { alice.user_id.clone(): {} } })).await.ok();
    assert_eq!(alice.get(&card(&bob)).await.ok(), closed);
    assert_eq!(alice.get(&format!("/v3/profile/{}", path(&bob.user_id))).await.ok(), json!({}));
}

#[tokio::test]
async fn nobody_tells_a_card_that_is_not_there_from_one_that_is_gone() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let gone = server.registers("gone", "a long password of gone").await;
    let auth = json!({ "type": "m.login.password", "password": "a long password of gone",
        "identifier": { "type": "m.id.user", "user": "gone" } });
    gone.post("/v3/account/deactivate", json!({ "auth": auth })).await.ok();
    let nobody = Person { user_id: "@nobody:localhost".into(), ..gone.clone() };
    let elsewhere = Person { user_id: "@bob:elsewhere.example".into(), ..gone.clone() };
    let mut answers = Vec::new();
    for person in [&gone, &nobody, &elsewhere] {
        answers.push(alice.get(&card(person)).await.refused(404, "M_NOT_FOUND"));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert!(
        alice.get(&card(&alice)).await.ok()["common"].is_null(),
        "one has nothing in common with oneself"
    );
}

#[tokio::test]
async fn a_sf_14_people_are_asked_to_look_through_their_privacy_now_and_then() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.person("alice").await;
    let before = alice.get(PRIVACY).await.ok();
    assert_eq!((&before["review_due"], before.get("reviewed_ts")), (&json!(true), None));
    let after = alice.post(&format!("{PRIVACY}/review"), json!({})).await.ok();
    let now = server.clock.load(Ordering::SeqCst);
    assert_eq!((&after["review_due"], &after["reviewed_ts"]), (&json!(false), &json!(now)));
    let day = 24 * 60 * 60 * 1000;
    server.clock.fetch_add(179 * day, Ordering::SeqCst);
    assert_eq!(alice.get(PRIVACY).await.ok()["review_due"], false);
    server.clock.fetch_add(day, Ordering::SeqCst);
    assert_eq!(alice.get(PRIVACY).await.ok()["review_due"], true);
}

#[tokio::test]
async fn who_hides_receipts_and_typing_sees_none_where_the_policy_is_mutual() {
    let server =
        TestServer::start_with(|settings| settings.policy.profile = "current/signal".into(), false).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let event_id = bob.sends(&room_id, "read me").await;
    let typing = format!("/v3/rooms/{}/typing/{}", path(&room_id), path(&alice.user_id));
    let since = text(&bob.syncs("").await["next_batch"]);
    alice
        .post(&format!("/v3/rooms/{}/receipt/m.read/{}", path(&room_id), path(&event_id)), json!({}))
        .await
        .ok();
    alice.put(&typing, json!({ "typing": true, "timeout": 60_000 })).await.ok();
    let reads =
        |sync: &Value| json!(passing(sync, &room_id, "m.receipt")).to_string().contains(&alice.user_id);
    let types =
        |sync: &Value| json!(passing(sync, &room_id, "m.typing")).to_string().contains(&alice.user_id);
    bob.syncs_until(&since, reads).await;
    assert!(types(&bob.syncs("").await));

    let answer = chooses(&bob, json!({ "read_receipts": "off", "typing": "off" })).await;
    assert_eq!(answer["settings"]["read_receipts"]["reciprocal"], true);
    for sync in [bob.syncs("").await, bob.syncs(&since).await] {
        assert!(!reads(&sync) && !types(&sync), "{sync}");
    }
    chooses(&bob, json!({ "read_receipts": null, "typing": null })).await;
    let sync = bob.syncs("").await;
    assert!(reads(&sync) && types(&sync), "{sync}");
}
