//! Link previews.

use aside_domain::Settings;
use aside_testkit::{Outside, Person, TestServer, path, text};
use serde_json::{Value, json};

const PAGE: &str = r#"<!doctype html><html><head><title>Plain</title>
    <meta property="og:title" content="The cat &amp; the dog"><meta property="og:description" content="A story">
    <meta property="og:image" content="/cat.png"><meta property="og:url" content="https://elsewhere.example/">
    </head><body>hello</body></html>"#;

async fn start(change: impl FnOnce(&mut Settings)) -> (TestServer, Person, Outside) {
    let with_previews = |settings: &mut Settings| {
        settings.previews = true;
        change(settings);
    };
    let server = TestServer::start_with(with_previews, true).await;
    let alice = server.person("alice").await;
    (server, alice, Outside::start().await)
}

async fn preview(person: &Person, url: &str) -> Value {
    person.get(&format!("/v1/media/preview_url?url={}", path(url))).await.ok()
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 30).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_page_is_shown_with_its_title_its_text_and_its_picture() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/story", 200, "text/html; charset=utf-8", PAGE);
    site.answers("/cat.png", 200, "image/png", picture());
    let found = preview(&alice, &site.url("/story#part")).await;
    assert_eq!(
        (&found["og:title"], &found["og:description"]),
        (&json!("The cat & the dog"), &json!("A story"))
    );
    assert_eq!(
        found["og:url"],
        json!(site.url("/story")),
        "the address that was asked, whatever the page says"
    );
    assert_eq!((&found["og:image:type"], &found["og:image:width"]), (&json!("image/png"), &json!(40)));
    assert_eq!(
        (&found["og:image:height"], &found["matrix:image:size"]),
        (&json!(30), &json!(picture().len()))
    );
    let shown = alice.downloads(&text(&found["og:image"])).await;
    assert_eq!(shown.ok().bytes, picture());
    assert_eq!([site.asked().await.path, site.asked().await.path], ["/story", "/cat.png"]);
    // Whoever asks later gets the same, and the page isn't asked again.
    let older =
        alice.get(&format!("/_matrix/media/v3/preview_url?url={}", path(&site.url("/story")))).await.ok();
    assert_eq!(older, found);
    site.is_left_alone().await;
}

#[tokio::test]
async fn a_preview_is_made_anew_after_a_day_and_the_old_picture_goes() {
    let (server, alice, site) = start(|_| {}).await;
    site.answers("/story", 200, "text/html", PAGE);
    site.answers("/cat.png", 200, "image/png", picture());
    let old = text(&preview(&alice, &site.url("/story")).await["og:image"]);
    server.clock.fetch_add(25 * 3_600_000, std::sync::atomic::Ordering::SeqCst);
    site.answers("/cat.png", 404, "text/plain", "");
    let found = preview(&alice, &site.url("/story")).await;
    assert!(found["og:title"].is_string() && found["og:image"].is_null(), "{found}");
    alice.downloads(&old).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn what_is_no_page_has_no_preview() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/program", 200, "application/octet-stream", PAGE);
    site.answers("/gone", 404, "text/html", PAGE);
    site.answers("/empty", 200, "text/html", "");
    site.answers("/fake.png", 200, "image/png", "<svg onload='alert(1)'/>");
    for path in ["/program", "/gone", "/empty", "/fake.png"] {
        assert_eq!(preview(&alice, &site.url(path)).await, json!({}), "{path}");
        assert_eq!(site.asked().await.path, path);
        assert_eq!(preview(&alice, &site.url(path)).await, json!({}), "{path}");
    }
    site.is_left_alone().await;
    for url in ["file:///etc/passwd", "ftp://example.org/", "nonsense", "", "javascript:alert(1)"] {
        let answer = alice.get(&format!("/v1/media/preview_url?url={}", path(url))).await;
        answer.refused(400, "M_INVALID_PARAM");
    }
}

#[tokio::test]
async fn a_picture_is_a_preview_of_itself_and_a_redirect_is_followed() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/cat.png", 200, "image/png", picture());
    site.answers("/short", 302, "location", "/story");
    site.answers("/story", 200, "text/html", "<title>The story</title>");
    let found = preview(&alice, &site.url("/cat.png")).await;
    assert!(text(&found["og:image"]).starts_with("mxc://localhost/"), "{found}");
    let found = preview(&alice, &site.url("/short")).await;
    assert_eq!((&found["og:title"], &found["og:url"]), (&json!("The story"), &json!(site.url("/story"))));
}

#[tokio::test]
async fn nobody_looks_into_the_operators_network_through_a_preview() {
    let (_server, alice, site) = start(|settings| settings.outbound_allow = Vec::new()).await;
    site.answers("/story", 200, "text/html", PAGE);
    assert_eq!(preview(&alice, &site.url("/story")).await, json!({}));
    assert_eq!(preview(&alice, &site.url("/story").replace("127.0.0.1", "localhost")).await, json!({}));
    // A page that is allowed may not send the server on to one that isn't.
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/in", 302, "location", "http://127.0.0.2/");
    site.answers(
        "/picture",
        200,
        "text/html",
        "<title>t</title><meta property=og:image content='http://127.0.0.2/a.png'>",
    );
    assert_eq!(preview(&alice, &site.url("/in")).await, json!({}));
    assert!(preview(&alice, &site.url("/picture")).await["og:image"].is_null());
}

#[tokio::test]
async fn previews_are_for_members_in_measure_and_may_be_switched_off() {
    let (server, alice, site) = start(|settings| settings.rate_limits = true).await;
    site.answers("/story", 200, "text/html", PAGE);
    let url = format!("/v1/media/preview_url?url={}", path(&site.url("/story")));
    server.anonymous().await.get(&url).await.refused(401, "M_MISSING_TOKEN");
    let mut answers = Vec::new();
    for _ in 0..70 {
        answers.push(alice.get(&url).await.status);
    }
    assert!(answers.contains(&200) && answers.contains(&429), "{answers:?}");
    let off = TestServer::start().await;
    let bob = off.person("bob").await;
    assert_eq!(preview(&bob, &site.url("/story")).await, json!({}));
}
