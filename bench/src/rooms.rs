//! What a user with many direct rooms waits for: the first `/sync`, and the one after a single new message.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Run;
use super::client::Connection;
use super::latencies::{Latencies, median};
use super::matrix::{self, LONG_POLL_MS, Room, User};
use super::people::pipelined;
use super::scan::marked_numbers;

const MESSAGES_PER_ROOM: usize = 20;

pub async fn measure(run: &mut Run<'_>) -> Result<()> {
    for &count in &run.sizes.rooms {
        measure_one(run, count).await.with_context(|| format!("with {count} rooms"))?;
    }
    Ok(())
}

async fn measure_one(run: &mut Run<'_>, count: usize) -> Result<()> {
    let partners = run.people.users(count).await?;
    let user = run.people.new_user().await?;
    let rooms = fill(run, &user, &partners).await?;
    let mut connection = Connection::new(&run.people.endpoint);

    let key = |name: &str| format!("rooms@{count}.{name}");
    let label = |name: &str| format!("{count} rooms: {name}");
    let started = Instant::now();
    let first = matrix::sync(&mut connection, &user, None, 0).await?;
    run.figures.lower(key("first_ms"), label("first /sync ms"), started.elapsed().as_secs_f64() * 1_000.0);
    ensure!(joined_rooms(&first.body)? == count, "the first sync does not hold every joined room");

    let mut repeats = Vec::new();
    for timeout_ms in 1..=run.sizes.repeats as u64 {
        // A timeout that means nothing here makes each request another one: some servers keep their last answers
        // for a client that asks the very same again.
        let started = Instant::now();
        matrix::sync(&mut connection, &user, None, timeout_ms).await?;
        repeats.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    run.figures.lower(key("repeat_p50_ms"), label("initial /sync again, p50 ms"), median(&repeats));
    run.figures.lower(key("size_kb"), label("its size in kB"), first.body.len() as f64 / 1_000.0);

    let latencies = incremental(run, &user, &partners, &rooms, first.next_batch).await?;
    let [p50, p99] = latencies.percentiles_ms([50.0, 99.0]);
    run.figures.lower(key("incremental_p50_ms"), label("/sync after one message, p50 ms"), p50);
    run.figures.lower(key("incremental_p99_ms"), label("/sync after one message, p99 ms"), p99);
    Ok(())
}

/// Makes a direct room with every partner, in which both write in turn.
async fn fill(run: &Run<'_>, user: &Arc<User>, partners: &[Arc<User>]) -> Result<Vec<Arc<Room>>> {
    let marker = run.people.marker(&format!("r{}", partners.len()));
    pipelined(&run.people.endpoint, partners.len(), async |connection, index| {
        let room = matrix::direct_room(connection, user, &partners[index]).await?;
        for number in 0..MESSAGES_PER_ROOM {
            let sender = if number % 2 == 0 { user } else { &partners[index] };
            matrix::send(connection, sender, &room, &marker, number).await?;
        }
        Ok(room)
    })
    .await
}

/// Has a partner write, and times the sync that the user makes as soon as the send is answered.
async fn incremental(
    run: &Run<'_>,
    user: &User,
    partners: &[Arc<User>],
    rooms: &[Arc<Room>],
    mut since: String,
) -> Result<Latencies> {
    let marker = run.people.marker(&format!("i{}", rooms.len()));
    let [mut sending, mut syncing] = [0, 1].map(|_| Connection::new(&run.people.endpoint));
    let mut latencies = Latencies::default();
    for number in 0..run.sizes.incremental {
        // A stride that is prime reaches rooms far apart, so that no cache of recent rooms helps.
        let index = number * 37 % rooms.len();
        matrix::send(&mut sending, &partners[index], &rooms[index], &marker, number).await?;
        let started = Instant::now();
        loop {
            let synced = matrix::sync(&mut syncing, user, Some(&since), LONG_POLL_MS).await?;
            since = synced.next_batch;
            if marked_numbers(&synced.body, &marker).any(|seen| seen == number) {
                break;
            }
            ensure!(
                started.elapsed().as_millis() < u128::from(LONG_POLL_MS),
                "message {number} did not come"
            );
        }
        latencies.add(started.elapsed());
    }
    Ok(latencies)
}

fn joined_rooms(body: &[u8]) -> Result<usize> {
    let answer: Value = serde_json::from_slice(body)?;
    Ok(answer["rooms"]["join"].as_object().map_or(0, serde_json::Map::len))
}
