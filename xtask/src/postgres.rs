//! A PostgreSQL that lives as long as the tests that need it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::apt;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Nothing of it survives a crash, and nothing has to.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "max_connections=300",
    "shared_buffers=128MB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "log_min_messages=fatal",
];

pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        // Made by initdb and not here, so that it belongs to the user as whom the server runs.
        let folder = std::env::temp_dir().join(format!("aside-test-postgres-{}", std::process::id()));
        let made = unprivileged(&programs.join("initdb"))
            .args(["--auth=trust", "--username=aside", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&folder)
            .output()
            .context("initdb cannot be run")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
        let port = free_port()?;
        let mut command = unprivileged(&programs.join("postgres"));
        command.arg("-D").arg(&folder).args(["-p", &port.to_string()]);
        command.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let server = command.stdin(Stdio::null()).spawn().context("postgres cannot be run")?;
        let mut cluster = Self { programs, folder, port, server };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The URL of a database whose user may make further databases.
    pub fn url(&self) -> String {
        format!("postgres://aside@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        let port = self.port.to_string();
        while start.elapsed() < START_TIMEOUT {
            let answer = Command::new(self.programs.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port])
                .status()
                .context("pg_isready cannot be run")?;
            if answer.success() {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended with {status} instead of starting");
            }
            sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not start within {} seconds", START_TIMEOUT.as_secs())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = unprivileged(&self.programs.join("pg_ctl"))
            .args(["stop", "--mode=immediate", "--silent", "-D"])
            .arg(&self.folder)
            .status();
        if stopped.is_ok_and(|status| status.success()) {
            // It ended as asked; how is of no interest.
            let _ = self.server.wait();
            let _ = fs::remove_dir_all(&self.folder);
        } else {
            eprintln!("PostgreSQL could not be stopped; its files are in {}.", self.folder.display());
        }
    }
}

/// The folder with PostgreSQL's programs; installs them where that is possible and needed.
fn programs() -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    if apt::may_install() {
        apt::install("postgresql")?;
    }
    find_programs().context(
        "PostgreSQL is missing: install it so that initdb can be found (Debian: apt install postgresql)",
    )
}

/// Debian keeps each version in a folder of its own, outside the search path; the newest is taken.
fn find_programs() -> Option<PathBuf> {
    let version = |folder: &PathBuf| folder.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .max_by_key(version);
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    })
}

/// PostgreSQL refuses to run as root, so root runs it as the user whom the package made.
fn unprivileged(program: &Path) -> Command {
    let mut command = if apt::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // That user may not be allowed to enter the folder we stand in.
    command.current_dir("/");
    command
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr()?.port())
}
