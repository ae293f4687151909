//! The bell: tells waiting syncs that there is something new for a user, never what.
//!
//! A ring is a hint. Whoever waits listens first, then reads, then waits, so that nothing falls between;
//! and reads again after a while even if nothing rang, so that a lost ring costs a delay and never a message.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use aside_model::UserNum;
use tokio::sync::Notify;

const SHARDS: usize = 32;

/// The in-process bell, cheap to clone.
#[derive(Clone)]
pub struct Bell {
    shards: Arc<[Shard; SHARDS]>,
    hasher: RandomState,
}

type Shard = Mutex<HashMap<UserNum, Ear>>;

/// Everyone who waits for one user's queue.
struct Ear {
    notify: Arc<Notify>,
    listeners: usize,
}

impl Default for Bell {
    fn default() -> Self {
        Bell { shards: Arc::new(std::array::from_fn(|_| Mutex::default())), hasher: RandomState::new() }
    }
}

impl Bell {
    /// Wakes everyone who listens for this user.
    pub fn ring(&self, user: UserNum) {
        if let Some(ear) = self.shard(user).get(&user) {
            ear.notify.notify_waiters();
        }
    }

    /// Starts to listen; rings from now on are heard by [`Listener::heard`] even if they come before it is awaited.
    pub fn listen(&self, user: UserNum) -> Listener {
        let notify = {
            let mut shard = self.shard(user);
            let ear = shard.entry(user).or_insert_with(|| Ear { notify: Arc::default(), listeners: 0 });
            ear.listeners += 1;
            Arc::clone(&ear.notify)
        };
        Listener { bell: self.clone(), user, notified: Box::pin(notify.notified_owned()) }
    }

    /// Whether anybody listens for this user.
    pub fn is_listening(&self, user: UserNum) -> bool {
        self.shard(user).contains_key(&user)
    }

    /// How many users are listened for.
    pub fn listening(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }

    fn shard(&self, user: UserNum) -> std::sync::MutexGuard<'_, HashMap<UserNum, Ear>> {
        let index = self.hasher.hash_one(user) as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An ear for one user's bell.
pub struct Listener {
    bell: Bell,
    user: UserNum,
    notified: std::pin::Pin<Box<tokio::sync::futures::OwnedNotified>>,
}

impl Listener {
    /// Waits for a ring since [`Bell::listen`].
    pub async fn heard(&mut self) {
        self.notified.as_mut().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut shard = self.bell.shard(self.user);
        if let Some(ear) = shard.get_mut(&self.user) {
            ear.listeners -= 1;
            if ear.listeners == 0 {
                shard.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_between_listening_and_waiting_is_heard() {
        let bell = Bell::default();
        let mut listener = bell.listen(UserNum(1));
        bell.ring(UserNum(1));
        listener.heard().await;
    }

    #[tokio::test]
    async fn another_user_s_ring_is_not_heard_and_nothing_stays_behind() {
        let bell = Bell::default();
        let mut listener = bell.listen(UserNum(1));
        bell.ring(UserNum(2));
        let waited = tokio::time::timeout(std::time::Duration::from_millis(20), listener.heard()).await;
        assert!(waited.is_err());
        assert!(bell.is_listening(UserNum(1)) && !bell.is_listening(UserNum(2)));
        drop(listener);
        assert_eq!(bell.listening(), 0);
    }
}
