//! Media in an S3-compatible store: a small one that keeps its objects in memory, so that what is asked of it shows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aside_domain::MediaStore;
use aside_testkit::{TestServer, in_path};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use image::{ImageFormat, RgbImage};

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    /// Parts of uploads that are not complete, by upload and number.
    parts: BTreeMap<(String, u32), Bytes>,
    uploads: usize,
    refuses: bool,
}

type Shared = Arc<Mutex<Bucket>>;

async fn start_bucket() -> (Shared, String) {
    let bucket = Shared::default();
    let app = Router::new().fallback(serve).with_state(Arc::clone(&bucket));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (bucket, endpoint)
}

async fn serve(State(bucket): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let mut bucket = bucket.lock().unwrap();
    let signature = parts.headers.get(header::AUTHORIZATION).map_or("", |value| value.to_str().unwrap());
    if bucket.refuses || !signature.starts_with("AWS4-HMAC-SHA256 Credential=key/") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let key = parts.uri.path().strip_prefix("/bucket/").unwrap().to_owned();
    let query: BTreeMap<&str, &str> = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    match (parts.method, query.get("uploadId"), query.get("partNumber")) {
        (Method::POST, None, _) => {
            bucket.uploads += 1;
            let id = bucket.uploads;
            format!(
                "<InitiateMultipartUploadResult><UploadId>u{id}</UploadId></InitiateMultipartUploadResult>"
            )
            .into_response()
        }
        (Method::PUT, Some(upload), Some(number)) => {
            bucket.parts.insert(((*upload).to_owned(), number.parse().unwrap()), body);
            [(header::ETAG, format!("\"{upload}-{number}\""))].into_response()
        }
        (Method::POST, Some(upload), _) => {
            let parts = bucket.parts.iter().filter(|((id, _), _)| id == upload);
            let whole: Vec<u8> = parts.flat_map(|(_, part)| part.to_vec()).collect();
            bucket.parts.retain(|(id, _), _| id != upload);
            bucket.objects.insert(key, whole.into());
            "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>"
                .into_response()
        }
        (Method::PUT, ..) => {
            bucket.objects.insert(key, body);
            [(header::ETAG, "\"whole\"")].into_response()
        }
        (Method::GET | Method::HEAD, ..) => match bucket.objects.get(&key) {
            Some(object) => {
                read(object, parts.headers.get(header::RANGE).map(|range| range.to_str().unwrap()))
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn read(object: &Bytes, range: Option<&str>) -> Response {
    let size = object.len();
    let common = [(header::ETAG, "\"whole\""), (header::LAST_MODIFIED, "Sat, 21 Nov 2026 12:00:00 GMT")];
    let Some((first, last)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')) else {
        return (common, Body::from(object.clone())).into_response();
    };
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    let part = object.slice(first..size.min(last + 1));
    let content_range = [(header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}"))];
    (StatusCode::PARTIAL_CONTENT, common, content_range, Body::from(part)).into_response()
}

async fn start_server(endpoint: String) -> TestServer {
    let store = MediaStore::S3 {
        endpoint,
        bucket: "bucket".into(),
        region: "us-east-1".into(),
        access_key: "key".into(),
        secret_key: "secret".into(),
    };
    TestServer::start_with(|settings| settings.media_store = store, false).await
}

#[tokio::test]
async fn files_and_thumbnails_live_in_the_bucket() {
    let (bucket, endpoint) = start_bucket().await;
    let server = start_server(endpoint).await;
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let mut picture = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(200, 100, image::Rgb([9, 99, 199]))
        .write_to(&mut picture, ImageFormat::Png)
        .unwrap();
    let picture = picture.into_inner();

    let uri = alice.uploads("image/png", "blue.png", picture.clone()).await;
    let again = bob.uploads("image/png", "the same.png", picture.clone()).await;
    assert_eq!(bob.downloads(&uri).await.ok().bytes, picture);
    assert_eq!(alice.downloads(&again).await.ok().bytes, picture);
    let from = format!("/v1/media/download/{}", in_path(&uri));
    let part = bob.fetches(&from, &[("range", "bytes=1-3")]).await;
    assert_eq!((part.status, &part.bytes[..]), (206, &b"PNG"[..]));

    for _ in 0..2 {
        let thumbnail = bob.asks_for_thumbnail(&uri, "width=32&height=32").await.ok();
        let thumbnail = image::load_from_memory(&thumbnail.bytes).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (32, 16));
    }
    let keys: Vec<String> = bucket.lock().unwrap().objects.keys().cloned().collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(keys[0].starts_with("files/") && keys[1].starts_with("thumbnails/"), "{keys:?}");
    let incoming = server.hs.settings.data_dir.join("incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_large_file_goes_there_in_parts() {
    let (bucket, endpoint) = start_bucket().await;
    let server = start_server(endpoint).await;
    let alice = server.person("alice").await;
    let bytes: Vec<u8> = (0..12_000_000_u32).map(|number| (number % 253) as u8).collect();
    let uri = alice.uploads("video/mp4", "film.mp4", bytes.clone()).await;
    assert_eq!(bucket.lock().unwrap().uploads, 1, "more than one part");
    assert!(alice.downloads(&uri).await.ok().bytes == bytes);
    let from = format!("/v1/media/download/{}", in_path(&uri));
    let part = alice.fetches(&from, &[("range", "bytes=6000000-6000004")]).await;
    assert_eq!((part.status, &part.bytes[..]), (206, &bytes[6_000_000..6_000_005]));
}

#[tokio::test]
async fn a_store_that_refuses_is_our_fault_and_nothing_is_promised() {
    let (bucket, endpoint) = start_bucket().await;
    let server = start_server(endpoint).await;
    let alice = server.person("alice").await;
    let uri = alice.uploads("text/plain", "a.txt", "before").await;
    bucket.lock().unwrap().refuses = true;
    alice.downloads(&uri).await.refused(500, "M_UNKNOWN");
    let upload = "/_matrix/media/v3/upload";
    alice.uploads_to(Method::POST, upload, "text/plain", "now").await.refused(500, "M_UNKNOWN");
    bucket.lock().unwrap().refuses = false;
    assert_eq!(alice.downloads(&uri).await.ok().bytes, b"before");
}
