//! Moving pictures from a provider.

use aside_domain::Settings;
use aside_domain::gifs::GifSettings;
use aside_testkit::{Outside, Person, TestServer, text};
use serde_json::{Value, json};

async fn start(change: impl FnOnce(&mut Settings)) -> (TestServer, Person, Outside) {
    let site = Outside::start().await;
    let url = site.url("/api/").parse().unwrap();
    let with_provider = |settings: &mut Settings| {
        settings.gifs = Some(GifSettings { url, key: "secret".into(), rating: "pg".into() });
        change(settings);
    };
    let server = TestServer::start_with(with_provider, true).await;
    let alice = server.person("alice").await;
    (server, alice, site)
}

fn item(site: &Outside, id: &str) -> Value {
    let rendition = |path: &str| json!({ "url": site.url(path), "width": "40", "height": "30" });
    json!({ "id": id, "title": "a cat", "images": { "original": rendition("/whole.gif"),
        "fixed_width": rendition("/small.gif") } })
}

fn page(site: &Outside, total: i64) -> String {
    json!({ "data": [item(site, "cat1"), { "id": "broken" }, item(site, "../../x")],
        "pagination": { "total_count": total } })
    .to_string()
}

fn moving_picture(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(side, side).write_to(&mut bytes, image::ImageFormat::Gif).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn moving_pictures_are_found_and_fetched_without_telling_the_provider_for_whom() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/api/v1/gifs/search", 200, "application/json", page(&site, 50));
    site.answers("/small.gif", 200, "image/gif", moving_picture(20));
    site.answers("/whole.gif", 200, "image/gif", moving_picture(40));
    let found = alice.get("/_aside/v1/gifs?query=cat%20%26%20dog").await.ok();
    let cat = json!([{ "id": "cat1", "title": "a cat", "width": 40, "height": 30 }]);
    assert_eq!(
        (&found["gifs"], &found["next"], &found["provider"]),
        (&cat, &json!("3"), &json!("127.0.0.1"))
    );
    let asked = site.asked().await;
    assert_eq!(asked.query, "api_key=secret&limit=24&offset=0&rating=pg&q=cat+%26+dog");
    assert!(
        ["authorization", "cookie", "referer", "x-forwarded-for"]
            .iter()
            .all(|name| asked.header(name).is_empty())
    );
    let small = alice.fetches("/_aside/v1/gifs/cat1?size=preview", &[]).await.ok();
    assert_eq!((small.header("content-type"), small.bytes.clone()), ("image/gif", moving_picture(20)));
    assert_eq!(small.header("x-content-type-options"), "nosniff");
    assert_eq!(alice.fetches("/_aside/v1/gifs/cat1", &[]).await.ok().bytes, moving_picture(40));
    assert_eq!([site.asked().await.path, site.asked().await.path], ["/small.gif", "/whole.gif"]);
}

#[tokio::test]
async fn without_words_there_is_what_is_liked_now_part_by_part() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers("/api/v1/gifs/trending", 200, "application/json", page(&site, 6));
    let next = text(&alice.get("/_aside/v1/gifs").await.ok()["next"]);
    assert_eq!(alice.get(&format!("/_aside/v1/gifs?from={next}")).await.ok()["next"], Value::Null);
    site.asked().await;
    assert_eq!(site.asked().await.query, "api_key=secret&limit=24&offset=3&rating=pg");
    for from in ["-1", "5000", "x"] {
        alice.get(&format!("/_aside/v1/gifs?from={from}")).await.refused(400, "M_INVALID_PARAM");
    }
    alice.get(&format!("/_aside/v1/gifs?query={}", "x".repeat(101))).await.refused(400, "M_INVALID_PARAM");
    site.is_left_alone().await;
}

#[tokio::test]
async fn a_picture_that_another_server_found_is_asked_for_by_its_id() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers(
        "/api/v1/gifs/cat1",
        200,
        "application/json",
        json!({ "data": item(&site, "cat1") }).to_string(),
    );
    site.answers("/whole.gif", 200, "image/gif", moving_picture(40));
    assert_eq!(alice.fetches("/_aside/v1/gifs/cat1", &[]).await.ok().bytes, moving_picture(40));
    site.answers("/api/v1/gifs/none", 404, "application/json", "{}");
    alice.get("/_aside/v1/gifs/none").await.refused(404, "M_NOT_FOUND");
    for _ in 0..3 {
        site.asked().await;
    }
    for id in ["..%2F..%2Fadmin", "a%3Fb", &"a".repeat(65)] {
        alice.get(&format!("/_aside/v1/gifs/{id}")).await.refused(404, "M_NOT_FOUND");
    }
    site.is_left_alone().await;
}

#[tokio::test]
async fn what_is_no_picture_is_not_passed_on_and_a_silent_provider_is_no_fault_of_ours() {
    let (_server, alice, site) = start(|_| {}).await;
    site.answers(
        "/api/v1/gifs/cat1",
        200,
        "application/json",
        json!({ "data": item(&site, "cat1") }).to_string(),
    );
    for (status, kind, body) in
        [(200, "text/html", "<script>"), (200, "image/gif", "<svg onload=alert(1)>"), (500, "image/gif", "")]
    {
        site.answers("/whole.gif", status, kind, body);
        alice.get("/_aside/v1/gifs/cat1").await.refused(502, "M_UNKNOWN");
    }
    for (status, body) in [(200, "nonsense"), (429, "{}"), (500, "")] {
        site.answers("/api/v1/gifs/search", status, "application/json", body);
        alice.get("/_aside/v1/gifs?query=cat").await.refused(502, "M_UNKNOWN");
    }
    // A provider may not send the server into the operator's own network.
    let (_server, bob, site) = start(|settings| settings.outbound_allow = Vec::new()).await;
    bob.get("/_aside/v1/gifs?query=cat").await.refused(502, "M_UNKNOWN");
    site.is_left_alone().await;
}

#[tokio::test]
async fn without_a_provider_there_are_none_and_a_stranger_gets_none() {
    let (_server, alice, site) = start(|settings| settings.gifs = None).await;
    alice.get("/_aside/v1/gifs?query=cat").await.refused(404, "M_NOT_FOUND");
    alice.get("/_aside/v1/gifs/cat1").await.refused(404, "M_NOT_FOUND");
    site.is_left_alone().await;
    let (server, _, site) = start(|_| {}).await;
    server.anonymous().await.get("/_aside/v1/gifs?query=cat").await.refused(401, "M_MISSING_TOKEN");
    site.is_left_alone().await;
}
