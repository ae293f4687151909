//! Somebody who uses a client.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

static TXN: AtomicU64 = AtomicU64::new(1);

/// A person on one device.
#[derive(Clone)]
pub struct Person {
    pub user_id: String,
    /// Empty for a request without a token.
    pub token: String,
    pub device_id: String,
    pub base: String,
    pub http: reqwest::Client,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Checks a refusal's status and errcode.
    #[track_caller]
    pub fn refused(self, status: u16, errcode: &str) -> Value {
        assert_eq!((self.status, self.body["errcode"].as_str()), (status, Some(errcode)), "{}", self.body);
        self.body
    }
}

impl Person {
    /// Sends a request to a path below `/_matrix/client` (or an absolute path, where it begins with `/_`).
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let prefix = if path.starts_with("/_") || path.starts_with("/.") { "" } else { "/_matrix/client" };
        let mut request = self.http.request(method, format!("{}{prefix}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = response.bytes().await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Logs in on a new device; this person need not have a token.
    pub async fn logs_in(&self, user: &str, password: &str) -> Answer {
        let identifier = json!({ "type": "m.id.user", "user": user });
        let body = json!({ "type": "m.login.password", "identifier": identifier, "password": password });
        self.post("/v3/login", body).await
    }

    pub async fn creates_room(&self, wanted: Value) -> String {
        text(&self.post("/v3/createRoom", wanted).await.ok()["room_id"])
    }

    /// Makes the direct room with somebody, who joins it.
    pub async fn meets(&self, other: &Person) -> String {
        let wanted =
            json!({ "is_direct": true, "preset": "trusted_private_chat", "invite": [other.user_id] });
        let room_id = self.creates_room(wanted).await;
        other.joins(&room_id).await;
        room_id
    }

    pub async fn joins(&self, room_id: &str) {
        self.post(&format!("/v3/rooms/{}/join", path(room_id)), json!({})).await.ok();
    }

    pub async fn invites(&self, room_id: &str, other: &Person) {
        let body = json!({ "user_id": other.user_id });
        self.post(&format!("/v3/rooms/{}/invite", path(room_id)), body).await.ok();
    }

    /// Says something; answers the event's id.
    pub async fn sends(&self, room_id: &str, body: &str) -> String {
        self.sends_event(room_id, "m.room.message", json!({ "msgtype": "m.text", "body": body })).await
    }

    pub async fn sends_event(&self, room_id: &str, kind: &str, content: Value) -> String {
        let txn = TXN.fetch_add(1, Ordering::Relaxed);
        let path = format!("/v3/rooms/{}/send/{kind}/t{txn}", path(room_id));
        text(&self.put(&path, content).await.ok()["event_id"])
    }

    pub async fn sets_state(&self, room_id: &str, kind: &str, state_key: &str, content: Value) -> String {
        let path = format!("/v3/rooms/{}/state/{kind}/{}", path(room_id), self::path(state_key));
        text(&self.put(&path, content).await.ok()["event_id"])
    }

    /// One sync without waiting; `since` is empty for the first.
    pub async fn syncs(&self, since: &str) -> Value {
        self.syncs_for(since, 0).await
    }

    pub async fn syncs_for(&self, since: &str, timeout_ms: u64) -> Value {
        let since = if since.is_empty() { String::new() } else { format!("&since={since}") };
        self.get(&format!("/v3/sync?timeout={timeout_ms}{since}")).await.ok()
    }

    /// Syncs on until an answer is as wanted; answers it.
    ///
    /// # Panics
    /// After ten seconds, with the last answer.
    pub async fn syncs_until(&self, since: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut since = since.to_owned();
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            let answer = self.syncs_for(&since, 500).await;
            if wanted(&answer) {
                return answer;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} waited in vain: {answer}", self.user_id);
            since = text(&answer["next_batch"]);
        }
    }

    /// Syncs on until a room's timeline brings this event; answers the sync that did.
    pub async fn receives(&self, since: &str, room_id: &str, event_id: &str) -> Value {
        self.syncs_until(since, |answer| {
            timeline(answer, room_id).iter().any(|event| event["event_id"] == event_id)
        })
        .await
    }
}

/// The timeline of a joined room in a sync's answer.
pub fn timeline(sync: &Value, room_id: &str) -> Vec<Value> {
    sync["rooms"]["join"][room_id]["timeline"]["events"].as_array().cloned().unwrap_or_default()
}

/// The bodies of the messages among events.
pub fn bodies(events: &Value) -> Vec<String> {
    let bodies =
        events.as_array().into_iter().flatten().filter_map(|event| event["content"]["body"].as_str());
    bodies.map(str::to_owned).collect()
}

/// An id as a path segment.
pub fn path(id: &str) -> String {
    let mut encoded = String::with_capacity(id.len() + 8);
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// A string in an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}
