//! Delivery: the time from the moment when a message is due to be sent until the receiver's long-polling `/sync` has
//! returned it, in an open loop, and whether every message came exactly once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use super::Run;
use super::client::Connection;
use super::latencies::Latencies;
use super::matrix::{self, LONG_POLL_MS};
use super::pace::{self, Schedule};
use super::people::{Pair, pipelined};
use super::proc::Meter;
use super::scan::marked_numbers;

/// A message that is later than this counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to look for messages that come twice, after all have come.
const SETTLE: Duration = Duration::from_millis(500);

type Arrival = (usize, Instant);

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    let pairs = run.people.pairs(run.sizes.pairs).await?;
    for &rate in &run.sizes.rates {
        measure_one(run, &pairs, rate).await?;
    }
    Ok(())
}

async fn measure_one(run: &mut Run<'_>, pairs: &[Pair], rate: u32) -> Result<()> {
    let endpoint = run.people.endpoint.clone();
    let marker = run.people.marker(&format!("d{rate}"));
    let positions = pipelined(&endpoint, pairs.len(), async |connection, index| {
        Ok(matrix::sync(connection, &pairs[index].receiver, None, 0).await?.next_batch)
    });
    let positions = positions.await?;

    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let mut receivers = JoinSet::new();
    for (pair, since) in pairs.iter().zip(positions) {
        let connection = Connection::new(&endpoint);
        receivers.spawn(receive(connection, pair.clone(), since, marker.clone(), arrived.clone()));
    }
    let schedule = Schedule::soon(f64::from(rate), run.sizes.duration);
    let mut senders = pace::send_on_schedule(&endpoint, pairs, schedule, &marker);

    sleep_until(schedule.start.into()).await;
    let meter = Meter::start(&run.processes);
    let used = async {
        sleep_until(schedule.end().into()).await;
        meter.stop()
    };
    let collecting = collect(schedule, &mut arrivals);
    let ((tally, used), answers) = tokio::select! {
        failure = first_failure(&mut receivers) => return Err(failure.context("a receiver failed")),
        result = async { (tokio::join!(collecting, used), drain(&mut senders).await) } => result,
    };
    let answers = answers?;
    report(run, rate, &tally, &answers, &used);
    Ok(())
}

/// Long-polls and reports each marked message with the time when the answer that holds it was there in full.
async fn receive(
    mut connection: Connection,
    pair: Pair,
    mut since: String,
    marker: String,
    arrived: mpsc::UnboundedSender<Arrival>,
) -> Result<()> {
    loop {
        let synced = matrix::sync(&mut connection, &pair.receiver, Some(&since), LONG_POLL_MS).await?;
        let now = Instant::now();
        for number in marked_numbers(&synced.body, &marker) {
            arrived.send((number, now))?;
        }
        since = synced.next_batch;
    }
}
