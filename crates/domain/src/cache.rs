//! What was looked up lately, kept at hand within bounds.

use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::{Cache as Table, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};

/// A table is cut into so many parts, each with its part of what may be kept and a lock of its own.
const PARTS: usize = 4;
/// Room for so many entries is reckoned with where they are weighed rather than counted.
const WEIGHED_ENTRIES: u64 = 10_000;

/// Values by key. Where there is no room for all of them, those that nobody asked for lately make room.
pub(crate) struct Cache<K, V> {
    table: Table<K, Kept<V>, Weigh<K, V>>,
    life: Option<Life>,
}

#[derive(Clone)]
struct Kept<V> {
    value: V,
    /// `None` where it is kept for as long as there is room.
    until: Option<Instant>,
}

/// How long values are kept.
struct Life {
    duration: Duration,
    /// When those whose time is over are next taken out, whether or not somebody asks for them.
    next_sweep: Mutex<Instant>,
}

struct Weigh<K, V>(fn(&K, &V) -> u64);

impl<K, V> Clone for Weigh<K, V> {
    fn clone(&self) -> Self {
        Weigh(self.0)
    }
}

impl<K, V> Weighter<K, Kept<V>> for Weigh<K, V> {
    fn weight(&self, key: &K, kept: &Kept<V>) -> u64 {
        // What weighs nothing would never make room.
        (self.0)(key, &kept.value).max(1)
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// Keeps about `max` values.
    pub(crate) fn new(max: u64) -> Self {
        Self::with_parts(PARTS, max, max, |_, _| 1)
    }

    /// Keeps values that together weigh at most `max`. What alone weighs more isn't kept.
    pub(crate) fn weighed(max: u64, weigh: fn(&K, &V) -> u64) -> Self {
        // In one part, so that one heavy value may take all the room there is.
        Self::with_parts(1, WEIGHED_ENTRIES.min(max), max, weigh)
    }

    fn with_parts(parts: usize, entries: u64, max: u64, weigh: fn(&K, &V) -> u64) -> Self {
        let mut options = OptionsBuilder::new();
        options.shards(parts).weight_capacity(max);
        options.estimated_items_capacity(usize::try_from(entries).unwrap_or(usize::MAX));
        let options = options.build().expect("both bounds are set");
        let (hasher, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Cache { table: Table::with_options(options, Weigh(weigh), hasher, lifecycle), life: None }
    }

    /// Keeps nothing for longer than `duration`.
    pub(crate) fn for_at_most(self, duration: Duration) -> Self {
        let next_sweep = Mutex::new(Instant::now() + duration);
        Cache { life: Some(Life { duration, next_sweep }), ..self }
    }

    pub(crate) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let kept = self.table.get(key)?;
        match kept.until {
            Some(until) if until <= Instant::now() => None,
            _ => Some(kept.value),
        }
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        let until = self.life.as_ref().map(|life| {
            let now = Instant::now();
            if life.is_sweep_due(now) {
                self.table.retain(|_, kept| kept.until.is_some_and(|until| until > now));
            }
            now + life.duration
        });
        self.table.insert(key, Kept { value, until });
    }

    pub(crate) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) {
        self.table.remove(key);
    }
}

impl Life {
    fn is_sweep_due(&self, now: Instant) -> bool {
        let mut next = self.next_sweep.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = *next <= now;
        if is_due {
            *next = now + self.duration;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_until_it_is_taken_out_or_replaced() {
        let cache: Cache<String, u8> = Cache::new(100);
        cache.insert("a".into(), 1);
        cache.insert("a".into(), 2);
        assert_eq!(cache.get("a"), Some(2));
        cache.remove("a");
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn no_more_is_kept_than_may_be_and_what_is_asked_for_stays() {
        let cache: Cache<u64, u64> = Cache::new(1_000);
        for key in 0..10_000 {
            cache.insert(key, key);
            assert!(cache.get(&0).is_some(), "gone with {key}");
        }
        assert!((900..=1_000).contains(&cache.table.len()), "{}", cache.table.len());
    }

    #[test]
    fn the_weight_of_what_is_kept_is_bounded() {
        let cache: Cache<u64, u64> = Cache::weighed(1_000, |_, weight| *weight);
        cache.insert(0, 900);
        assert_eq!(cache.get(&0), Some(900));
        cache.insert(1, 1_001);
        assert_eq!(cache.get(&1), None);
        (2..100).for_each(|key| cache.insert(key, 100));
        assert!(cache.table.weight() <= 1_000, "{}", cache.table.weight());
    }

    #[test]
    fn nothing_is_kept_beyond_its_time() {
        let cache: Cache<u64, u64> = Cache::new(100).for_at_most(Duration::from_millis(50));
        cache.insert(1, 1);
        assert_eq!(cache.get(&1), Some(1));
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(cache.get(&1), None);
        cache.insert(2, 2);
        assert_eq!(cache.table.len(), 1, "what nobody asks for is taken out as well");
        assert_eq!(cache.get(&2), Some(2));
    }
}
