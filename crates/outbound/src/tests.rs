use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A host that answers each connection's first request with what `answer` makes of its first line.
async fn host(answer: impl Fn(&str) -> String + Send + 'static) -> u16 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            let _ = stream.write_all(answer(text.lines().next().unwrap_or_default()).as_bytes()).await;
        }
    });
    port
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn to(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn outbound(allowed: &[&str]) -> Outbound {
    Outbound::new(allowed.iter().map(|text| text.parse().unwrap()).collect())
}

async fn get(outbound: &Outbound, url: &str) -> Result<Answer> {
    outbound.get(&Url::parse(url).unwrap(), "text/html", |_| 100).await
}

#[tokio::test]
async fn the_operators_own_network_is_not_reached_by_any_spelling() {
    let port = host(|_| ok("secret")).await;
    let none = outbound(&[]);
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://LOCALHOST.:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        assert_eq!(get(&none, &url).await.unwrap_err(), Error::NotAllowed, "{url}");
        let posted = none.post(&Url::parse(&url).unwrap(), HeaderMap::new(), Vec::new(), 10).await;
        assert_eq!(posted.unwrap_err(), Error::NotAllowed, "{url}");
    }
    for url in [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user@example.org/",
        "http://:secret@example.org/",
    ] {
        assert_eq!(get(&none, url).await.unwrap_err(), Error::BadAddress, "{url}");
    }
    let answer = get(&outbound(&["localhost"]), &format!("http://localhost:{port}/")).await.unwrap();
    assert_eq!(&answer.body[..], b"secret", "unless the operator allows it");
}

#[tokio::test]
async fn a_redirect_is_looked_at_like_the_first_address() {
    let port = host(|line| match line.split(' ').nth(1) {
        Some("/in") => to("http://127.0.0.2/"),
        Some("/file") => to("file:///etc/passwd"),
        Some("/round") => to("/round"),
        Some("/on") => to("/here"),
        _ => ok("here"),
    })
    .await;
    let some = outbound(&["127.0.0.1"]);
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let answer = get(&some, &at("/on")).await.unwrap();
    assert_eq!((answer.url.path(), &answer.body[..]), ("/here", &b"here"[..]));
    assert_eq!(get(&some, &at("/in")).await.unwrap_err(), Error::NotAllowed);
    assert_eq!(get(&some, &at("/file")).await.unwrap_err(), Error::BadAddress);
    assert_eq!(get(&some, &at("/round")).await.unwrap_err(), Error::TooManyRedirects);
    let posted = some.post(&Url::parse(&at("/on")).unwrap(), HeaderMap::new(), Vec::new(), 10).await.unwrap();
    assert_eq!(posted.status, 302, "a redirect of what was posted isn't followed");
}

#[tokio::test]
async fn no_more_is_read_than_was_asked_for() {
    let port = host(|_| ok(&"x".repeat(5_000))).await;
    let some = outbound(&["127.0.0.1"]);
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let answer = some.get(&url, "text/html", |_| 1_000).await.unwrap();
    assert_eq!((answer.body.len(), answer.is_cut, answer.content_type()), (1_000, true, Some("text/html")));
    let answer =
        some.get(&url, "image/*", |kind| if kind == Some("image/png") { 1_000 } else { 0 }).await.unwrap();
    assert_eq!((answer.body.len(), answer.is_cut), (0, true));
}

#[tokio::test]
async fn what_went_wrong_does_not_name_the_address() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{closed}/a-secret");
    let error = get(&outbound(&["127.0.0.1"]), &url).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
    assert!(!error.to_string().contains("a-secret"), "{error}");
}
