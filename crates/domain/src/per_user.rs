//! What is kept at hand of each user's settings, so that a message doesn't read them for each of its recipients.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::cache::Cache;
use crate::{Result, UserNum};

/// Something derived from each user's settings, by user; what was not asked for lately is forgotten.
pub(crate) struct PerUser<T> {
    cache: Cache<UserNum, Arc<T>>,
    /// Counts changes, so that what was read before a change isn't kept after it.
    changes: AtomicU64,
}

impl<T: Send + Sync + 'static> PerUser<T> {
    const USERS_MAX: u64 = 20_000;

    /// Where other servers write to the same database, a change made there is seen within two seconds.
    pub(crate) fn new(shared: bool) -> Self {
        let cache = Cache::new(Self::USERS_MAX);
        let cache = if shared { cache.for_at_most(Duration::from_secs(2)) } else { cache };
        PerUser { cache, changes: AtomicU64::new(0) }
    }

    /// What is known of a user, or what `read` finds out, which is then kept.
    ///
    /// # Errors
    /// What `read` answers.
    pub(crate) async fn get(&self, user: UserNum, read: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        if let Some(known) = self.cache.get(&user) {
            return Ok(known);
        }
        let changes = self.changes.load(Ordering::SeqCst);
        let found = Arc::new(read.await?);
        self.cache.insert(user, Arc::clone(&found));
        if self.changes.load(Ordering::SeqCst) != changes {
            self.cache.remove(&user);
        }
        Ok(found)
    }

    /// To be called once a change is committed.
    pub(crate) fn forget(&self, user: UserNum) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.cache.remove(&user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_kept_after_it() {
        let kept = PerUser::new(false);
        let user = UserNum(1);
        let old = kept.get(user, async {
            kept.forget(user);
            Ok("old")
        });
        assert_eq!(*old.await.unwrap(), "old");
        assert_eq!(*kept.get(user, async { Ok("new") }).await.unwrap(), "new");
        assert_eq!(*kept.get(user, async { Ok("not read") }).await.unwrap(), "new");
    }
}
