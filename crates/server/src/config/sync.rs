use super::section::{Invalid, section};

section! {
    /// How clients are kept up to date.
    pub struct Sync {
        /// The longest time for which a sync request may wait for something new, in milliseconds.
        pub max_timeout_ms: u64 = 120_000,

        /// For how many days the queue of a user is kept for devices that were away. A device that was away
        /// for longer starts over with the newest part of each conversation; no message is lost by that.
        pub queue_days: u32 = 30,

        /// How many entries the queue of one user may have before the oldest are dropped in the same way.
        pub queue_max_entries: u64 = 100_000,
    }
}

impl Sync {
    pub fn validate(&self) -> Result<(), Invalid> {
        if self.queue_days == 0 {
            return Err(Invalid::new("queue_days", "would drop entries before any device has read them"));
        }
        if self.queue_max_entries < 1_000 {
            return Err(Invalid::new(
                "queue_max_entries",
                "is less than 1000, so devices would start over all the time",
            ));
        }
        Ok(())
    }
}
