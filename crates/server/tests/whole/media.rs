use std::path::PathBuf;
use std::time::Duration;

use aside_testkit::{Person, TestServer, in_path, path, stream};
use axum::http::Method;
use bytes::Bytes;
use serde_json::json;

/// Every file below a folder of the media store.
pub fn files_below(server: &TestServer, folder: &str) -> Vec<PathBuf> {
    let mut waiting = vec![server.hs.settings.data_dir.join("media").join(folder)];
    let mut found = Vec::new();
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(directory) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_uploaded() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let uri = alice.uploads("image/png", "cat.png", "not really a cat").await;
    assert!(uri.starts_with("mxc://localhost/") && in_path(&uri).len() >= "localhost/".len() + 24, "{uri}");

    let file = bob.downloads(&uri).await.ok();
    assert_eq!(file.bytes, b"not really a cat");
    assert_eq!(file.header("content-type"), "image/png");
    assert_eq!(file.header("content-length"), "16");
    assert_eq!(file.header("content-disposition"), "inline; filename=cat.png");
    assert_eq!(file.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(file.header("accept-ranges"), "bytes");

    let known = file.header("etag").to_owned();
    let again = format!("/v1/media/download/{}", in_path(&uri));
    let unchanged = bob.fetches(&again, &[("if-none-match", &known)]).await;
    assert_eq!((unchanged.status, unchanged.bytes.len(), unchanged.header("etag")), (304, 0, known.as_str()));
}

#[tokio::test]
async fn an_upload_needs_neither_a_name_nor_a_type_nor_content() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let request =
        alice.http.post(format!("{}/_matrix/media/v3/upload", alice.base)).bearer_auth(&alice.token);
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    let file = alice.downloads(answer["content_uri"].as_str().unwrap()).await.ok();
    assert_eq!((file.bytes.len(), file.header("content-length")), (0, "0"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("content-disposition"), "attachment");
}

#[tokio::test]
async fn a_part_of_a_file_can_be_read() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let bytes: Vec<u8> = (0..600_000_u32).map(|number| (number % 251) as u8).collect();
    let uri = alice.uploads("video/mp4", "film.mp4", bytes.clone()).await;
    let from = format!("/v1/media/download/{}", in_path(&uri));

    let part = alice.fetches(&from, &[("range", "bytes=300000-300009")]).await;
    assert_eq!((part.status, part.header("content-range")), (206, "bytes 300000-300009/600000"));
    assert_eq!((part.header("content-length"), &part.bytes[..]), ("10", &bytes[300_000..300_010]));

    let end = alice.fetches(&from, &[("range", "bytes=-200000")]).await;
    assert_eq!((end.status, &end.bytes[..]), (206, &bytes[400_000..]));

    let behind = alice.fetches(&from, &[("range", "bytes=600000-")]).await;
    assert_eq!(behind.header("content-range"), "bytes */600000");
    behind.refused(416, "M_INVALID_PARAM");

    let other = alice.fetches(&from, &[("range", "bytes=0-9"), ("if-range", "\"another content\"")]).await;
    assert_eq!((other.status, other.bytes.len()), (200, bytes.len()));
}

#[tokio::test]
async fn the_same_content_lies_on_the_disk_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let first = alice.uploads("text/plain", "mine.txt", "the same").await;
    let second = bob.uploads("text/css", "yours.css", "the same").await;
    assert_ne!(first, second);
    assert_eq!(
        alice.downloads(&second).await.ok().header("content-disposition"),
        "inline; filename=yours.css"
    );
    assert_eq!(alice.downloads(&first).await.ok().bytes, b"the same");
    assert_eq!(files_below(&server, "files").len(), 1);
    assert_eq!(files_below(&server, "incoming").len(), 0);
}

#[tokio::test]
async fn a_large_file_streams_through() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let piece = Bytes::from(vec![7_u8; 64 << 10]);
    let body = stream(std::iter::repeat_with(move || Ok(piece.clone())).take(480));
    let answer = alice.uploads_to(Method::POST, "/_matrix/media/v3/upload", "video/webm", body).await.ok();
    let file = alice.downloads(answer["content_uri"].as_str().unwrap()).await.ok();
    assert_eq!(file.bytes.len(), 30 << 20);
    assert!(file.bytes.iter().all(|byte| *byte == 7));
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_leaves_nothing_behind() {
    let server = TestServer::start_with(|settings| settings.max_upload_bytes = 300_000, false).await;
    let alice = server.person("alice").await;
    let upload = "/_matrix/media/v3/upload";
    let announced = vec![1_u8; 300_001];
    alice.uploads_to(Method::POST, upload, "image/png", announced).await.refused(413, "M_TOO_LARGE");
    // Without a length beforehand it shows only while it comes.
    let unannounced = stream(std::iter::repeat_with(|| Ok(Bytes::from(vec![1_u8; 60_000]))).take(6));
    alice.uploads_to(Method::POST, upload, "image/png", unannounced).await.refused(413, "M_TOO_LARGE");
    assert_eq!(files_below(&server, "").len(), 0);
    // Whoever is refused for another reason hears why, however much is on its way.
    let nobody = server.anonymous().await;
    let film = vec![1_u8; 20 << 20];
    nobody.uploads_to(Method::POST, upload, "video/mp4", film).await.refused(401, "M_MISSING_TOKEN");

    alice.uploads("image/png", "fits.png", vec![1_u8; 300_000]).await;
    let config = json!({ "m.upload.size": 300_000 });
    assert_eq!(alice.get("/v1/media/config").await.ok(), config);
    assert_eq!(alice.get("/_matrix/media/v3/config").await.ok(), config);
}

#[tokio::test]
async fn a_download_waits_for_an_announced_upload() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let uri = alice.announces_an_upload().await;
    let from = format!("/v1/media/download/{}?timeout_ms=", in_path(&uri));
    bob.fetches(&format!("{from}50"), &[]).await.refused(504, "M_NOT_YET_UPLOADED");

    let waiting = tokio::spawn({
        let (bob, from) = (bob.clone(), format!("{from}10000"));
        async move { bob.fetches(&from, &[]).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = std::time::Instant::now();
    alice.fulfils(&uri, b"here it is").await.ok();
    assert_eq!(waiting.await.unwrap().ok().bytes, b"here it is");
    assert!(begun.elapsed() < Duration::from_millis(900), "it is woken, it doesn't look only now and then");

    alice.fulfils(&uri, b"something else").await.refused(409, "M_CANNOT_OVERWRITE_MEDIA");
    assert_eq!(bob.downloads(&uri).await.ok().bytes, b"here it is");
}

#[tokio::test]
async fn only_who_announced_an_upload_may_make_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let uri = alice.announces_an_upload().await;
    bob.fulfils(&uri, b"mine").await.refused(403, "M_FORBIDDEN");
    bob.fulfils("mxc://localhost/neverAnnounced", b"mine").await.refused(404, "M_NOT_FOUND");
    bob.fulfils("mxc://elsewhere.example/abc", b"mine").await.refused(404, "M_NOT_FOUND");
    let complete = alice.uploads("text/plain", "a.txt", "a").await;
    alice.fulfils(&complete, b"b").await.refused(409, "M_CANNOT_OVERWRITE_MEDIA");
}

#[tokio::test]
async fn announced_uploads_expire_and_are_limited() {
    let server = TestServer::start_with(|_| {}, true).await;
    let alice = server.person("alice").await;
    let first = alice.post("/_matrix/media/v1/create", json!({})).await.ok();
    assert_eq!(first["unused_expires_at"], 1_800_000_000_000_i64 + 24 * 60 * 60 * 1000);
    let first = first["content_uri"].as_str().unwrap().to_owned();
    for _ in 1..20 {
        alice.announces_an_upload().await;
    }
    let too_many = alice.post("/_matrix/media/v1/create", json!({})).await.refused(429, "M_LIMIT_EXCEEDED");
    assert_eq!(too_many["retry_after_ms"], 24 * 60 * 60 * 1000);
    alice.fulfils(&first, b"one less").await.ok();
    let last = alice.announces_an_upload().await;

    server.clock.fetch_add(24 * 60 * 60 * 1000, std::sync::atomic::Ordering::SeqCst);
    alice.fulfils(&last, b"too late").await.refused(404, "M_NOT_FOUND");
    alice.downloads(&last).await.refused(404, "M_NOT_FOUND");
    assert_eq!(alice.downloads(&first).await.ok().bytes, b"one less");
    alice.announces_an_upload().await;
}

#[tokio::test]
async fn what_could_run_in_a_browser_is_handed_out_as_an_attachment() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for content_type in
        ["text/html", "image/svg+xml", "application/xhtml+xml; charset=utf-8", "text/javascript"]
    {
        let uri = alice.uploads(content_type, "page", "<script>alert(1)</script>").await;
        let file = alice.downloads(&uri).await.ok();
        assert_eq!(file.header("content-type"), content_type);
        assert_eq!(file.header("content-disposition"), "attachment; filename=page");
        assert!(file.header("content-security-policy").starts_with("sandbox; default-src 'none';"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
    }
    let odd = alice.uploads("image/png, text/html", "odd", "?").await;
    assert_eq!(alice.downloads(&odd).await.ok().header("content-type"), "application/octet-stream");
}

#[tokio::test]
async fn names_of_files_are_quoted_or_encoded() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for (name, disposition) in [
        ("plain.txt", "attachment; filename=plain.txt"),
        ("two words.txt", "attachment; filename=\"two words.txt\""),
        ("a\"b\\c.txt", "attachment; filename=\"a\\\"b\\\\c.txt\""),
        ("Füße 🦶.txt", "attachment; filename*=utf-8''F%C3%BC%C3%9Fe%20%F0%9F%A6%B6.txt"),
        ("../../etc/passwd", "attachment; filename=\"../../etc/passwd\""),
        ("a\r\nSet-Cookie: b=c", "attachment; filename=\"aSet-Cookie: b=c\""),
        ("", "attachment"),
    ] {
        let uri = alice.uploads("application/zip", name, "a file").await;
        assert_eq!(alice.downloads(&uri).await.ok().header("content-disposition"), disposition);
    }
    let uri = alice.uploads("application/zip", "old name.zip", "a file").await;
    let renamed = format!("/v1/media/download/{}/{}", in_path(&uri), path("neu/er name.zip"));
    let file = alice.fetches(&renamed, &[]).await.ok();
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"neu/er name.zip\"");

    let long = format!("/_matrix/media/v3/upload?filename={}", "a".repeat(1025));
    let answer = alice.uploads_to(Method::POST, &long, "text/plain", "a file").await;
    answer.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn nothing_is_found_where_nothing_was_uploaded() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let uri = alice.uploads("text/plain", "here.txt", "here").await;
    let id = in_path(&uri).split_once('/').unwrap().1;
    for place in [
        "localhost/neverUploaded".to_owned(),
        "localhost/..%2F..%2Faside.db".to_owned(),
        format!("localhost/x%2F..%2F{id}"),
        format!("localhost/{id}%00"),
        format!("localhost/{}", "a".repeat(5000)),
        format!("elsewhere.example/{id}"),
        format!("elsewhere.example:8448/{id}"),
    ] {
        alice.fetches(&format!("/v1/media/download/{place}"), &[]).await.refused(404, "M_NOT_FOUND");
        let thumbnail = format!("/v1/media/thumbnail/{place}?width=32&height=32");
        alice.fetches(&thumbnail, &[]).await.refused(404, "M_NOT_FOUND");
    }
    let bad = format!("/v1/media/download/{}/{id}", path("not a server"));
    alice.fetches(&bad, &[]).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn a_token_is_needed_and_the_paths_without_one_are_frozen() {
    let server = TestServer::start().await;
    let (alice, nobody) = (server.person("alice").await, server.anonymous().await);
    let uri = alice.uploads("text/plain", "here.txt", "here").await;
    let place = in_path(&uri);

    nobody.downloads(&uri).await.refused(401, "M_MISSING_TOKEN");
    nobody.asks_for_thumbnail(&uri, "width=32&height=32").await.refused(401, "M_MISSING_TOKEN");
    for path in
        ["/v1/media/config", "/_matrix/media/v3/config", "/v1/media/preview_url?url=https://a.example"]
    {
        nobody.get(path).await.refused(401, "M_MISSING_TOKEN");
    }
    nobody.post("/_matrix/media/v1/create", json!({})).await.refused(401, "M_MISSING_TOKEN");
    nobody.post("/_matrix/media/v3/upload", json!({})).await.refused(401, "M_MISSING_TOKEN");
    nobody.put(&format!("/_matrix/media/v3/upload/{place}"), json!({})).await.refused(401, "M_MISSING_TOKEN");

    for person in [&alice, &nobody] {
        for version in ["r0", "v1", "v3"] {
            let media = format!("/_matrix/media/{version}");
            for path in [
                format!("{media}/download/{place}"),
                format!("{media}/download/{place}/name.txt"),
                format!("{media}/thumbnail/{place}?width=32&height=32"),
            ] {
                person.fetches(&path, &[]).await.refused(404, "M_NOT_FOUND");
            }
        }
    }
}

#[tokio::test]
async fn older_paths_of_the_same_endpoints_work() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    for version in ["r0", "v1", "v3"] {
        let media = format!("/_matrix/media/{version}");
        alice.uploads_to(Method::POST, &format!("{media}/upload"), "text/plain", version).await.ok();
        alice.get(&format!("{media}/config")).await.ok();
        let preview = alice.get(&format!("{media}/preview_url?url=https://a.example")).await;
        assert_eq!(preview.ok(), json!({}));
    }
    assert_eq!(alice.get("/v1/media/preview_url?url=https://a.example").await.ok(), json!({}));
}

#[tokio::test]
async fn a_broken_off_upload_leaves_nothing_behind() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let broken = stream([
        Ok(Bytes::from(vec![1_u8; 300_000])),
        Err(std::io::Error::other("the train went into a tunnel")),
    ]);
    let request =
        alice.http.post(format!("{}/_matrix/media/v3/upload", alice.base)).bearer_auth(&alice.token);
    assert!(request.body(broken).send().await.is_err());
    let gone = async {
        while !files_below(&server, "").is_empty() {
            pause().await
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
    uploads_still_work(&alice).await;
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

async fn uploads_still_work(person: &Person) {
    let uri = person.uploads("text/plain", "a.txt", "still here").await;
    assert_eq!(person.downloads(&uri).await.ok().bytes, b"still here");
}
