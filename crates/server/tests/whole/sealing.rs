//! Encryption at rest (A-PR-11): what people wrote is on no disk as they wrote it, and the keys can be changed.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aside_domain::Settings;
use aside_store::seal::Keyring;
use aside_store::{Location, Store};
use aside_testkit::{Person, TestServer, path, text};
use serde_json::{Value, json};

const FIRST: &str = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const SECOND: &str = "k2 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const OTHER_FIRST: &str = "k1 AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=";

fn keyring(text: &str) -> Keyring {
    let next = AtomicU64::new(1);
    let fill = move |bytes: &mut [u8]| {
        for byte in bytes.chunks_mut(8) {
            let number = next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            byte.copy_from_slice(&number.to_le_bytes()[..byte.len()]);
        }
    };
    Keyring::parse(text, Box::new(fill)).unwrap()
}

async fn open(folder: &Path, keys: Option<&str>) -> Result<TestServer, String> {
    let store = Store::open_sealed(Location::Sqlite(folder.to_owned()), keys.map(keyring)).await;
    let store = store.map_err(|error| error.to_string())?;
    let mut settings = Settings::in_directory(folder.to_owned());
    settings.open_registration = true;
    settings.rate_limits = false;
    Ok(TestServer::start_on(store, settings, false, None).await)
}

fn moved_to(person: &Person, server: &TestServer) -> Person {
    Person { base: format!("http://{}", server.address), ..person.clone() }
}

fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(text.len()).any(|window| window == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn count(person: &Person, term: &str) -> Value {
    let wanted = json!({ "search_categories": { "room_events": { "search_term": term } } });
    person.post("/v3/search", wanted).await.ok()["search_categories"]["room_events"]["count"].clone()
}

/// Everything of a person that is sealed.
struct Secrets {
    room_id: String,
    message: String,
    file: String,
}

async fn writes(person: &Person, other: &Person) -> Secrets {
    let room_id = person.meets(other).await;
    let message = person.sends(&room_id, "the zyzzyva is under the doormat").await;
    let reaction =
        json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": message, "key": "zyzzyva-wave" } });
    person.sends_event(&room_id, "m.reaction", reaction).await;
    let file = person.uploads("text/plain", "zyzzyva-plan.txt", "zyzzyva ".repeat(20_000)).await;
    let setting = format!("/v3/user/{}/account_data/org.example.note", path(&person.user_id));
    person.put(&setting, json!({ "note": "zyzzyva" })).await.ok();
    let to_device = json!({ "messages": { other.user_id.clone(): { "*": { "text": "zyzzyva" } } } });
    person.put("/v3/sendToDevice/org.example.note/t1", to_device).await.ok();
    let event = format!("/v3/rooms/{}/event/{}", path(&room_id), path(&message));
    let sent_ts = person.get(&event).await.ok()["origin_server_ts"].as_i64().unwrap();
    let later = json!({
        "room_id": room_id, "type": "m.room.message", "content": { "msgtype": "m.text", "body": "zyzzyva" },
        "send_ts": sent_ts + 24 * 3_600_000
    });
    person.post("/_aside/v1/scheduled", later).await.ok();
    let report = json!({ "room_id": room_id, "event_id": message, "reason": "other", "comment": "zyzzyva" });
    person.post("/_aside/v1/reports", report).await.ok();
    Secrets { room_id, message, file }
}

async fn reads(person: &Person, secrets: &Secrets) {
    let event = format!("/v3/rooms/{}/event/{}", path(&secrets.room_id), path(&secrets.message));
    assert_eq!(person.get(&event).await.ok()["content"]["body"], "the zyzzyva is under the doormat");
    let file = person.downloads(&secrets.file).await.ok();
    assert_eq!(file.bytes, "zyzzyva ".repeat(20_000).into_bytes());
    assert!(file.header("content-disposition").contains("zyzzyva-plan.txt"));
    let place = secrets.file.trim_start_matches("mxc://");
    let part =
        person.fetches(&format!("/v1/media/download/{place}"), &[("range", "bytes=65530-65545")]).await;
    assert_eq!((part.status, part.bytes.len()), (206, 16));
    let setting = format!("/v3/user/{}/account_data/org.example.note", path(&person.user_id));
    assert_eq!(person.get(&setting).await.ok()["note"], "zyzzyva");
    let waiting = person.get("/_aside/v1/scheduled").await.ok();
    assert_eq!(waiting["items"][0]["content"]["body"], "zyzzyva");
    assert_eq!(count(person, "doormat zyzzyva").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pr_11_what_people_write_is_sealed_on_disk_and_reads_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path(), Some(FIRST)).await.unwrap();
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let secrets = writes(&alice, &bob).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    reads(&alice, &secrets).await;
    let sync = bob.syncs("").await;
    assert_eq!(sync["to_device"]["events"][0]["content"]["text"], "zyzzyva");
    assert!(sync.to_string().contains("zyzzyva-wave"));
    assert_eq!(files_with(folder.path(), "zyzzyva"), Vec::<String>::new());
    let label = alice.get(&format!("/_aside/v1/rooms/{}/security", path(&secrets.room_id))).await.ok();
    let readers: Vec<&str> = label["readable_by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reader| reader["who"].as_str().unwrap())
        .collect();
    assert_eq!((&label["sealed"], readers.contains(&"disk_access")), (&json!(true), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pr_11_without_the_right_key_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path(), Some(FIRST)).await.unwrap();
    server.hs.shutdown();
    drop(server);
    let refused = async |keys| open(folder.path(), keys).await.err().expect("a refusal");
    assert_eq!(refused(None).await, "has to name the keys: the database is sealed with \"k1\"");
    assert_eq!(refused(Some(SECOND)).await, "lacks the key \"k1\", with which the database is sealed");
    assert!(refused(Some(OTHER_FIRST)).await.starts_with("has another key \"k1\""));
    open(folder.path(), Some(FIRST)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pr_11_sealing_may_begin_late_and_keys_may_change() {
    let folder = tempfile::tempdir().unwrap();
    let server = open(folder.path(), None).await.unwrap();
    let (alice, bob) = (server.person("alice").await, server.person("bob").await);
    let secrets = writes(&alice, &bob).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert!(!files_with(folder.path(), "zyzzyva").is_empty(), "nothing is sealed yet");
    server.hs.shutdown();
    drop(server);

    for keys in [FIRST.to_owned(), format!("{SECOND}\n{FIRST}"), SECOND.to_owned()] {
        let server = open(folder.path(), Some(&keys)).await.unwrap();
        let alice = moved_to(&alice, &server);
        let current = keys.split_whitespace().next().unwrap();
        let sealed = async {
            while aside_store::sealing::list_keys(&opened(folder.path(), &keys).await).await.unwrap()
                != [current]
                || !files_with(folder.path(), "zyzzyva").is_empty()
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let done = tokio::time::timeout(Duration::from_secs(20), sealed).await;
        done.unwrap_or_else(|_| panic!("{current}: {:?}", files_with(folder.path(), "zyzzyva")));
        reads(&alice, &secrets).await;
        server.hs.shutdown();
        drop(server);
    }
    let told = open(folder.path(), Some(SECOND)).await.unwrap();
    let alice = moved_to(&alice, &told);
    let state = format!("/v3/rooms/{}/state/org.aside.security/", path(&secrets.room_id));
    let announced = async {
        while alice.get(&state).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), announced).await.expect("the conversation is told");
    assert_eq!(alice.get(&state).await.ok()["sealed"], true);
    assert_eq!(text(&json!(secrets.message)), secrets.message);
}

async fn opened(folder: &Path, keys: &str) -> Store {
    Store::open_sealed(Location::Sqlite(folder.to_owned()), Some(keyring(keys))).await.unwrap()
}
