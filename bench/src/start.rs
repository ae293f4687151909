//! Starting: how soon the server answers, on nothing and on what the run has left, and what memory it needs.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::figures::Figures;
use super::latencies::median;
use super::proc::Processes;
use super::server::{Launcher, Server};

/// Time from a start until the memory of the idle server is read.
const REST: Duration = Duration::from_secs(5);
const RESTARTS: usize = 3;

/// For the server that was just started on a new database.
pub async fn first(server: &Server, figures: &mut Figures) {
    figures.lower(
        "start.new_ms",
        "start to first answer, new database, ms",
        server.start.as_secs_f64() * 1_000.0,
    );
    sleep(REST).await;
    memory(&Processes { roots: vec![server.pid()] }, "start", "memory 5 s after the start, MB", figures);
}

/// For the data that the run has left.
pub async fn again(launcher: &Launcher, figures: &mut Figures) -> Result<()> {
    let mut starts = Vec::with_capacity(RESTARTS);
    for _ in 0..RESTARTS {
        let server = launcher.start().await?;
        starts.push(server.start.as_secs_f64() * 1_000.0);
        server.stop().await?;
    }
    let label = format!("start to first answer, database of this run, ms (median of {RESTARTS})");
    figures.lower("start.existing_ms", label, median(&starts));
    Ok(())
}

/// The memory of a server in millions of bytes.
pub fn memory(processes: &Processes, key: &str, label: &str, figures: &mut Figures) {
    let memory = processes.memory();
    figures.lower(format!("{key}.memory_mb"), label, memory.pss / 1e6);
    figures.note(format!("{key}.rss_mb"), memory.rss / 1e6);
}
