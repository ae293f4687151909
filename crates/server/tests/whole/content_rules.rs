//! Rules for what a message holds, where the server can read it: links, the size of files, calls.

use aside_domain::Settings;
use aside_testkit::{Person, TestServer, path};
use serde_json::{Value, json};

use crate::policy::{refused_by, relate, says, words};

/// A server whose profile says this, and lets everybody write to everybody.
async fn server_with(text: &str) -> TestServer {
    let text = format!(
        "[profile]\nid = \"test\"\n[start]\nwho = [\"anyone\"]\nknown = [\"anyone\"]\n[group]\nadd_requires = \"anyone\"\n{text}\n"
    );
    let change = move |settings: &mut Settings| {
        let file = settings.data_dir.join("profile.toml");
        std::fs::write(&file, text).unwrap();
        settings.policy.profile = file.display().to_string();
    };
    TestServer::start_with(change, false).await
}

async fn pair(server: &TestServer) -> (Person, Person, String) {
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    (alice, bob, room_id)
}

#[tokio::test]
async fn only_links_to_the_platform_are_sent_where_the_profile_says_so() {
    let rules = "[content]\nlinks = \"only_platform_domains\"\nplatform_domains = [\"shop.example\"]";
    let server = server_with(rules).await;
    let (alice, bob, room_id) = pair(&server).await;
    for (number, body) in [
        "hello",
        "https://shop.example/item/7",
        "see www.shop.example.",
        "https://matrix.to/#/@bob:localhost",
    ]
    .iter()
    .enumerate()
    {
        says(&alice, &room_id, &format!("good{number}"), words(body)).await.ok();
    }
    for (number, body) in [
        "https://elsewhere.example/pay",
        "look at elsewhere.com",
        "https://notshop.example/",
        "https://shop.example.evil.com/",
        "mail me: mailto:me@elsewhere.com https://shop.example@evil.com",
    ]
    .iter()
    .enumerate()
    {
        let sent = says(&alice, &room_id, &format!("bad{number}"), words(body)).await;
        refused_by(sent, "content.links");
    }
    let html = json!({ "msgtype": "m.text", "body": "shop", "format": "org.matrix.custom.html",
        "formatted_body": "<a href=\"https://elsewhere.example\">shop</a>" });
    refused_by(says(&alice, &room_id, "html", html).await, "content.links");
    let good = alice.sends(&room_id, "soon").await;
    let edit = json!({ "msgtype": "m.text", "body": "* elsewhere.com",
        "m.new_content": { "msgtype": "m.text", "body": "elsewhere.com" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": good } });
    refused_by(says(&alice, &room_id, "edit", edit).await, "content.links");
    // Where the server can't read, the recipient's client applies the same rule.
    let policy = bob.get("/_aside/v1/policy").await.ok();
    assert_eq!(policy["rules"]["content"]["links"], "only_platform_domains");
    assert_eq!(policy["rules"]["content"]["platform_domains"], json!(["shop.example"]));
}

#[tokio::test]
async fn offers_to_leave_the_platform_are_not_sent_where_the_profile_says_so() {
    let server = server_with("[content]\nblock_off_platform = true").await;
    let (alice, _, room_id) = pair(&server).await;
    says(&alice, &room_id, "good", words("Is it still there? Mail me at alice@example.org")).await.ok();
    for (number, body) in
        ["write me on WhatsApp", "https://t.me/alice", "insta: alice.shop", "pay me directly"]
            .iter()
            .enumerate()
    {
        let sent = says(&alice, &room_id, &format!("bad{number}"), words(body)).await;
        refused_by(sent, "content.block_off_platform");
    }
    let good = alice.sends(&room_id, "soon").await;
    let edit = json!({ "msgtype": "m.text", "body": "* via telegram",
        "m.new_content": { "msgtype": "m.text", "body": "via telegram" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": good } });
    refused_by(says(&alice, &room_id, "edit", edit).await, "content.block_off_platform");
}

#[tokio::test]
async fn a_gallery_holds_as_many_pictures_as_the_profile_says() {
    let server = server_with("[media]\nitems_per_message = 2").await;
    let (alice, _, room_id) = pair(&server).await;
    let gallery = |kind: &str, count: usize| {
        let item = json!({ "itemtype": "m.image", "body": "a.png", "url": "mxc://localhost/a" });
        json!({ "msgtype": kind, "body": "", "itemtypes": vec![item; count] })
    };
    says(&alice, &room_id, "two", gallery("m.gallery", 2)).await.ok();
    refused_by(says(&alice, &room_id, "three", gallery("m.gallery", 3)).await, "media.items_per_message");
    let sent = says(&alice, &room_id, "draft", gallery("dm.filament.gallery", 3)).await;
    refused_by(sent, "media.items_per_message");
    // The client counts what it sends together, so it has to know.
    let policy = alice.get("/_aside/v1/policy").await.ok();
    assert_eq!(policy["rules"]["media"]["items_per_message"], 2);
}

fn file(url: &str, size: Option<i64>) -> Value {
    json!({ "msgtype": "m.file", "body": "plan.txt", "url": url, "info": { "size": size } })
}

#[tokio::test]
async fn a_file_is_as_large_as_it_is_whatever_its_sender_says() {
    let server = server_with("[media]\nfile_bytes = 1000").await;
    let (alice, _, room_id) = pair(&server).await;
    let small = alice.uploads("text/plain", "small.txt", vec![b'x'; 1000]).await;
    let large = alice.uploads("text/plain", "large.txt", vec![b'x'; 1001]).await;
    says(&alice, &room_id, "small", file(&small, None)).await.ok();
    refused_by(says(&alice, &room_id, "declared", file(&small, Some(2000))).await, "media.bytes");
    refused_by(says(&alice, &room_id, "lie", file(&large, Some(10))).await, "media.bytes");
    refused_by(says(&alice, &room_id, "silent", file(&large, None)).await, "media.bytes");
    // Another spelling of the same JSON is the same.
    let content = file(&large, None).to_string().replace('/', "\\/");
    let to = format!("{}/_matrix/client/v3/rooms/{}/send/m.room.message/spelt", alice.base, path(&room_id));
    let sent = alice.http.put(to).bearer_auth(&alice.token).body(content).send().await.unwrap();
    assert_eq!(sent.status().as_u16(), 403);
    let announced = alice.announces_an_upload().await;
    says(&alice, &room_id, "early", file(&announced, None)).await.refused(400, "M_UNKNOWN");
    alice.fulfils(&announced, b"now it is there").await.ok();
    says(&alice, &room_id, "then", file(&announced, None)).await.ok();
}

#[tokio::test]
async fn who_may_call_holds_in_groups_for_whoever_is_called_by_name() {
    let server = server_with("").await;
    let (alice, bob, carol) =
        (server.person("alice").await, server.person("bob").await, server.person("carol").await);
    let room_id = alice.creates_room(json!({ "preset": "public_chat" })).await;
    for person in [&bob, &carol] {
        person.joins(&room_id).await;
    }
    bob.patch("/_aside/v1/privacy", json!({ "who_may_call": "contacts" })).await.ok();
    let rings = async |txn: &str, kind: &str, content: Value| {
        alice.put(&format!("/v3/rooms/{}/send/{kind}/{txn}", path(&room_id)), content).await
    };
    let mentions = |people: &[&Person]| {
        let ids: Vec<&str> = people.iter().map(|person| person.user_id.as_str()).collect();
        json!({ "m.mentions": { "user_ids": ids }, "notification_type": "ring" })
    };
    rings("1", "m.rtc.notification", mentions(&[&carol])).await.ok();
    refused_by(rings("2", "m.rtc.notification", mentions(&[&carol, &bob])).await, "recipient.call_setting");
    let invite =
        json!({ "invitee": bob.user_id, "call_id": "c", "party_id": "p", "version": "1", "lifetime": 1 });
    refused_by(rings("3", "m.call.invite", invite.clone()).await, "recipient.call_setting");
    relate(&server, "contact", &bob, &alice).await;
    rings("4", "m.call.invite", invite).await.ok();
    rings("5", "m.rtc.notification", mentions(&[&carol, &bob])).await.ok();
}
