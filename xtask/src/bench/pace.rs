//! Open-loop sending: messages leave when the schedule says so, whether or not the server has answered the
//! ones before.
//!
//! Latencies count from the scheduled time, so a server that stalls is charged for everything that had to
//! wait (no coordinated omission).

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::client::{Connection, Endpoint};
use super::latencies::Latencies;
use super::matrix;
use super::people::Pair;

/// Time from the making of a schedule to its first message, in which those who wait for messages get ready.
const LEAD: Duration = Duration::from_millis(500);

#[derive(Clone, Copy)]
pub struct Schedule {
    pub start: Instant,
    pub rate: usize,
    pub count: usize,
}

impl Schedule {
    /// `rate` messages a second for `duration`, beginning shortly.
    pub fn soon(rate: usize, duration: Duration) -> Self {
        let count = rate * duration.as_millis() as usize / 1_000;
        Self { start: Instant::now() + LEAD, rate, count }
    }

    /// When the message of this number is due.
    pub fn at(&self, number: usize) -> Instant {
        self.start + Duration::from_secs_f64(number as f64 / self.rate as f64)
    }

    pub fn end(&self) -> Instant {
        self.at(self.count)
    }
}

/// Starts to send the scheduled messages, over all pairs in turn. Each task returns the times from due to
/// answered.
pub fn send_on_schedule(
    endpoint: &Arc<Endpoint>,
    pairs: &[Pair],
    schedule: Schedule,
    marker: &str,
) -> JoinSet<Result<Latencies>> {
    let mut senders = JoinSet::new();
    let mut lanes = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (lane, due) = mpsc::unbounded_channel();
        lanes.push(lane);
        senders.spawn(send_when_due(
            Connection::new(endpoint),
            pair.clone(),
            schedule,
            due,
            marker.to_owned(),
        ));
    }
    thread::spawn(move || pace(schedule, &lanes));
    senders
}

async fn send_when_due(
    mut connection: Connection,
    pair: Pair,
    schedule: Schedule,
    mut due: mpsc::UnboundedReceiver<usize>,
    marker: String,
) -> Result<Latencies> {
    let mut answers = Latencies::default();
    while let Some(number) = due.recv().await {
        matrix::send(&mut connection, &pair.sender, &pair.room, &marker, number).await?;
        answers.add(schedule.at(number).elapsed());
    }
    Ok(answers)
}

/// Keeps time on a thread of its own, because the timers of the runtime tick in whole milliseconds.
fn pace(schedule: Schedule, lanes: &[mpsc::UnboundedSender<usize>]) {
    // Without it the kernel wakes a sleeper up to 50 µs late; a refusal only makes the measure that much
    // worse.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    for number in 0..schedule.count {
        thread::sleep(schedule.at(number).saturating_duration_since(Instant::now()));
        if lanes[number % lanes.len()].send(number).is_err() {
            // The measure has ended before its schedule, and says why itself.
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_even() {
        let schedule = Schedule::soon(1_000, Duration::from_secs(2));
        assert_eq!(schedule.count, 2_000);
        assert_eq!(schedule.at(500) - schedule.start, Duration::from_millis(500));
        assert_eq!(schedule.end() - schedule.start, Duration::from_secs(2));
    }
}
