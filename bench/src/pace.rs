//! Open-loop sending: messages leave when the schedule says so, whether or not the server has answered the
//! ones before.
//!
//! Latencies count from the scheduled time, so a server that stalls is charged for everything that had to
//! wait (no coordinated omission).

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, yield_now};

use super::client::{Connection, Endpoint};
use super::latencies::Latencies;
use super::matrix;
use super::people::Pair;

/// Time from the making of a schedule to its first message, in which those who wait for messages get ready.
const LEAD: Duration = Duration::from_millis(500);
/// Messages further apart than this let the cores go to sleep in between.
const FAR_APART: Duration = Duration::from_millis(5);
/// How long before a message the generator wakes up then: at most a tenth of the gap.
const EARLY: Duration = Duration::from_micros(500);

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
    senders.spawn(pace(schedule, lanes));
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
    connection.open().await?;
    while let Some(number) = due.recv().await {
        matrix::send(&mut connection, &pair.sender, &pair.room, &marker, number).await?;
        answers.add(schedule.at(number).elapsed());
    }
    Ok(answers)
}

/// Tells each message's lane when the message is due.
async fn pace(schedule: Schedule, lanes: Vec<mpsc::UnboundedSender<usize>>) -> Result<Latencies> {
    let alarm = Alarm::new()?;
    for number in 0..schedule.count {
        alarm.wait_until(schedule.at(number)).await?;
        if lanes[number % lanes.len()].send(number).is_err() {
            // The sender has failed, and says why itself.
            break;
        }
    }
    Ok(Latencies::default())
}

/// A kernel timer of the runtime's own thread: the runtime's timers tick in whole milliseconds, which is as
/// long as the latencies to be measured.
struct Alarm {
    timer: AsyncFd<OwnedFd>,
}

impl Alarm {
    #[expect(deprecated, reason = "its successor is unsafe, for descriptors that do not own what they name")]
    fn new() -> Result<Self> {
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        Ok(Self { timer: AsyncFd::new(timer)? })
    }

    async fn wait_until(&self, due: Instant) -> Result<()> {
        // An idle core takes its time to wake up. Where messages are far apart the alarm rings early and the
        // rest of the wait is spent awake, so that the generator's waking is not counted as the server's
        // latency.
        if due.saturating_duration_since(Instant::now()) > FAR_APART {
            self.sleep_until(due - EARLY).await?;
            while Instant::now() < due {
                yield_now().await;
            }
        }
        self.sleep_until(due).await
    }

    async fn sleep_until(&self, until: Instant) -> Result<()> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        let once = Itimerspec { it_interval: Timespec::default(), it_value: Timespec::try_from(left)? };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        let mut ready = self.timer.readable().await?;
        rustix::io::read(&self.timer, &mut [0_u8; 8])?;
        ready.clear_ready();
        Ok(())
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
