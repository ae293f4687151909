//! The people of a run: users registered once and direct rooms made once, shared by the measures that need
//! them.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use futures_util::future::try_join_all;
use rand::Rng;
use rand::distr::Alphanumeric;

use super::client::{Connection, Endpoint};
use super::figures::Figures;
use super::matrix::{self, Room, User};

/// Requests in flight while things are set up, which is not measured.
const SETUP_IN_FLIGHT: usize = 32;

/// Two users and their direct room.
#[derive(Clone)]
pub struct Pair {
    pub sender: Arc<User>,
    pub receiver: Arc<User>,
    pub room: Arc<Room>,
}

pub struct People {
    pub endpoint: Arc<Endpoint>,
    /// Differs in every run, so that a server can be measured twice.
    prefix: String,
    users: Vec<Arc<User>>,
    pairs: Vec<Pair>,
    registering_s: f64,
    extra: usize,
}

impl People {
    pub fn new(endpoint: Arc<Endpoint>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "each run wants other names")]
        let random: String = rand::rng().sample_iter(Alphanumeric).take(6).map(char::from).collect();
        let prefix = format!("bench{}", random.to_lowercase());
        Self { endpoint, prefix, users: Vec::new(), pairs: Vec::new(), registering_s: 0.0, extra: 0 }
    }

    /// Points the people to the same server at another address, after it was started again.
    pub fn move_to(&mut self, endpoint: Arc<Endpoint>) {
        self.endpoint = endpoint;
    }

    /// Text that only the messages of one measure of this run hold.
    pub fn marker(&self, measure: &str) -> String {
        format!("{}-{measure}-", self.prefix)
    }

    /// `count` users, the same ones at every call.
    pub async fn users(&mut self, count: usize) -> Result<Vec<Arc<User>>> {
        let first = self.users.len();
        let missing = count.saturating_sub(first);
        let started = Instant::now();
        let prefix = &self.prefix;
        let new = pipelined(&self.endpoint, missing, async |connection, index| {
            Ok(Arc::new(matrix::register(connection, &format!("{prefix}u{}", first + index)).await?))
        });
        self.users.extend(new.await?);
        self.registering_s += started.elapsed().as_secs_f64();
        Ok(self.users[..count].to_vec())
    }

    /// A user whom no other measure knows.
    pub async fn new_user(&mut self) -> Result<Arc<User>> {
        self.extra += 1;
        let name = format!("{}x{}", self.prefix, self.extra);
        Ok(Arc::new(matrix::register(&mut Connection::new(&self.endpoint), &name).await?))
    }

    /// `count` pairs with a joined direct room each, the same ones at every call.
    pub async fn pairs(&mut self, count: usize) -> Result<Vec<Pair>> {
        let users = self.users(2 * count).await?;
        let first = self.pairs.len();
        let missing = count.saturating_sub(first);
        let new = pipelined(&self.endpoint, missing, async |connection, index| {
            let [sender, receiver] = [0, 1].map(|side| Arc::clone(&users[2 * (first + index) + side]));
            let room = matrix::direct_room(connection, &sender, &receiver).await?;
            Ok(Pair { sender, receiver, room })
        });
        self.pairs.extend(new.await?);
        Ok(self.pairs[..count].to_vec())
    }

    pub fn registrations(&self, figures: &mut Figures) {
        if !self.users.is_empty() {
            figures.higher(
                "register.rate",
                "registrations/s, 32 in flight",
                self.users.len() as f64 / self.registering_s,
            );
        }
    }
}

/// Does `work` for every index below `count`, several at a time on as many connections, and returns what it
/// returned.
pub async fn pipelined<T>(
    endpoint: &Arc<Endpoint>,
    count: usize,
    work: impl AsyncFn(&mut Connection, usize) -> Result<T>,
) -> Result<Vec<T>> {
    let next = Cell::new(0);
    let workers = (0..SETUP_IN_FLIGHT.min(count)).map(async |_| {
        let mut connection = Connection::new(endpoint);
        let mut done = Vec::new();
        while next.get() < count {
            let index = next.replace(next.get() + 1);
            done.push((index, work(&mut connection, index).await?));
        }
        anyhow::Ok(done)
    });
    let mut all: Vec<_> = try_join_all(workers).await?.into_iter().flatten().collect();
    all.sort_unstable_by_key(|&(index, _)| index);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}
