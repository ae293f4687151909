//! Builds Aside, starts it on a free loopback port, and stops it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hyper::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use super::client::{Connection, Endpoint};

const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// How Aside is started: always with the same data, so that a second start finds what the first one left.
pub struct Launcher {
    binary: PathBuf,
    /// Emptied by whoever makes the launcher and removed when it is dropped.
    directory: PathBuf,
    database: Option<String>,
}

impl Launcher {
    pub fn new(binary: &Path, database: Option<&str>) -> Result<Self> {
        // Not the system's temporary directory: it may be in memory, where a sync to disk costs nothing.
        let directory = target_directory()?.join("bench").join(std::process::id().to_string());
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory).with_context(|| format!("creating {}", directory.display()))?;
        let binary = fs::canonicalize(binary).with_context(|| binary.display().to_string())?;
        Ok(Self { binary, directory, database: database.map(str::to_owned) })
    }

    /// What lies here lies on the disk that the server writes to.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Starts the server and waits for its first answer.
    pub async fn start(&self) -> Result<Server> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let log_path = self.directory.join("server.log");
        let log = File::options().create(true).append(true).open(&log_path)?;
        let mut command = self.command(&address);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);

        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", self.binary.display()))?;
        let endpoint = Endpoint::parse(&format!("http://{address}"))?;
        let mut server = Server { child, endpoint, log_path, start: Duration::ZERO };
        server.wait_for_answer(started).await?;
        server.start = started.elapsed();
        Ok(server)
    }

    fn command(&self, address: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["serve", "--listen", address, "--data"]).arg(self.directory.join("data"));
        command.args(["--server-name", "localhost", "--open-registration", "--no-rate-limits"]);
        command.args(self.database.iter().flat_map(|database| ["--database", database]));
        // A configuration that lies about, in the environment or here, is not what is to be measured.
        command.current_dir(&self.directory);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"ASIDE_") {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            eprintln!("{} was not removed: {error}", self.directory.display());
        }
    }
}

/// A running server, which ends with this value.
pub struct Server {
    child: Child,
    pub endpoint: Arc<Endpoint>,
    log_path: PathBuf,
    /// From the start of the process to its first answer.
    pub start: Duration,
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    async fn wait_for_answer(&mut self, started: Instant) -> Result<()> {
        while started.elapsed() < START_PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at its start ({status}):\n{}", self.log_end());
            }
            if self.endpoint.listens().await {
                let answer = Connection::new(&self.endpoint).get("/_matrix/client/versions", None).await;
                if answer.is_ok_and(|answer| answer.status == StatusCode::OK) {
                    return Ok(());
                }
            }
            sleep(Duration::from_millis(1)).await;
        }
        bail!("no answer within {START_PATIENCE:?} of the start:\n{}", self.log_end())
    }

    /// Asks the server to end and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP_PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the server ended with {status}:\n{}", self.log_end());
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        bail!("the server did not end within {STOP_PATIENCE:?}")
    }

    /// The last lines that the server wrote.
    pub fn log_end(&self) -> String {
        let log = fs::read_to_string(&self.log_path).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if the process has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the server as it is released and returns the path of its program.
pub fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["build", "--release", "--package", "aside-server"]).status()?;
    ensure!(status.success(), "the server does not build");
    Ok(target_directory()?.join("release/aside"))
}

fn target_directory() -> Result<PathBuf> {
    let given = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let directory = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
    Ok(std::path::absolute(directory)?)
}
