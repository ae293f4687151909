use aside_domain::registration;
use aside_testkit::TestServer;
use serde_json::json;

#[tokio::test]
async fn pages_load_nothing_but_their_own() {
    let server = TestServer::start().await;
    let path = "/_matrix/client/v3/auth/m.login.dummy/fallback/web?session=x";
    let page = server.http.get(format!("http://{}{path}", server.address)).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200, "{path}");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    let html = page.text().await.unwrap();
    assert!(html.contains("localhost") && !html.contains("{{"), "{html}");
    let assets: Vec<&str> = html.split('"').filter(|text| text.starts_with("/_aside/pages/")).collect();
    assert!(assets.len() >= 2, "{html}");
    for asset in assets {
        let asset = server.http.get(format!("http://{}{asset}", server.address)).send().await.unwrap();
        assert_eq!(asset.status().as_u16(), 200);
    }
}

/// With the web app or, where it was not built, without it.
#[tokio::test]
async fn the_first_address_and_the_link_for_the_first_account_show_a_page() {
    let server = TestServer::start().await;
    for path in ["/", "/register?token=x"] {
        let page = server.http.get(format!("http://{}{path}", server.address)).send().await.unwrap();
        assert_eq!(page.status().as_u16(), 200, "{path}");
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(page.headers()["referrer-policy"], "no-referrer");
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    }
    let unknown =
        server.http.get(format!("http://{}/_matrix/client/v9/x", server.address)).send().await.unwrap();
    assert_eq!(unknown.status().as_u16(), 404);
}

#[tokio::test]
async fn a_client_that_does_not_know_a_stage_sends_its_person_to_a_page() {
    let server = TestServer::start_with(|settings| settings.open_registration = false, false).await;
    let nobody = server.anonymous().await;
    let token = registration::first_token(&server.hs).await.unwrap().unwrap();
    let wanted = json!({ "username": "alice", "password": "s3kr1t" });
    let asked = nobody.post("/v3/register", wanted).await;
    let session = &asked.body["session"];
    let page = "/v3/auth/m.login.registration_token/fallback/web";
    nobody.post(page, json!({ "session": session })).await.refused(400, "M_MISSING_PARAM");
    let guess = json!({ "session": session, "token": "guess" });
    nobody.post(page, guess).await.refused(403, "M_FORBIDDEN");
    let stranger = json!({ "session": "stranger", "token": token });
    nobody.post(page, stranger).await.refused(404, "M_NOT_FOUND");
    let dummy = json!({ "session": session });
    nobody.post("/v3/auth/m.login.dummy/fallback/web", dummy).await.refused(403, "M_FORBIDDEN");
    nobody.get("/v3/auth/m.login.sso/fallback/web").await.refused(404, "M_NOT_FOUND");

    let unfinished = nobody.post("/v3/register", json!({ "auth": { "session": session } })).await;
    assert_eq!(unfinished.status, 401);
    nobody.post(page, json!({ "session": session, "token": token })).await.ok();
    let made = nobody.post("/v3/register", json!({ "auth": { "session": session } })).await.ok();
    assert_eq!(made["user_id"], "@alice:localhost");
}
