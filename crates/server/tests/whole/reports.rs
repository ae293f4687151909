//! Reports, what moderators decide, and what follows.

use std::sync::atomic::Ordering;

use aside_testkit::{Person, TestServer, bodies, path, text};
use serde_json::{Value, json};

async fn reports(person: &Person, report: Value) -> String {
    text(&person.post("/_aside/v1/reports", report).await.ok()["report_id"])
}

async fn decides(moderator: &Person, report_id: &str, decision: Value) {
    moderator.post(&format!("/_aside/v1/moderation/reports/{report_id}/decision"), decision).await.ok();
}

async fn queue(moderator: &Person) -> Vec<Value> {
    let page = moderator.get("/_aside/v1/moderation/reports").await.ok();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_sf_01_a_report_of_a_message_reaches_a_moderator_with_its_context() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let room_id = mallory.meets(&alice).await;
    mallory.sends(&room_id, "before").await;
    let said = mallory.sends(&room_id, "something bad").await;
    let after = mallory.sends(&room_id, "after").await;
    let report_id = reports(
        &alice,
        json!({ "room_id": room_id, "event_id": said, "reason": "harassment", "comment": "again", "context": [after] }),
    )
    .await;
    let waiting = queue(&moderator).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["subject"], json!(mallory.user_id));
    assert!(!waiting[0].to_string().contains("something bad"), "the queue has no text: {}", waiting[0]);
    let shown = moderator.get(&format!("/_aside/v1/moderation/reports/{report_id}")).await.ok();
    assert_eq!((&shown["comment"], &shown["reason"]), (&json!("again"), &json!("harassment")));
    assert_eq!(bodies(&shown["evidence"]["events"]), ["before", "something bad", "after"]);
    let reported: Vec<&Value> =
        shown["evidence"]["events"].as_array().unwrap().iter().map(|event| &event["reported"]).collect();
    assert_eq!(reported.iter().filter(|reported| **reported == true).count(), 1);
    alice.get("/_aside/v1/moderation/reports").await.refused(403, "M_FORBIDDEN");
    let own = alice.get("/_aside/v1/reports").await.ok();
    assert_eq!(
        (&own["items"][0]["status"], &own["items"][0]["reason"]),
        (&json!("open"), &json!("harassment"))
    );
    assert_eq!(
        mallory.get("/_aside/v1/reports").await.ok()["items"],
        json!([]),
        "whom it is about isn't told"
    );
}

#[tokio::test]
async fn a_sf_01_of_an_encrypted_conversation_the_reporter_discloses_what_they_choose() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let encrypted = json!([{ "type": "m.room.encryption", "state_key": "", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }]);
    let room_id =
        mallory.creates_room(json!({ "invite": [alice.user_id], "initial_state": encrypted })).await;
    alice.joins(&room_id).await;
    let said = mallory.sends_event(&room_id, "m.room.encrypted", json!({ "ciphertext": "x" })).await;
    let disclosed =
        json!([{ "event_id": said, "sender": mallory.user_id, "content": { "body": "a threat" } }]);
    let report = json!({ "room_id": room_id, "event_id": said, "reason": "threat", "disclosed": disclosed });
    let report_id = reports(&alice, report).await;
    let shown = moderator.get(&format!("/_aside/v1/moderation/reports/{report_id}")).await.ok();
    assert_eq!(shown["evidence"]["encrypted"], true);
    assert_eq!(shown["evidence"]["disclosed"][0]["content"]["body"], "a threat");
    let large = json!([{ "event_id": said, "content": { "body": "x".repeat(70_000) } }]);
    let report = json!({ "room_id": room_id, "event_id": said, "reason": "threat", "disclosed": large });
    alice.post("/_aside/v1/reports", report).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn a_sf_01_the_specifications_reports_feed_the_same_queue() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let room_id = mallory.meets(&alice).await;
    let said = mallory.sends(&room_id, "something bad").await;
    let event = format!("/v3/rooms/{}/report/{}", path(&room_id), path(&said));
    alice.post(&event, json!({ "reason": "spam", "score": -100 })).await.ok();
    alice.post(&format!("/v3/rooms/{}/report", path(&room_id)), json!({ "reason": "all of it" })).await.ok();
    alice
        .post(&format!("/v3/users/{}/report", path(&mallory.user_id)), json!({ "reason": "rude" }))
        .await
        .ok();
    alice.post("/v3/users/%40nobody%3Alocalhost/report", json!({ "reason": "rude" })).await.ok();
    let found: Vec<(Value, Value)> =
        queue(&moderator).await.iter().map(|one| (one["kind"].clone(), one["reason"].clone())).collect();
    let expected = [("message", "spam"), ("conversation", "other"), ("account", "other")];
    assert_eq!(found, expected.map(|(kind, reason)| (json!(kind), json!(reason))));
    assert!(queue(&moderator).await.iter().all(|one| one["subject"] == json!(mallory.user_id)));
}

#[tokio::test]
async fn a_rq_12_misinformation_and_harassment_are_reasons_of_their_own() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let reasons = alice.get("/_aside/v1/report_reasons").await.ok()["reasons"].clone();
    for reason in ["misinformation", "harassment"] {
        assert!(reasons.as_array().unwrap().contains(&json!(reason)), "{reasons}");
        reports(&alice, json!({ "user_id": mallory.user_id, "reason": reason })).await;
    }
    let found: Vec<Value> =
        queue(&server.person("moderator").await).await.iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(found, [json!("misinformation"), json!("harassment")]);
    let unknown = json!({ "user_id": mallory.user_id, "reason": "boring" });
    alice.post("/_aside/v1/reports", unknown).await.refused(400, "M_INVALID_PARAM");
    alice.post("/_aside/v1/reports", json!({ "reason": "spam" })).await.refused(400, "M_INVALID_PARAM");
    let nobody = json!({ "user_id": "@nobody:localhost", "reason": "spam" });
    alice.post("/_aside/v1/reports", nobody).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_sf_11_and_a_sf_12_fraud_and_security_holes_are_told_in_private() {
    let server = TestServer::start().await;
    let (alice, bank) = (server.person("alice").await, server.person("bank").await);
    let moderator = server.person("moderator").await;
    let room_id = alice.meets(&bank).await;
    let fraud = json!({ "room_id": room_id, "reason": "fraud", "comment": "somebody took my money" });
    let hole = json!({ "user_id": bank.user_id, "reason": "security_vulnerability", "comment": "your log-in leaks" });
    for report in [fraud, hole] {
        reports(&alice, report).await;
    }
    assert_eq!(queue(&moderator).await.len(), 2);
    let seen = bank.syncs("").await.to_string();
    assert!(!seen.contains("money") && !seen.contains("leaks"));
}

#[tokio::test]
async fn a_suspended_person_reads_and_says_nothing_until_it_is_over() {
    let server = TestServer::start_with(|_| {}, true).await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let room_id = mallory.meets(&alice).await;
    let said = mallory.sends(&room_id, "something bad").await;
    let report_id = reports(&alice, json!({ "room_id": room_id, "event_id": said, "reason": "hate" })).await;
    let ends_ts = server.clock.load(Ordering::SeqCst) + 3_600_000;
    let decision = json!({ "decision": "suspend", "message": "Be kind.", "ends_ts": ends_ts, "redact": true, "note": "third time" });
    decides(&moderator, &report_id, decision.clone()).await;
    let twice = format!("/_aside/v1/moderation/reports/{report_id}/decision");
    moderator.post(&twice, decision).await.refused(409, "M_UNKNOWN");

    let room = |rest: &str| format!("/v3/rooms/{}/{rest}", path(&room_id));
    let message = json!({ "msgtype": "m.text", "body": "again" });
    mallory.put(&room("send/m.room.message/1"), message.clone()).await.refused(403, "M_USER_SUSPENDED");
    mallory.put(&room("state/m.room.topic"), json!({ "topic": "x" })).await.refused(403, "M_USER_SUSPENDED");
    mallory.post("/v3/createRoom", json!({})).await.refused(403, "M_USER_SUSPENDED");
    let name = format!("/v3/profile/{}/displayname", path(&mallory.user_id));
    mallory.put(&name, json!({ "displayname": "x" })).await.refused(403, "M_USER_SUSPENDED");
    let sync = mallory.syncs("").await;
    assert!(sync["account_data"].to_string().contains("Be kind."), "they are told: {}", sync["account_data"]);
    let event = alice.get(&room(&format!("event/{}", path(&said)))).await.ok();
    assert_eq!(event["content"].get("body"), None, "what was reported is gone");
    let measures = mallory.get("/_aside/v1/measures").await.ok();
    assert_eq!(
        (&measures["items"][0]["kind"], &measures["items"][0]["in_force"]),
        (&json!("suspend"), &json!(true))
    );
    server.clock.fetch_add(3_600_001, Ordering::SeqCst);
    mallory.put(&room("send/m.room.message/2"), message).await.ok();
}

#[tokio::test]
async fn a_limited_person_writes_to_nobody_new() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let (bob, moderator) = (server.person("bob").await, server.person("moderator").await);
    let room_id = mallory.meets(&alice).await;
    let report_id = reports(&alice, json!({ "user_id": mallory.user_id, "reason": "spam" })).await;
    decides(&moderator, &report_id, json!({ "decision": "limit" })).await;
    mallory.post("/v3/createRoom", json!({ "invite": [bob.user_id] })).await.refused(403, "M_FORBIDDEN");
    let own = mallory.creates_room(json!({})).await;
    let invite = format!("/v3/rooms/{}/invite", path(&own));
    mallory.post(&invite, json!({ "user_id": bob.user_id })).await.refused(403, "M_FORBIDDEN");
    mallory.invites(&own, &alice).await;
    mallory.sends(&room_id, "to somebody known").await;
}

#[tokio::test]
async fn a_removed_account_is_closed() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let room_id = mallory.meets(&alice).await;
    let said = mallory.sends(&room_id, "something bad").await;
    let report_id = reports(&alice, json!({ "room_id": room_id, "event_id": said, "reason": "scam" })).await;
    decides(&moderator, &report_id, json!({ "decision": "remove", "redact": true })).await;
    mallory.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    let members = alice.get(&format!("/v3/rooms/{}/joined_members", path(&room_id))).await.ok();
    assert_eq!(members["joined"].get(&mallory.user_id), None);
    let event = alice.get(&format!("/v3/rooms/{}/event/{}", path(&room_id), path(&said))).await.ok();
    assert_eq!(event["content"].get("body"), None);
}

#[tokio::test]
async fn who_is_warned_may_appeal_once_and_a_moderator_may_lift_it() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let report_id = reports(&alice, json!({ "user_id": mallory.user_id, "reason": "spam" })).await;
    decides(&moderator, &report_id, json!({ "decision": "suspend" })).await;
    let measure = text(&mallory.get("/_aside/v1/measures").await.ok()["items"][0]["measure_id"]);
    let appeal = format!("/_aside/v1/measures/{measure}/appeal");
    let text_of = json!({ "text": "that wasn't me" });
    let appeal_id = text(&mallory.post(&appeal, text_of.clone()).await.ok()["report_id"]);
    mallory.post(&appeal, text_of.clone()).await.refused(409, "M_UNKNOWN");
    alice.post(&appeal, text_of).await.refused(404, "M_NOT_FOUND");
    let waiting = queue(&moderator).await;
    assert_eq!((&waiting[0]["kind"], &waiting[0]["measure_id"]), (&json!("appeal"), &json!(measure)));
    let unfit = format!("/_aside/v1/moderation/reports/{appeal_id}/decision");
    moderator.post(&unfit, json!({ "decision": "suspend" })).await.refused(400, "M_INVALID_PARAM");
    mallory.post("/v3/createRoom", json!({})).await.refused(403, "M_USER_SUSPENDED");
    decides(&moderator, &appeal_id, json!({ "decision": "lift" })).await;
    mallory.creates_room(json!({})).await;
}

#[tokio::test]
async fn the_audit_trail_says_who_looked_and_who_decided_and_is_one_chain() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.person("alice").await, server.person("mallory").await);
    let moderator = server.person("moderator").await;
    let report_id = reports(&alice, json!({ "user_id": mallory.user_id, "reason": "spam" })).await;
    moderator.get(&format!("/_aside/v1/moderation/reports/{report_id}")).await.ok();
    decides(&moderator, &report_id, json!({ "decision": "dismiss", "note": "nothing there" })).await;
    let trail = moderator.get("/_aside/v1/moderation/audit").await.ok();
    let entries = trail["items"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["looked_at_report", "dismiss"]);
    assert!(
        entries.iter().all(|entry| entry["intact"] == true && entry["actor"] == json!(moderator.user_id))
    );
    assert_eq!(entries[1]["detail"], "nothing there");
    let second = moderator.get("/_aside/v1/moderation/audit?from=1").await.ok();
    assert_eq!((&second["items"][0]["number"], &second["items"][0]["intact"]), (&json!(2), &json!(true)));
    alice.get("/_aside/v1/moderation/audit").await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn reports_of_people_who_know_each_other_count_as_one() {
    let server = TestServer::start().await;
    let mallory = server.person("mallory").await;
    let moderator = server.person("moderator").await;
    let mut last = String::new();
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol"] {
        let person = server.person(name).await;
        last = reports(&person, json!({ "user_id": mallory.user_id, "reason": "spam" })).await;
        people.push(person);
    }
    let path = format!("/_aside/v1/moderation/reports/{last}");
    assert_eq!(moderator.get(&path).await.ok()["unrelated_reports"], 3);
    people[0].meets(&people[1]).await;
    assert_eq!(moderator.get(&path).await.ok()["unrelated_reports"], 2);
}
