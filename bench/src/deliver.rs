//! Delivery: the time from the moment when a message is due to be sent until the receiver's long-polling
//! `/sync` has returned it, in an open loop, and whether every message came exactly once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout_at};

use super::Run;
use super::client::Connection;
use super::latencies::Latencies;
use super::matrix::{self, LONG_POLL_MS};
use super::pace::{self, Schedule};
use super::people::{Pair, pipelined};
use super::proc::{Meter, Use};
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

async fn measure_one(run: &mut Run<'_>, pairs: &[Pair], rate: usize) -> Result<()> {
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
    let schedule = Schedule::soon(rate, run.sizes.duration);
    let mut senders = pace::send_on_schedule(&endpoint, pairs, schedule, &marker);

    sleep_until(schedule.start.into()).await;
    let meter = Meter::start(&run.processes);
    let collected = async {
        let mut tally = collect(schedule, &mut arrivals).await;
        let used = meter.stop();
        look_for_repeats(&mut tally, &mut arrivals).await;
        (tally, used)
    };
    let (tally, used) = tokio::select! {
        failure = receivers.join_next() => bail!("a receiver ended: {failure:?}"),
        result = collected => result,
    };
    // Whoever still sends is behind the schedule; its messages count as lost already.
    let mut answers = Latencies::default();
    while let Some(answered) = senders.try_join_next() {
        answers.merge(answered?.context("a sender failed")?);
    }
    report(run, rate, &tally, &answers, &used);
    Ok(())
}

fn report(run: &mut Run<'_>, rate: usize, tally: &Tally, answers: &Latencies, used: &Use) {
    let latencies = tally.latencies(Instant::now());
    let [p50, p95, p99, max] = latencies.percentiles_ms([50.0, 95.0, 99.0, 100.0]);
    let [answered_p50, answered_p99] = answers.percentiles_ms([50.0, 99.0]);
    let key = |name: &str| format!("deliver@{rate}.{name}");
    let label = |name: &str| format!("deliver, {rate}/s: {name}");
    run.figures.lower(key("p50_ms"), label("p50 ms"), p50);
    run.figures.lower(key("p95_ms"), label("p95 ms"), p95);
    run.figures.lower(key("p99_ms"), label("p99 ms"), p99);
    run.figures.lower(key("max_ms"), label("max ms"), max);
    run.figures.lower(key("lost"), label("lost"), tally.lost() as f64);
    run.figures.lower(key("twice"), label("came twice"), tally.twice as f64);
    run.figures.lower(
        key("cpu_ms"),
        label("server CPU ms a message"),
        used.server_s * 1_000.0 / tally.came as f64,
    );
    run.figures.note(key("answered_p50_ms"), answered_p50);
    run.figures.note(key("answered_p99_ms"), answered_p99);
    run.figures.note(key("server_cores"), used.server_cores());
    run.figures.note(key("client_cores"), used.client_cores());
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

/// Gathers arrivals until every message has come or patience is at its end.
async fn collect(schedule: Schedule, arrivals: &mut mpsc::UnboundedReceiver<Arrival>) -> Tally {
    let mut tally = Tally::new(schedule);
    let deadline = schedule.end() + PATIENCE;
    while tally.lost() > 0
        && let Ok(Some(arrival)) = timeout_at(deadline.into(), arrivals.recv()).await
    {
        tally.note(arrival);
    }
    tally
}

async fn look_for_repeats(tally: &mut Tally, arrivals: &mut mpsc::UnboundedReceiver<Arrival>) {
    let settled = Instant::now() + SETTLE;
    while let Ok(Some(arrival)) = timeout_at(settled.into(), arrivals.recv()).await {
        tally.note(arrival);
    }
}

/// Which messages came when.
struct Tally {
    schedule: Schedule,
    first: Vec<Option<Instant>>,
    came: usize,
    twice: usize,
}

impl Tally {
    fn new(schedule: Schedule) -> Self {
        Self { schedule, first: vec![None; schedule.count], came: 0, twice: 0 }
    }

    fn note(&mut self, (number, at): Arrival) {
        match self.first.get_mut(number) {
            Some(first @ None) => {
                *first = Some(at);
                self.came += 1;
            }
            _ => self.twice += 1,
        }
    }

    fn lost(&self) -> usize {
        self.schedule.count - self.came
    }

    /// From due to seen. A message that never came counts with the time that it was waited for, `until` now:
    /// left out, it would make the percentiles of an overloaded server better.
    fn latencies(&self, until: Instant) -> Latencies {
        let mut latencies = Latencies::default();
        for (number, at) in self.first.iter().enumerate() {
            latencies.add(at.unwrap_or(until).saturating_duration_since(self.schedule.at(number)));
        }
        latencies
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_lost_and_what_comes_twice() {
        let schedule = Schedule::soon(1_000, Duration::from_millis(3));
        let mut tally = Tally::new(schedule);
        let after = |number, ms| (number, schedule.at(number) + Duration::from_millis(ms));
        tally.note(after(0, 2));
        tally.note(after(2, 4));
        tally.note(after(0, 9));
        assert_eq!((tally.lost(), tally.twice), (1, 1));
        let waited = tally.latencies(schedule.at(1) + Duration::from_secs(10));
        assert_eq!(waited.percentiles_ms([1.0, 50.0, 100.0]), [2.0, 4.0, 10_000.0]);
    }
}
