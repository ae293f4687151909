//! Closed-loop sends: a fixed number in flight, each sender waits for its answer before it sends again.

use std::time::Instant;

use anyhow::Result;
use tokio::task::JoinSet;

use super::Run;
use super::client::Connection;
use super::latencies::Latencies;
use super::matrix;
use super::people::Pair;
use super::proc::Meter;

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    let pairs = run.people.pairs(run.sizes.pairs).await?;
    for &in_flight in &run.sizes.in_flight {
        measure_one(run, &pairs, in_flight.min(pairs.len())).await?;
    }
    Ok(())
}

async fn measure_one(run: &mut Run<'_>, pairs: &[Pair], in_flight: usize) -> Result<()> {
    let marker = run.people.marker("s");
    let meter = Meter::start(&run.processes);
    let until = Instant::now() + run.sizes.duration;
    let mut workers = JoinSet::new();
    for worker in 0..in_flight {
        let own: Vec<_> = pairs.iter().skip(worker).step_by(in_flight).cloned().collect();
        let connections: Vec<_> = own.iter().map(|_| Connection::new(&run.people.endpoint)).collect();
        workers.spawn(send_until(until, own, connections, marker.clone()));
    }
    let latencies = Latencies::gather(workers).await?;
    let used = meter.stop();
    let sends = latencies.len() as f64;
    let [p50, p95, p99, p999] = latencies.percentiles_ms([50.0, 95.0, 99.0, 99.9]);

    let key = |name: &str| format!("send@{in_flight}.{name}");
    let label = |name: &str| format!("send, {in_flight} in flight: {name}");
    run.figures.higher(key("rate"), label("sends/s"), sends / used.seconds);
    run.figures.lower(key("p50_ms"), label("p50 ms"), p50);
    run.figures.lower(key("p95_ms"), label("p95 ms"), p95);
    run.figures.lower(key("p99_ms"), label("p99 ms"), p99);
    run.figures.lower(key("p999_ms"), label("p99.9 ms"), p999);
    run.figures.lower(key("cpu_ms"), label("server CPU ms a send"), used.server_s * 1_000.0 / sends);
    run.figures.note(key("server_cores"), used.server_cores());
    run.figures.note(key("client_cores"), used.client_cores());
    Ok(())
}

/// Sends in turn for each of a worker's own pairs, so that no room and no user has two sends in flight.
async fn send_until(
    until: Instant,
    pairs: Vec<Pair>,
    mut connections: Vec<Connection>,
    marker: String,
) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    for (number, index) in (0..pairs.len()).cycle().enumerate() {
        let started = Instant::now();
        if started >= until {
            break;
        }
        let Pair { sender, room, .. } = &pairs[index];
        matrix::send(&mut connections[index], sender, room, &marker, number).await?;
        latencies.add(started.elapsed());
    }
    Ok(latencies)
}
