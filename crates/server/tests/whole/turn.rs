//! Relays for calls.

use aside_domain::turn::{TurnAccess, TurnSettings};
use aside_testkit::{TestServer, text};
use serde_json::json;

fn with(access: TurnAccess) -> Option<TurnSettings> {
    let uris = vec!["turn:turn.example.org?transport=udp".to_owned()];
    Some(TurnSettings { uris, access, lifetime_ms: 3_600_000 })
}

#[tokio::test]
async fn everybody_gets_a_name_and_a_password_for_the_relays_for_a_while() {
    let access = TurnAccess::Secret("the relays know it, too".into());
    let server = TestServer::start_with(|settings| settings.turn = with(access), true).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let relays = alice.get("/v3/voip/turnServer").await.ok();
    assert_eq!(relays["uris"], json!(["turn:turn.example.org?transport=udp"]));
    assert_eq!(relays["ttl"], 3_600);
    // The clock of the test stands at 1,800,000,000 seconds.
    assert_eq!(relays["username"], "1800003600:@alice:localhost");
    assert_eq!(text(&relays["password"]).len(), 28, "20 bytes in Base64");
    assert_ne!(bob.get("/v3/voip/turnServer").await.ok()["password"], relays["password"]);
    server.anonymous().await.get("/v3/voip/turnServer").await.refused(401, "M_MISSING_TOKEN");
}

#[tokio::test]
async fn relays_without_a_secret_have_one_name_for_everybody() {
    let access = TurnAccess::Account { username: "aside".into(), password: "password".into() };
    let server = TestServer::start_with(|settings| settings.turn = with(access), false).await;
    let relays = server.person("alice").await.get("/v3/voip/turnServer").await.ok();
    assert_eq!((&relays["username"], &relays["password"]), (&json!("aside"), &json!("password")));
}
