//! The program as an operator meets it: what it says, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use aside_domain::Clock;
use aside_testkit::code_at;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// `aside` with nothing of the environment that could change what it does.
fn aside(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aside"));
    command.args(args).env_clear();
    command
}

fn refusal(args: &[&str]) -> String {
    let Output { status, stdout, stderr } = aside(args).output().expect("the program runs");
    assert_eq!(status.code(), Some(1));
    assert!(stdout.is_empty());
    String::from_utf8(stderr).expect("a sentence is text")
}

/// A server on a free port, with its data in `folder`.
struct Running {
    process: Child,
    /// The line that says that it serves.
    first_line: String,
}

impl Running {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, flags: &[&str]) -> Self {
        let data = folder.to_str().expect("a plain path");
        let mut process = aside(&["--listen", "127.0.0.1:0", "--data", data])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = process.stdout.as_mut().expect("it is piped");
        let mut first_line = String::new();
        // Byte by byte, so that what comes after the line is still there for `stop`.
        BufReader::with_capacity(1, stdout).read_line(&mut first_line).expect("a line is text");
        Self { process, first_line }
    }

    fn url(&self) -> String {
        self.first_line.split_whitespace().last().expect("the line ends with the address").to_owned()
    }

    /// Asks it to end; answers what it said after its first line.
    fn stop(mut self) -> (ExitStatus, String) {
        let pid = Pid::from_child(&self.process);
        kill_process(pid, Signal::TERM).expect("it still runs");
        let status = self.process.wait().expect("it ends");
        let mut rest = String::new();
        self.process.stdout.expect("it is piped").read_to_string(&mut rest).expect("what it says is text");
        (status, rest)
    }
}

#[test]
fn every_profile_that_is_built_in_keeps_its_cases() {
    let Output { status, stdout, .. } = aside(&["policy", "test"]).output().expect("the program runs");
    let said = String::from_utf8(stdout).expect("a sentence is text");
    assert!(status.success(), "{said}");
    assert!(said.starts_with("All ") && said.contains(" cases of 25 profiles "), "{said}");
}

#[test]
fn a_profile_that_does_not_keep_its_cases_or_can_not_be_read_is_said_to_be_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mine.toml");
    let path = file.to_str().expect("a plain path");
    let case = "[[case]]\nname = \"all come in\"\nthen = \"deliver\"\n";
    std::fs::write(&file, format!("[profile]\nid = \"mine\"\n{case}")).expect("a file");
    let Output { status, stdout, stderr } =
        aside(&["policy", "test", path]).output().expect("the program runs");
    assert_eq!(status.code(), Some(1));
    let said = String::from_utf8(stdout).expect("a sentence is text");
    assert!(said.contains("all come in: expected deliver, got request"), "{said}");
    assert!(String::from_utf8(stderr).expect("a sentence is text").contains("1 of 1 cases"));
    std::fs::write(&file, "[profile]\nid = \"mine\"\n[text]\nmaximal = 5\n").expect("a file");
    let sentence = refusal(&["policy", "test", path]);
    assert!(sentence.contains("mine.toml, line 4, text.maximal: unknown field"), "{sentence}");
    let data = folder.path().join("data");
    let sentence = refusal(&[
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().expect("a plain path"),
        "--profile",
        path,
    ]);
    assert!(sentence.contains("--profile") && sentence.contains("line 4, text.maximal"), "{sentence}");
}

#[test]
fn the_link_for_the_first_account_is_shown_at_the_first_start_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");

    let first = Running::start(folder.path());
    assert!(first.first_line.contains(" serves localhost on http://127.0.0.1:"), "{}", first.first_line);
    let (status, rest) = first.stop();
    assert!(status.success(), "{status}");
    assert!(rest.contains("/register?token="), "{rest}");

    let (status, rest) = Running::start(folder.path()).stop();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "");
}

#[tokio::test]
async fn a_waiting_sync_is_answered_when_the_server_stops() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Running::start_with(folder.path(), &["--open-registration"]);
    let api = format!("{}/_matrix/client/v3", server.url());
    let http = aside_testkit::http_client();
    let account =
        json!({ "username": "alice", "password": "a long password", "auth": { "type": "m.login.dummy" } });
    let alice: Value = answer(http.post(format!("{api}/register")).json(&account)).await;
    let token = alice["access_token"].as_str().expect("a token");
    let first = answer(http.get(format!("{api}/sync")).bearer_auth(token)).await;
    let since = first["next_batch"].as_str().expect("a token").to_owned();

    let waiting = http.get(format!("{api}/sync?timeout=60000&since={since}")).bearer_auth(token);
    let waiting = tokio::spawn(answer(waiting));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished(), "there is nothing new");
    let start = Instant::now();
    let (status, _) = tokio::task::spawn_blocking(|| server.stop()).await.expect("no panic");

    assert!(status.success(), "{status}");
    assert!(start.elapsed() < Duration::from_secs(4), "it took {:?}", start.elapsed());
    let last = waiting.await.expect("no panic");
    assert!(last["next_batch"].is_string(), "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verdicts_of_a_data_folder_are_explained_and_tried_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().to_str().expect("a plain path");
    let server = Running::start_with(folder.path(), &["--open-registration"]);
    let api = format!("{}/_matrix/client/v3", server.url().trim_end_matches('/'));
    let http = aside_testkit::http_client();
    let mut tokens = Vec::new();
    for name in ["alice", "bob"] {
        let account =
            json!({ "username": name, "password": "a long enough one", "auth": { "type": "m.login.dummy" } });
        let answer = answer(http.post(format!("{api}/register")).json(&account)).await;
        tokens.push(answer["access_token"].as_str().expect("a token").to_owned());
    }
    let wanted = json!({ "is_direct": true, "invite": ["@bob:localhost"] });
    answer(http.post(format!("{api}/createRoom")).bearer_auth(&tokens[0]).json(&wanted)).await;
    server.stop();
    let says = |args: &[&str]| {
        let Output { status, stdout, stderr } = aside(args).output().expect("the program runs");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).expect("sentences are text")
    };
    let explained = says(&["policy", "explain", "@alice:localhost", "@bob:localhost", "--data", data]);
    let head = "@alice:localhost → @bob:localhost, by aside: request (requests), consent requested\n";
    assert!(explained.starts_with(head), "{explained}");
    assert!(explained.contains("1. start.who: This person can be written to by anyone."), "{explained}");
    let replayed = says(&["policy", "replay", "classic/x", "--data", data]);
    assert!(
        replayed.starts_with("1 verdicts of the last 30 days; 1 would have come out differently"),
        "{replayed}"
    );
    assert!(replayed.contains("  1: request (stranger.hidden_folder) → refuse (start.who)\n"), "{replayed}");
    let same = says(&["policy", "replay", "aside", "--days", "1", "--data", data]);
    assert!(same.starts_with("1 verdicts of the last 1 days; 0 would"), "{same}");
    let sentence = refusal(&["policy", "replay", "aside", "--data", "/nowhere/at/all"]);
    assert!(sentence.contains("/nowhere/at/all has no database"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sf_04_an_operator_helps_who_has_lost_everything() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().to_str().expect("a plain path");
    let reset = |user: &str| {
        let args = ["account", "reset-two-factor", user, "--data", data];
        aside(&args).output().expect("the program runs")
    };
    let sentence = refusal(&["account", "reset-two-factor", "@alice:localhost", "--data", data]);
    assert!(sentence.contains("has no data of a server"), "{sentence}");
    let server = Running::start_with(folder.path(), &["--open-registration"]);
    let url = server.url().trim_end_matches('/').to_owned();
    let http = aside_testkit::http_client();
    let account =
        json!({ "username": "alice", "password": "a long password", "auth": { "type": "m.login.dummy" } });
    let alice = answer(http.post(format!("{url}/_matrix/client/v3/register")).json(&account)).await;
    let token = alice["access_token"].as_str().expect("a token");
    let asks = async |path: &str, body: Value| {
        answer(http.post(format!("{url}/_aside/v1/two_factor/{path}")).bearer_auth(token).json(&body)).await
    };
    let begun = asks("enrol", json!({ "password": "a long password" })).await;
    let code = code_at(begun["secret"].as_str().expect("a secret"), Clock::System.now_ms());
    let confirmed = asks("confirm", json!({ "code": code })).await;
    assert!(confirmed["recovery_codes"].is_array(), "{confirmed}");
    let login = json!({ "type": "m.login.password", "user": "alice", "password": "a long password" });
    let logs_in = || answer(http.post(format!("{url}/_matrix/client/v3/login")).json(&login));
    assert_eq!(logs_in().await["errcode"], "ORG.ASIDE.SECOND_FACTOR");

    let Output { status, stdout, .. } = reset("@alice:localhost");
    assert!(status.success(), "while the server runs, too");
    let said = String::from_utf8(stdout).expect("sentences are text");
    assert_eq!(said, "@alice:localhost logs in with the password alone now.\n");
    assert!(logs_in().await["access_token"].is_string());
    server.stop();
    let sentence = refusal(&["account", "reset-two-factor", "@bob:localhost", "--data", data]);
    assert_eq!(sentence, "aside: @bob:localhost: user not found.\n");
}

async fn answer(request: reqwest::RequestBuilder) -> Value {
    request.send().await.expect("an answer").json().await.expect("JSON")
}

#[test]
fn the_data_folder_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("deep/data");

    Running::start(&data).stop();

    let mode = data.metadata().expect("it was made").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn the_server_name_cannot_change() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Running::start(folder.path()).stop();

    let data = folder.path().to_str().expect("a plain path");
    let sentence = refusal(&["--listen", "127.0.0.1:0", "--data", data, "--server-name", "other.example"]);
    assert!(
        sentence.starts_with("aside: --server-name: server.name = \"other.example\" is refused: "),
        "{sentence}"
    );
    assert!(sentence.contains("\"localhost\""), "{sentence}");
    assert_eq!(sentence.lines().count(), 1);
}

#[test]
fn a_mistake_ends_with_one_sentence() {
    assert_eq!(
        refusal(&["--listen", "8008"]),
        "aside: --listen: server.listen = \"8008\" is not an IP address with a port, such as 127.0.0.1:8008.\n"
    );
    assert_eq!(
        refusal(&["config", "check", "--config", "/nowhere/aside.toml"]),
        "aside: /nowhere/aside.toml cannot be read: No such file or directory (os error 2).\n"
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let sentence = refusal(&["--listen", &address]);
    assert!(sentence.contains(" cannot be listened on: "), "{sentence}");
}

#[test]
fn the_printed_example_is_in_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("aside.toml");
    let example = aside(&["config", "example"]).output().expect("the program runs");
    std::fs::write(&path, example.stdout).expect("the file is written");

    let checked = aside(&["config", "check"]).env("ASIDE_CONFIG", &path).output().expect("the program runs");
    assert!(checked.status.success());
    assert_eq!(checked.stdout, b"The configuration is in order.\n");
}
