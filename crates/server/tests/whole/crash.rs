//! The process is killed under load, again and again; what it acknowledged is there once and in order, for everybody.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use aside_testkit::{http_client, path};
use serde_json::{Value, json};

const ROUNDS: u64 = 20;
const PAIRS: usize = 4;

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // On Unix this is SIGKILL: nothing is flushed, no handler runs.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn start(data: &Path, port: u16) -> Killed {
    let child = Command::new(env!("CARGO_BIN_EXE_aside"))
        .args(["serve", "--server-name", "localhost", "--open-registration", "--no-rate-limits"])
        .args(["--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data)
        .current_dir(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Killed(child)
}

/// What the people who talk have in common.
#[derive(Default)]
struct Load {
    acknowledged: AtomicUsize,
    enough: AtomicBool,
}

impl Load {
    /// Waits until this many more messages were acknowledged, however slow the machine is.
    async fn goes_on(&self, messages: usize) {
        let before = self.acknowledged.load(Ordering::SeqCst);
        while self.acknowledged.load(Ordering::SeqCst) < before + messages {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A client that bears a server that comes and goes.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    user_id: String,
}

impl Client {
    async fn try_call(&self, method: &str, path: &str, body: Option<Value>) -> Option<Value> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}/_matrix/client/v3{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.timeout(Duration::from_secs(5)).send().await.ok()?;
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap_or_default());
        response.json().await.ok()
    }

    /// Asks until there is an answer.
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        loop {
            if let Some(answer) = self.try_call(method, path, body.clone()).await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn register(http: &reqwest::Client, base: &str, name: &str) -> Client {
        let mut client = Client {
            http: http.clone(),
            base: base.to_owned(),
            token: String::new(),
            user_id: String::new(),
        };
        let body =
            json!({ "username": name, "password": "a long password", "auth": { "type": "m.login.dummy" } });
        let answer = client.call("POST", "/register", Some(body)).await;
        client.token = answer["access_token"].as_str().unwrap().to_owned();
        client.user_id = answer["user_id"].as_str().unwrap().to_owned();
        client
    }

    /// Sends numbered messages one after the other, each until it is acknowledged, the same one with the same transaction id.
    async fn talk(self, room_id: String, load: Arc<Load>) -> Vec<String> {
        let mut acknowledged = Vec::new();
        while !load.enough.load(Ordering::SeqCst) {
            let number = acknowledged.len();
            let path = format!("/rooms/{}/send/m.room.message/n{number}", path(&room_id));
            let body = json!({ "msgtype": "m.text", "body": number.to_string() });
            let answer = self.call("PUT", &path, Some(body)).await;
            acknowledged.push(answer["event_id"].as_str().unwrap().to_owned());
            load.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        acknowledged
    }

    /// Syncs on and on, and collects the messages of a room, until it has seen the last.
    async fn listen(
        self,
        room_id: String,
        last: Arc<tokio::sync::OnceCell<String>>,
    ) -> Vec<(String, String)> {
        let filter = "&filter=%7B%22room%22%3A%7B%22timeline%22%3A%7B%22limit%22%3A100%7D%7D%7D";
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut since = String::new();
        loop {
            let sync = self.call("GET", &format!("/sync?timeout=1000{filter}{since}"), None).await;
            since = format!("&since={}", sync["next_batch"].as_str().unwrap());
            let timeline = &sync["rooms"]["join"][&room_id]["timeline"];
            assert!(
                seen.is_empty() || timeline["limited"] != true,
                "nothing may be skipped here: {timeline}"
            );
            for event in timeline["events"].as_array().into_iter().flatten() {
                if event["type"] == "m.room.message" {
                    let field = |value: &Value| value.as_str().unwrap().to_owned();
                    seen.push((field(&event["event_id"]), field(&event["content"]["body"])));
                }
            }
            let done = |last: &String| seen.iter().any(|(event_id, _)| event_id == last);
            if last.get().is_some_and(done) {
                return seen;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_being_killed_twenty_times() {
    let data = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let http = http_client();
    let mut server = start(data.path(), port);
    let load = Arc::new(Load::default());
    let mut talks = Vec::new();
    let mut listeners = Vec::new();
    for pair in 0..PAIRS {
        let alice = Client::register(&http, &base, &format!("alice{pair}")).await;
        let bob = Client::register(&http, &base, &format!("bob{pair}")).await;
        let wanted = json!({ "is_direct": true, "invite": [bob.user_id] });
        let room = alice.call("POST", "/createRoom", Some(wanted)).await;
        let room_id = room["room_id"].as_str().unwrap().to_owned();
        bob.call("POST", &format!("/rooms/{}/join", path(&room_id)), Some(json!({}))).await;
        let last = Arc::new(tokio::sync::OnceCell::new());
        for person in [&alice, &bob] {
            listeners.push((pair, tokio::spawn(person.clone().listen(room_id.clone(), Arc::clone(&last)))));
        }
        talks.push((last, tokio::spawn(alice.talk(room_id, Arc::clone(&load)))));
    }
    for round in 0..ROUNDS {
        load.goes_on(2 * PAIRS).await;
        tokio::time::sleep(Duration::from_millis(round * 37 % 400)).await;
        drop(server);
        server = start(data.path(), port);
    }
    load.goes_on(2 * PAIRS).await;
    load.enough.store(true, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for (last, talk) in talks {
        let sent = talk.await.unwrap();
        last.set(sent.last().unwrap().clone()).unwrap();
        acknowledged.push(sent);
    }
    for (pair, listener) in listeners {
        let seen =
            tokio::time::timeout(Duration::from_secs(30), listener).await.expect("the last message").unwrap();
        let expected: Vec<(String, String)> = acknowledged[pair]
            .iter()
            .enumerate()
            .map(|(number, event_id)| (event_id.clone(), number.to_string()))
            .collect();
        assert_eq!(seen, expected, "everything acknowledged, once, in order, and nothing else");
    }
}
