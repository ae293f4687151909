//! Password logins, and what a storm of them does to those who are writing.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use super::Run;
use super::client::{Connection, Endpoint};
use super::latencies::Latencies;
use super::matrix::{self, User};
use super::pace::{self, Schedule};
use super::proc::Meter;

/// Logins in flight: enough to keep a few cores hashing.
const IN_FLIGHT: usize = 4;
/// Logins in flight in the storm: many more than can be served at once.
const STORM: usize = 16;
/// Messages a second during the storm.
const STORM_SENDS: usize = 100;

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    let users = run.people.users(2 * run.sizes.pairs).await?;
    let endpoint = run.people.endpoint.clone();
    let meter = Meter::start(&run.processes);
    let logins =
        Latencies::gather(start(&endpoint, &users, IN_FLIGHT, Instant::now() + run.sizes.duration)).await?;
    let used = meter.stop();
    let [p50, p99] = logins.percentiles_ms([50.0, 99.0]);
    let label = |name: &str| format!("login, {IN_FLIGHT} in flight: {name}");
    run.figures.higher("login.rate", label("logins/s"), logins.len() as f64 / used.seconds);
    run.figures.lower("login.p50_ms", label("p50 ms"), p50);
    run.figures.lower("login.p99_ms", label("p99 ms"), p99);
    run.figures.lower(
        "login.cpu_ms",
        label("server CPU ms a login"),
        used.server_s * 1_000.0 / logins.len() as f64,
    );
    storm(run, &users).await
}

async fn storm(run: &mut Run<'_>, users: &[Arc<User>]) -> Result<()> {
    let pairs = run.people.pairs(run.sizes.pairs).await?;
    let endpoint = run.people.endpoint.clone();
    let schedule = Schedule::soon(STORM_SENDS, run.sizes.duration);
    let logging_in = start(&endpoint, users, STORM, schedule.end());
    let sending = pace::send_on_schedule(&endpoint, &pairs, schedule, &run.people.marker("l"));
    let (answers, logins) = tokio::join!(Latencies::gather(sending), Latencies::gather(logging_in));
    let (answers, logins) = (answers.context("a sender failed")?, logins?);

    let [p50, p99, max] = answers.percentiles_ms([50.0, 99.0, 100.0]);
    let label = |name: &str| format!("{STORM_SENDS} sends/s while {STORM} log in: {name}");
    run.figures.lower("storm.send_p50_ms", label("send p50 ms"), p50);
    run.figures.lower("storm.send_p99_ms", label("send p99 ms"), p99);
    run.figures.lower("storm.send_max_ms", label("send max ms"), max);
    run.figures.note("storm.login_p50_ms", logins.percentiles_ms([50.0])[0]);
    Ok(())
}

/// Starts `in_flight` people at a time, each of whom logs in as one user after another.
fn start(
    endpoint: &Arc<Endpoint>,
    users: &[Arc<User>],
    in_flight: usize,
    until: Instant,
) -> JoinSet<Result<Latencies>> {
    let in_flight = in_flight.min(users.len());
    let people = (0..in_flight).map(|person| {
        let own = users.iter().skip(person).step_by(in_flight).cloned().collect();
        log_in_until(until, Connection::new(endpoint), own)
    });
    people.collect()
}

async fn log_in_until(
    until: Instant,
    mut connection: Connection,
    users: Vec<Arc<User>>,
) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    for user in users.iter().cycle() {
        let started = Instant::now();
        if started >= until {
            break;
        }
        matrix::login(&mut connection, &user.name).await?;
        latencies.add(started.elapsed());
    }
    Ok(latencies)
}
