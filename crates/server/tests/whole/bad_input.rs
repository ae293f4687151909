//! Nonsense of every kind, at every endpoint: the answer is a Matrix error (or a success), soon; never a 5xx, a panic or a hang.

use std::time::Duration;

use aside_testkit::{Person, TestServer, path};
use serde_json::Value;

/// Bodies that no endpoint should choke on.
pub fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let fields = [
        "type",
        "user",
        "username",
        "password",
        "auth",
        "user_id",
        "room_id",
        "event_id",
        "messages",
        "device_keys",
        "one_time_keys",
        "filter",
        "limit",
        "reason",
        "content",
        "name",
        "rooms",
        "timeout",
        "typing",
        "devices",
        "search_term",
        "invite",
        "initial_state",
        "preset",
        "membership",
        "displayname",
        "actions",
        "conditions",
        "master_key",
        "signatures",
        "auth_data",
        "algorithm",
        "sessions",
        "m.fully_read",
        "m.read",
        "thread_id",
    ];
    let object = |value: &str| {
        let all: Vec<String> = fields.iter().map(|field| format!("\"{field}\":{value}")).collect();
        format!("{{{}}}", all.join(",")).into_bytes()
    };
    vec![
        ("no body", Vec::new()),
        ("half an object", b"{\"a\":".to_vec()),
        ("not JSON", b"<html>".to_vec()),
        ("an array", b"[]".to_vec()),
        ("a string", b"\"text\"".to_vec()),
        ("null", b"null".to_vec()),
        ("a number", b"1e999".to_vec()),
        ("invalid UTF-8", b"{\"type\":\"\xff\xfe\"}".to_vec()),
        ("a lone surrogate", b"{\"type\":\"\\ud800\",\"user_id\":\"\\u0000\"}".to_vec()),
        ("deep arrays", deep("[", "]")),
        ("deep objects", deep("{\"a\":", "}")),
        ("nulls", object("null")),
        ("numbers", object("123456789012345678901234567890")),
        ("negative numbers", object("-1.5e300")),
        ("strings", object("\"\\u0000'; DROP TABLE users; --\"")),
        ("lists", object("[[],{},null]")),
        ("objects", object("{\"\":{\"\":null}}")),
        ("nothing but keys", object("{}")),
    ]
}

/// What stands where a path wants an id.
pub const IDS: [&str; 9] = [
    "x",
    "%00",
    "%FF%FE",
    "..%2F..%2Fetc%2Fpasswd",
    "%21nothing%3Alocalhost",
    "%40nobody%3Alocalhost",
    "%24nothing",
    "99999999999999999999",
    "%F0%9F%A6%80%20%22%5C",
];

pub fn fill(template: &str, id: &str) -> String {
    template
        .split('/')
        .map(|segment| if segment.starts_with('{') { id } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// A real id of the kind that the parameter wants, so that the body is reached.
pub fn fill_well(template: &str, person: &Person, room_id: &str) -> String {
    let value = |parameter: &str| match parameter {
        "{user_id}" => path(&person.user_id),
        "{room_id}" | "{room_id_or_alias}" => path(room_id),
        "{device_id}" => person.device_id.clone(),
        "{kind}" => "follow".to_owned(),
        "{receipt_type}" => "m.read".to_owned(),
        "{event_id}" => "%24nothing".to_owned(),
        _ => "x".to_owned(),
    };
    template
        .split('/')
        .map(|segment| if segment.starts_with('{') { value(segment) } else { segment.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

pub async fn ask(person: &Person, method: &reqwest::Method, path: &str, body: Vec<u8>, what: &str) {
    let mut request = person.http.request(method.clone(), format!("{}{path}", person.base)).body(body);
    if !person.token.is_empty() {
        request = request.bearer_auth(&person.token);
    }
    let response = request.timeout(Duration::from_secs(10)).send().await;
    let response = response.unwrap_or_else(|error| panic!("{method} {path} with {what}: {error}"));
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    assert!(status < 500, "{method} {path} with {what}: {status} {text}");
    if status >= 400 {
        let body: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method} {path}: {status} {text}"));
        let is_told = body["errcode"].is_string() || body["flows"].is_array();
        assert!(is_told, "{method} {path} with {what}: {status} {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_bears_every_body() {
    let server = TestServer::start().await;
    for (number, (method, template)) in aside_api::list_endpoints().into_iter().enumerate() {
        // Some endpoints end the session or the account, so each has somebody of its own.
        let person = server.person(&format!("person{number}")).await;
        let room_id = person.creates_room(serde_json::json!({})).await;
        for (what, body) in bodies() {
            ask(&person, &method, &fill_well(template, &person, &room_id), body, what).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_bears_every_id_with_and_without_a_token() {
    let server = TestServer::start().await;
    let mut anonymous = server.anonymous().await;
    for (number, (method, template)) in aside_api::list_endpoints().into_iter().enumerate() {
        let person = server.person(&format!("person{number}")).await;
        for id in IDS {
            ask(&person, &method, &fill(template, id), b"{}".to_vec(), id).await;
        }
        for token in ["", "nonsense", "at_1_guess", "at_99999999999999999999_guess", "at__"] {
            anonymous.token = token.to_owned();
            ask(&anonymous, &method, &fill_well(template, &person, "!x:localhost"), b"{}".to_vec(), token)
                .await;
        }
        let long = "a".repeat(10_000);
        ask(&person, &method, &fill(template, &long), b"{}".to_vec(), "a long id").await;
    }
}

#[tokio::test]
async fn what_is_too_large_is_said_to_be() {
    let server = TestServer::start_with(|settings| settings.max_request_bytes = 100_000, false).await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(serde_json::json!({})).await;
    let send = format!("/v3/rooms/{}/send/m.room.message/1", path(&room_id));
    let large = |bytes: usize| serde_json::json!({ "msgtype": "m.text", "body": "x".repeat(bytes) });
    alice.put(&send, large(200_000)).await.refused(413, "M_TOO_LARGE");
    alice.put(&send, large(70_000)).await.refused(413, "M_TOO_LARGE");
    let kind = "k".repeat(256);
    let send = format!("/v3/rooms/{}/send/{kind}/1", path(&room_id));
    alice.put(&send, large(1)).await.refused(413, "M_TOO_LARGE");
    alice.put(&format!("/v3/rooms/{}/send/m.room.message/2", path(&room_id)), large(1)).await.ok();
}

#[tokio::test]
async fn headers_have_a_limit() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let request = alice.http.get(format!("{}/_matrix/client/v3/account/whoami", alice.base));
    let response = request.header("x-long", "x".repeat(1 << 20)).send().await;
    // The server may answer or close; it must not take a megabyte of headers.
    assert!(response.map_or(true, |response| response.status().is_client_error()));
}

#[tokio::test]
async fn numbers_that_json_allows_and_matrix_does_not_are_refused() {
    let server = TestServer::start().await;
    let alice = server.person("alice").await;
    let room_id = alice.creates_room(serde_json::json!({})).await;
    let url = format!("{}/_matrix/client/v3/rooms/{}/send/m.test/", alice.base, path(&room_id));
    for (number, value) in
        ["1.5", "1e999", "-0.1", "9007199254740992", "-9007199254740992"].into_iter().enumerate()
    {
        let body = format!("{{\"value\":{value}}}");
        let request = alice.http.put(format!("{url}{number}")).bearer_auth(&alice.token).body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 400, "{value}");
    }
}
