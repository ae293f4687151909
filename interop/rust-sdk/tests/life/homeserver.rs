//! The homeserver under test: the one that `HOMESERVER_URL` names, or else the binary `ASIDE_BIN`,
//! started for one test alone and ended with it.

use std::{
    env,
    net::TcpListener,
    process::{Child, Command},
    time::{Duration, Instant},
};

use matrix_sdk::reqwest;
use tempfile::TempDir;
use tokio::time::sleep;

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(10);

pub struct Homeserver {
    pub url: String,
    pub name: String,
    process: Option<(Child, TempDir)>,
}

impl Homeserver {
    pub async fn start() -> Self {
        if let Ok(url) = env::var("HOMESERVER_URL") {
            let name = env::var("HOMESERVER_NAME").unwrap_or_else(|_| "localhost".to_owned());
            return Self { url, name, process: None };
        }
        let binary = env::var("ASIDE_BIN")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/debug/aside").to_owned());
        let data = TempDir::with_prefix("aside-interop-").expect("a directory for the data");
        let listen = free_address();
        let child = Command::new(&binary)
            .args(["serve", "--listen", &listen, "--server-name", "localhost"])
            .arg("--data")
            .arg(data.path())
            .args(["--open-registration", "--no-rate-limits"])
            .spawn()
            .unwrap_or_else(|error| panic!("{binary} did not start: {error}"));

        let mut homeserver = Self {
            url: format!("http://{listen}"),
            name: "localhost".to_owned(),
            process: Some((child, data)),
        };
        homeserver.answers().await;
        homeserver
    }

    /// A server that has just been started has no event to await, so it is asked until it answers.
    async fn answers(&mut self) {
        let versions = format!("{}/_matrix/client/versions", self.url);
        let started = Instant::now();
        while started.elapsed() < START {
            if let Some((child, _)) = &mut self.process
                && let Some(status) = child.try_wait().expect("the status of the homeserver")
            {
                panic!("the homeserver did not start: {status}");
            }
            if reqwest::get(&versions).await.is_ok_and(|response| response.status().is_success()) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{versions} did not answer within {START:?}");
    }
}

impl Drop for Homeserver {
    fn drop(&mut self) {
        let Some((child, _)) = &mut self.process else { return };
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let asked = Instant::now();
        while asked.elapsed() < STOP {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        if !std::thread::panicking() {
            panic!("the homeserver was still running {STOP:?} after SIGTERM");
        }
    }
}

fn free_address() -> String {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("its address").to_string()
}
