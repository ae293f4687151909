use aside_testkit::{TestServer, path};
use serde_json::json;

#[tokio::test]
async fn two_people_meet_in_one_direct_room_whoever_asks() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let wanted = json!({ "is_direct": true, "preset": "trusted_private_chat", "invite": [alice.user_id] });
    assert_eq!(bob.creates_room(wanted).await, room_id);
    let other = alice.creates_room(json!({ "invite": [bob.user_id] })).await;
    assert_ne!(other, room_id, "a room that isn't asked for as direct is a room of its own");
}

#[tokio::test]
async fn a_repeated_transaction_sends_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    let send = format!("/v3/rooms/{}/send/m.room.message/same", path(&room_id));
    let body = json!({ "msgtype": "m.text", "body": "once" });
    let first = alice.put(&send, body.clone()).await.ok();
    let second = alice.put(&send, body).await.ok();
    assert_eq!(first, second);
}

#[tokio::test]
async fn an_outsider_hears_the_same_of_a_room_and_of_no_room() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.person("alice").await, server.person("bob").await, server.person("eve").await);
    let room_id = alice.meets(&bob).await;
    let body = json!({ "msgtype": "m.text", "body": "hello" });
    let known = eve.put(&format!("/v3/rooms/{}/send/m.room.message/1", path(&room_id)), body.clone()).await;
    let unknown = eve.put("/v3/rooms/%21nothing:localhost/send/m.room.message/1", body).await;
    assert_eq!(known.refused(403, "M_FORBIDDEN"), unknown.refused(403, "M_FORBIDDEN"));
}
