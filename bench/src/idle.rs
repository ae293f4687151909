//! Idle clients: what a user costs who has a client open and no news.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Run;
use super::client::Connection;
use super::matrix::{self, LONG_POLL_MS, User};
use super::people::pipelined;
use super::proc::Meter;

/// Time for the server to come to rest before it is looked at.
const REST: Duration = Duration::from_secs(3);

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    let count = run.sizes.idle;
    let users = run.people.users(count).await?;
    let endpoint = run.people.endpoint.clone();
    sleep(REST).await;
    let before = run.processes.memory();

    // Every client keeps its connection, over which it also made its first sync, as real ones do.
    let clients = pipelined(&endpoint, count, async |_, index| {
        let mut connection = Connection::new(&endpoint);
        let since = matrix::sync(&mut connection, &users[index], None, 0).await?.next_batch;
        Ok((connection, since))
    });
    let mut polls = JoinSet::new();
    for (index, (connection, since)) in clients.await?.into_iter().enumerate() {
        // First polls of different lengths spread the later ones evenly, as if people had come one by one.
        let first_ms = LONG_POLL_MS * (index as u64 + 1) / count as u64;
        polls.spawn(poll(connection, Arc::clone(&users[index]), since, first_ms));
    }
    let watching = async {
        sleep(REST).await;
        let meter = Meter::start(&run.processes);
        sleep(run.sizes.duration).await;
        meter.stop()
    };
    let used = tokio::select! {
        failure = polls.join_next() => bail!("an idle client ended: {failure:?}"),
        used = watching => used,
    };
    let after = run.processes.memory();

    let clients = count as f64;
    let label = |name: &str| format!("{count} idle clients: {name}");
    run.figures.lower("idle.bytes", label("memory per client, bytes"), (after.pss - before.pss) / clients);
    run.figures.lower("idle.cores", label("server cores"), used.server_cores());
    run.figures.note("idle.rss_bytes", (after.rss - before.rss) / clients);
    run.figures.note("idle.client_cores", used.client_cores());
    Ok(())
}

async fn poll(
    mut connection: Connection,
    user: Arc<User>,
    mut since: String,
    mut timeout_ms: u64,
) -> Result<()> {
    loop {
        since = matrix::sync(&mut connection, &user, Some(&since), timeout_ms).await?.next_batch;
        timeout_ms = LONG_POLL_MS;
    }
}
