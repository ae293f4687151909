//! Whom somebody keeps away: blocking, restricting, muting, and whose invites they take.

use aside_testkit::{Person, TestServer, bodies, path, text, timeline};
use serde_json::{Value, json};

async fn blocks(person: &Person, other: &Person) {
    person.put(&format!("/_aside/v1/blocks/{}", path(&other.user_id)), json!({})).await.ok();
}

async fn unblocks(person: &Person, other: &Person) {
    person.delete(&format!("/_aside/v1/blocks/{}", path(&other.user_id))).await.ok();
}

async fn restrains(person: &Person, kind: &str, other: &Person) {
    person.put(&format!("/_aside/v1/restraints/{kind}/{}", path(&other.user_id)), json!({})).await.ok();
}

async fn says(person: &Person, room_id: &str) -> Vec<String> {
    let page = person.get(&format!("/v3/rooms/{}/messages?dir=f&limit=100", path(room_id))).await.ok();
    bodies(&page["chunk"])
}

/// Everything that a sync brings of somebody: their ids in it, wherever they stand.
fn mentions(sync: &Value, person: &Person) -> bool {
    let mut news = sync.clone();
    news["next_batch"] = Value::Null;
    news.to_string().contains(&person.user_id)
}

/// A blocked person, who they were blocked by, the room of the two, and what was said in it before.
struct Scene {
    mallory: Person,
    bob: Person,
    pair: String,
    earlier: String,
}

impl Scene {
    fn room(&self, rest: &str) -> String {
        format!("/v3/rooms/{}/{rest}", path(&self.pair))
    }

    /// Messages, reactions, edits, threads, calls: all of them are answered as ever. Answers the first one's id.
    async fn speaks(&self) -> String {
        let Scene { mallory, pair, earlier, .. } = self;
        let said = mallory.sends(pair, "answer me").await;
        let about = |kind: &str| json!({ "rel_type": kind, "event_id": earlier, "key": "!" });
        let edit = json!({
            "msgtype": "m.text", "body": "* answer", "m.new_content": { "msgtype": "m.text", "body": "answer" },
            "m.relates_to": about("m.replace"),
        });
        let threaded =
            json!({ "msgtype": "m.text", "body": "answer here", "m.relates_to": about("m.thread") });
        for (kind, content) in [
            ("m.reaction", json!({ "m.relates_to": about("m.annotation") })),
            ("m.room.message", edit),
            ("m.room.message", threaded),
            ("m.call.invite", json!({ "call_id": "1", "version": "1", "lifetime": 9 })),
            ("m.room.encrypted", json!({ "ciphertext": "answer" })),
        ] {
            mallory.sends_event(pair, kind, content).await;
        }
        said
    }

    /// State of the room and of the person, and the words that come with putting somebody out or taking something back.
    async fn changes_the_room(&self) {
        let Scene { mallory, bob, pair, earlier } = self;
        mallory.sets_state(pair, "m.room.name", "", json!({ "name": "answer me" })).await;
        mallory.sets_state(pair, "org.matrix.msc3401.call.member", "m", json!({ "ring": "answer" })).await;
        let name = format!("/v3/profile/{}/displayname", path(&mallory.user_id));
        mallory.put(&name, json!({ "displayname": "answer me" })).await.ok();
        let out = json!({ "user_id": bob.user_id, "reason": "answer me" });
        mallory.post(&self.room("kick"), out.clone()).await.ok();
        mallory.post(&self.room("ban"), out).await.ok();
        let redact = format!("redact/{}/r1", path(earlier));
        mallory.put(&self.room(&redact), json!({ "reason": "answer me" })).await.ok();
        mallory.post(&self.room("upgrade"), json!({ "new_version": "11" })).await.ok();
    }

    /// What passes by, and what goes past all rooms.
    async fn makes_signs(&self) {
        let Scene { mallory, bob, earlier, .. } = self;
        let typing = self.room(&format!("typing/{}", path(&mallory.user_id)));
        mallory.put(&typing, json!({ "typing": true, "timeout": 9000 })).await.ok();
        mallory.post(&self.room(&format!("receipt/m.read/{}", path(earlier))), json!({})).await.ok();
        let present = json!({ "presence": "online", "status_msg": "answer me" });
        mallory.put(&format!("/v3/presence/{}/status", path(&mallory.user_id)), present).await.ok();
        mallory.syncs("").await;
        let to_bob = json!({ "messages": { &bob.user_id: { "*": { "text": "answer me" } } } });
        mallory.put("/v3/sendToDevice/m.key.verification.request/t1", to_bob.clone()).await.ok();
        mallory.put("/v3/sendToDevice/m.room.encrypted/t2", to_bob).await.ok();
        mallory.put(&format!("/_aside/v1/relations/contact/{}", path(&bob.user_id)), json!({})).await.ok();
    }

    /// Asked along while a room is made, into a group, once more into a room, and by knocking. Answers the new rooms.
    async fn asks_again(&self, asked: &str, bobs: &str) -> [String; 2] {
        let Scene { mallory, bob, .. } = self;
        let fresh = mallory.creates_room(json!({ "name": "answer me", "invite": [bob.user_id] })).await;
        let group = mallory.creates_room(json!({ "name": "a group" })).await;
        mallory.invites(&group, bob).await;
        let again = json!({ "user_id": bob.user_id, "reason": "answer me" });
        mallory.post(&format!("/v3/rooms/{}/invite", path(asked)), again).await.ok();
        let knock = format!("/v3/knock/{}", path(bobs));
        mallory.post(&knock, json!({ "reason": "answer me" })).await.refused(403, "M_FORBIDDEN");
        [fresh, group]
    }

    /// Wherever Bob looks, there is nothing.
    async fn is_read_nowhere(&self, said: &str) {
        let Scene { bob, pair, earlier, .. } = self;
        for hidden in [format!("event/{}", path(said)), format!("context/{}", path(said))] {
            bob.get(&self.room(&hidden)).await.refused(404, "M_NOT_FOUND");
        }
        for seen in [
            self.room("messages?dir=b&limit=100"),
            self.room("state"),
            self.room("members"),
            self.room(&format!("event/{}", path(earlier))),
            self.room(&format!("context/{}", path(earlier))),
            format!("/v1/rooms/{}/relations/{}", path(pair), path(earlier)),
            format!("/v1/rooms/{}/threads", path(pair)),
            "/v3/notifications".to_owned(),
        ] {
            let answer = bob.get(&seen).await.ok();
            assert!(!answer.to_string().contains("answer"), "{seen}: {answer}");
        }
        let search = json!({ "search_categories": { "room_events": { "search_term": "answer" } } });
        let found = bob.post("/v3/search", search).await.ok();
        assert_eq!(found["search_categories"]["room_events"]["results"].as_array().map_or(0, Vec::len), 0);
    }
}

#[tokio::test]
async fn a_sf_02_a_blocked_person_can_reach_nobody_by_any_path() {
    let server = TestServer::start().await;
    let (mallory, bob) = (server.person("mallory").await, server.person("bob").await);
    let wanted = json!({ "is_direct": true, "preset": "private_chat", "invite": [bob.user_id] });
    let pair = mallory.creates_room(wanted).await;
    bob.joins(&pair).await;
    let earlier = mallory.sends(&pair, "hello").await;
    let scene = Scene { mallory, bob, pair, earlier };
    let Scene { mallory, bob, pair, earlier } = &scene;
    bob.post(&scene.room(&format!("receipt/m.read/{}", path(earlier))), json!({})).await.ok();
    let asked = mallory.creates_room(json!({ "name": "waiting", "invite": [bob.user_id] })).await;
    let bobs = bob.creates_room(json!({})).await;
    bob.sets_state(&bobs, "m.room.join_rules", "", json!({ "join_rule": "knock" })).await;
    blocks(bob, mallory).await;
    let mut since = text(&bob.syncs("").await["next_batch"]);

    let said = scene.speaks().await;
    scene.changes_the_room().await;
    scene.makes_signs().await;
    let [fresh, group] = scene.asks_again(&asked, &bobs).await;

    // Bob hears of none of it.
    for _ in 0..3 {
        let sync = bob.syncs_for(&since, 300).await;
        assert!(!mentions(&sync, mallory), "{sync}");
        assert!(sync["to_device"]["events"].as_array().is_none_or(Vec::is_empty), "{sync}");
        since = text(&sync["next_batch"]);
    }
    let anew = bob.syncs("").await;
    assert!(!anew.to_string().contains("answer"), "{anew}");
    for room_id in [&asked, &fresh, &group] {
        assert_eq!(anew["rooms"]["invite"].get(room_id), None);
    }
    assert_eq!(anew["rooms"]["join"][pair]["unread_notifications"]["notification_count"], 0);
    assert_eq!(bob.get("/_aside/v1/requests").await.ok()["items"], json!([]));
    assert_eq!(bob.get("/_aside/v1/relations?kind=contact&direction=in").await.ok()["items"], json!([]));
    scene.is_read_nowhere(&said).await;

    // Mallory is told nothing: everything is there, and Bob still seems to be.
    assert!(says(mallory, pair).await.contains(&"answer me".to_owned()));
    let members = mallory.get(&scene.room("joined_members")).await.ok();
    assert!(members["joined"].get(&bob.user_id).is_some(), "{members}");

    // It stays so after the block is taken back; what is said from then on arrives.
    unblocks(bob, mallory).await;
    scene.is_read_nowhere(&said).await;
    let now = mallory.sends(pair, "thank you").await;
    let sync = bob.receives(&since, pair, &now).await;
    assert_eq!(bodies(&json!(timeline(&sync, pair))), ["thank you"]);
    // Of what went from device to device, the keys that were kept back come now, and nothing else.
    let kept = bob.syncs(&since).await["to_device"]["events"].clone();
    assert_eq!(kept.as_array().map(Vec::len), Some(1), "{kept}");
    assert_eq!(kept[0]["type"], "m.room.encrypted");
    assert!(!bob.syncs("").await["rooms"].to_string().contains("answer me"));
}

#[tokio::test]
async fn a_sf_02_in_a_group_the_blocker_alone_does_not_see_the_blocked() {
    let server = TestServer::start().await;
    let (mallory, bob) = (server.person("mallory").await, server.person("bob").await);
    let carol = server.person("carol").await;
    let group = carol.creates_room(json!({ "preset": "public_chat" })).await;
    mallory.joins(&group).await;
    bob.joins(&group).await;
    blocks(&bob, &mallory).await;
    mallory.sends(&group, "to everybody").await;
    carol.sends(&group, "me too").await;
    assert_eq!(says(&bob, &group).await, ["me too"]);
    assert_eq!(says(&carol, &group).await, ["to everybody", "me too"]);
}

#[tokio::test]
async fn a_sf_02_blocks_are_the_list_of_ignored_users_in_both_directions() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let carol = server.person("carol").await;
    let list = format!("/v3/user/{}/account_data/m.ignored_user_list", path(&alice.user_id));
    blocks(&alice, &bob).await;
    blocks(&alice, &bob).await;
    let ignored = alice.get(&list).await.ok();
    assert!(ignored["ignored_users"].get(&bob.user_id).is_some(), "{ignored}");
    let both = json!({ "ignored_users": { &bob.user_id: {}, &carol.user_id: {} } });
    alice.put(&list, both).await.ok();
    let listed = alice.get("/_aside/v1/blocks").await.ok();
    let ids: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|one| one["user_id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&bob.user_id, &carol.user_id]);
    let page = alice.get("/_aside/v1/blocks?limit=1").await.ok();
    assert_eq!(page["next_batch"], json!(bob.user_id));
    unblocks(&alice, &bob).await;
    assert_eq!(alice.get(&list).await.ok()["ignored_users"], json!({ &carol.user_id: {} }));
    alice.put("/_aside/v1/blocks/%40nobody%3Alocalhost", json!({})).await.refused(404, "M_NOT_FOUND");
    alice
        .put(&format!("/_aside/v1/blocks/{}", path(&alice.user_id)), json!({}))
        .await
        .refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_sf_02_blocking_clears_what_was_asked_and_waits() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let asked = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    assert!(bob.syncs("").await["rooms"]["invite"].get(&asked).is_some());
    let waiting = async || bob.get("/_aside/v1/requests").await.ok()["items"].as_array().unwrap().len();
    assert_eq!(waiting().await, 1);
    blocks(&bob, &alice).await;
    assert_eq!(waiting().await, 0);
    assert_eq!(bob.syncs("").await["rooms"]["invite"].get(&asked), None);
    unblocks(&bob, &alice).await;
    assert_eq!(bob.syncs("").await["rooms"]["invite"].get(&asked), None, "it is not asked again by itself");
    let members = alice.get(&format!("/v3/rooms/{}/members", path(&asked))).await.ok();
    assert!(members.to_string().contains("\"invite\""), "and alice isn't told: {members}");
    alice.invites(&asked, &bob).await;
    assert!(bob.syncs("").await["rooms"]["invite"].get(&asked).is_some());
}

#[tokio::test]
async fn who_is_muted_or_restricted_notifies_nobody_and_who_is_restricted_sees_less() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let count = async || {
        let sync = alice.syncs("").await;
        sync["rooms"]["join"][&room_id]["unread_notifications"]["notification_count"].as_i64()
    };
    restrains(&alice, "mute", &bob).await;
    let said = bob.sends(&room_id, "quietly").await;
    alice.receives("", &room_id, &said).await;
    assert_eq!(count().await, Some(0));
    let listed = alice.get("/_aside/v1/restraints").await.ok();
    assert_eq!(listed["items"][0]["kind"], "mute");
    let mute = format!("/_aside/v1/restraints/mute/{}", path(&bob.user_id));
    alice.delete(&mute).await.ok();
    restrains(&alice, "restrict", &bob).await;
    let since = text(&bob.syncs("").await["next_batch"]);
    let said = bob.sends(&room_id, "are you there?").await;
    alice.receives("", &room_id, &said).await;
    assert_eq!(count().await, Some(0), "restricted people notify nobody either");
    let room = |rest: String| format!("/v3/rooms/{}/{rest}", path(&room_id));
    alice.post(&room(format!("receipt/m.read/{}", path(&said))), json!({})).await.ok();
    alice.put(&room(format!("typing/{}", path(&alice.user_id))), json!({ "typing": true })).await.ok();
    let sync = bob.syncs_for(&since, 300).await;
    let shown = &sync["rooms"]["join"][&room_id]["ephemeral"]["events"];
    assert!(!shown.to_string().contains(&alice.user_id), "{shown}");
    assert!(!sync["presence"].to_string().contains(&alice.user_id), "{sync}");
    let presence = bob.get(&format!("/v3/presence/{}/status", path(&alice.user_id))).await.ok();
    assert_eq!(presence["presence"], "offline");
    alice
        .put(&format!("/_aside/v1/restraints/hug/{}", path(&bob.user_id)), json!({}))
        .await
        .refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn invites_are_refused_or_passed_over_as_the_invited_have_set_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let set = async |kind: &str, content: Value| {
        bob.put(&format!("/v3/user/{}/account_data/{kind}", path(&bob.user_id)), content).await.ok();
    };
    set("m.invite_permission_config", json!({ "default_action": "block" })).await;
    let wanted = json!({ "invite": [bob.user_id] });
    alice.post("/v3/createRoom", wanted.clone()).await.refused(403, "M_INVITE_BLOCKED");
    let room_id = alice.creates_room(json!({})).await;
    let invite = format!("/v3/rooms/{}/invite", path(&room_id));
    alice.post(&invite, json!({ "user_id": bob.user_id })).await.refused(403, "M_INVITE_BLOCKED");
    let filters = "org.matrix.msc4155.invite_permission_config";
    set(filters, json!({ "allowed_users": [alice.user_id] })).await;
    alice.invites(&room_id, &bob).await;
    assert!(bob.syncs("").await["rooms"]["invite"].get(&room_id).is_some());
    set(filters, json!({ "ignored_users": ["@ali*:*"] })).await;
    let unseen = alice.creates_room(wanted).await;
    assert_eq!(bob.syncs("").await["rooms"]["invite"].get(&unseen), None);
}
