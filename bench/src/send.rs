//! Closed-loop sends: a fixed number in flight, each sender waits for its answer before it sends again.

use std::time::Instant;

use anyhow::Result;

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
    let mut connections = Vec::with_capacity(pairs.len());
    for _ in pairs {
        let mut connection = Connection::new(&run.people.endpoint);
        connection.open().await?;
        connections.push(connection);
    }
    let mut own: Vec<Vec<_>> = (0..in_flight).map(|_| Vec::new()).collect();
    for (index, of_pair) in pairs.iter().cloned().zip(connections).enumerate() {
        own[index % in_flight].push(of_pair);
    }
    let meter = Meter::start(&run.processes);
    let until = Instant::now() + run.sizes.duration;
    let workers = own.into_iter().map(|own| send_until(until, own, marker.clone())).collect();
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
async fn send_until(until: Instant, mut own: Vec<(Pair, Connection)>, marker: String) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    for number in 0.. {
        let turn = number % own.len();
        let (Pair { sender, room, .. }, connection) = &mut own[turn];
        let started = Instant::now();
        if started >= until {
            break;
        }
        matrix::send(connection, sender, room, &marker, number).await?;
        latencies.add(started.elapsed());
    }
    Ok(latencies)
}
