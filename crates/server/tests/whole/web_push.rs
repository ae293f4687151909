//! Notifications in a browser whose page is closed: a push service of the test's own, which decrypts as a browser does.

use aside_testkit::{Asked, Outside, Person, TestServer, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use web_push_native::{Auth, decrypt, p256};

const ENDPOINT: &str = "/push/the-address-is-a-secret";

/// A browser with a subscription, and its push service.
struct Browser {
    service: Outside,
    secret: p256::SecretKey,
    auth: [u8; 16],
}

impl Browser {
    async fn start() -> Browser {
        let service = Outside::start().await;
        service.answers(ENDPOINT, 201, "text/plain", "");
        // Keys of a test need not be random.
        let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
        Browser { service, secret, auth: [9; 16] }
    }

    fn pusher(&self) -> Value {
        let public = self.secret.public_key().to_sec1_bytes();
        json!({
            "app_id": "org.aside.web", "pushkey": URL_SAFE_NO_PAD.encode(public), "kind": "webpush",
            "app_display_name": "Aside", "device_display_name": "Browser", "lang": "en",
            "data": { "url": self.service.url(ENDPOINT), "auth": URL_SAFE_NO_PAD.encode(self.auth) },
        })
    }

    fn decrypts(&self, asked: &Asked) -> Value {
        let auth = Auth::clone_from_slice(&self.auth);
        let decrypted = decrypt(asked.body.to_vec(), &self.secret, &auth).unwrap();
        serde_json::from_slice(&decrypted).unwrap()
    }
}

async fn vapid_key(person: &Person) -> String {
    let capabilities = person.get("/v3/capabilities").await.ok();
    let web_push = &capabilities["capabilities"]["org.matrix.msc4174.webpush"];
    assert_eq!(web_push["enabled"], json!(true));
    text(&web_push["vapid"])
}

fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[tokio::test]
async fn a_browser_is_told_where_a_message_is_and_nobody_else_can_read_it() {
    let (server, browser) = (TestServer::start().await, Browser::start().await);
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    bob.post("/v3/pushers/set", browser.pusher()).await.ok();
    let listed = bob.get("/v3/pushers").await.ok();
    assert_eq!(listed["pushers"][0]["kind"], "webpush");
    assert_eq!(listed["pushers"][0]["data"]["activated"], json!(true));
    let event_id = alice.sends(&room_id, "nobody else reads this").await;
    let asked = browser.service.asked().await;
    assert_eq!(asked.path, ENDPOINT);
    let message = browser.decrypts(&asked);
    let expected =
        json!({ "event_id": event_id, "room_id": room_id, "prio": "high", "counts": { "unread": 1 } });
    assert_eq!(message, expected);
    assert_eq!((asked.header("content-encoding"), asked.header("urgency")), ("aes128gcm", "high"));
    assert!(asked.header("ttl").parse::<u32>().unwrap() > 0 && asked.header("topic").len() <= 32);
    // The push service knows by the key with which the browser subscribed that it is this server which sends.
    let (token, key) =
        asked.header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, vapid_key(&bob).await);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(key));
    public.verify(signed.as_bytes(), &decoded(signature)).unwrap();
    let claims: Value = serde_json::from_slice(&decoded(signed.split_once('.').unwrap().1)).unwrap();
    assert_eq!(format!("{}{ENDPOINT}", text(&claims["aud"])), browser.service.url(ENDPOINT));
    assert!(text(&claims["sub"]).starts_with("mailto:"));
}

#[tokio::test]
async fn reading_does_not_wake_a_browser_and_logging_out_ends_its_subscription() {
    let (server, browser) = (TestServer::start().await, Browser::start().await);
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let room_id = alice.meets(&bob).await;
    bob.post("/v3/pushers/set", browser.pusher()).await.ok();
    let event_id = alice.sends(&room_id, "hello").await;
    browser.service.asked().await;
    let receipt = format!(
        "/v3/rooms/{}/receipt/m.read/{}",
        aside_testkit::path(&room_id),
        aside_testkit::path(&event_id)
    );
    bob.post(&receipt, json!({})).await.ok();
    browser.service.is_left_alone().await;
    bob.post("/v3/logout", json!({})).await.ok();
    alice.sends(&room_id, "hello?").await;
    browser.service.is_left_alone().await;
}

#[tokio::test]
async fn a_subscription_that_was_withdrawn_is_dropped() {
    for status in [404, 410] {
        let (server, browser) = (TestServer::start().await, Browser::start().await);
        let (alice, bob) = (server.person("alice").await, server.person("bob").await);
        let room_id = alice.meets(&bob).await;
        bob.post("/v3/pushers/set", browser.pusher()).await.ok();
        browser.service.answers(ENDPOINT, status, "text/plain", "");
        alice.sends(&room_id, "hello").await;
        browser.service.asked().await;
        for _ in 0..200 {
            if bob.get("/v3/pushers").await.ok() == json!({ "pushers": [] }) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(bob.get("/v3/pushers").await.ok(), json!({ "pushers": [] }), "{status}");
    }
}

#[tokio::test]
async fn what_is_no_subscription_is_refused() {
    let (server, browser) = (TestServer::start().await, Browser::start().await);
    let alice = server.person("alice").await;
    let off_the_curve = [&[4][..], &[1; 64]].concat();
    for (field, value) in [
        ("pushkey", json!("key")),
        ("pushkey", json!(URL_SAFE_NO_PAD.encode([4; 64]))),
        ("pushkey", json!(URL_SAFE_NO_PAD.encode(off_the_curve))),
        ("data", json!({ "url": browser.service.url(ENDPOINT) })),
        ("data", json!({ "url": browser.service.url(ENDPOINT), "auth": "c2hvcnQ" })),
        ("data", json!({ "url": "http://push.example.org/a", "auth": URL_SAFE_NO_PAD.encode([9; 16]) })),
        ("data", json!({ "url": "no address", "auth": URL_SAFE_NO_PAD.encode([9; 16]) })),
        ("data", json!({})),
    ] {
        let mut bad = browser.pusher();
        bad[field] = value;
        alice.post("/v3/pushers/set", bad).await.refused(400, "M_INVALID_PARAM");
    }
}
