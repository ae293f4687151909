//! Paging back through the history of one room, from the newest message to the oldest.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::Run;
use super::client::Connection;
use super::latencies::Latencies;
use super::matrix;
use super::people::{Pair, pipelined};
use super::proc::Meter;
use super::scan::{count, top_level_string};

const PAGE: usize = 100;

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    let size = run.sizes.history;
    let marker = run.people.marker("h");
    let sender = run.people.new_user().await?;
    let receiver = run.people.new_user().await?;
    let mut connection = Connection::new(&run.people.endpoint);
    let room = matrix::direct_room(&mut connection, &sender, &receiver).await?;
    let pair = Pair { sender, receiver, room };

    let filling = Meter::start(&run.processes);
    pipelined(&run.people.endpoint, size, async |connection, number| {
        let sender = if number % 2 == 0 { &pair.sender } else { &pair.receiver };
        matrix::send(connection, sender, &pair.room, &marker, number).await
    })
    .await?;
    run.figures.higher(
        "history.fill_rate",
        "sends/s into one room, 32 in flight",
        size as f64 / filling.stop().seconds,
    );

    let meter = Meter::start(&run.processes);
    let mut pages = Latencies::default();
    for pass in 0..run.sizes.passes {
        let seen = page_through(&mut connection, &pair, &marker, &mut pages).await?;
        ensure!(seen == size, "{seen} of {size} messages were in the pages");
        if pass == 0 {
            run.figures.note("history.first_pass_p50_ms", pages.percentiles_ms([50.0])[0]);
        }
    }
    let [p50, p99] = pages.percentiles_ms([50.0, 99.0]);
    run.figures.higher(
        "history.rate",
        format!("history of {size} messages: pages of {PAGE} a second"),
        pages.len() as f64 / pages.total_s(),
    );
    run.figures.lower("history.p50_ms", format!("history of {size} messages: p50 ms a page"), p50);
    run.figures.lower("history.p99_ms", format!("history of {size} messages: p99 ms a page"), p99);
    run.figures.note("history.client_cores", meter.stop().client_cores());
    Ok(())
}

/// Reads the whole history once and returns how many of the marked messages it holds.
async fn page_through(
    connection: &mut Connection,
    pair: &Pair,
    marker: &str,
    pages: &mut Latencies,
) -> Result<usize> {
    let mut from = None;
    let mut seen = 0;
    loop {
        let started = Instant::now();
        let page = matrix::messages(connection, &pair.receiver, &pair.room, from.as_deref(), PAGE).await?;
        pages.add(started.elapsed());
        seen += count(&page, marker);
        match top_level_string(&page, "end") {
            Some(end) if from.as_ref() != Some(&end) => from = Some(end),
            _ => return Ok(seen),
        }
    }
}
