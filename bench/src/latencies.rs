//! Latencies of one measure and their percentiles: exact, from a sorted list, since a run has at most some
//! 100,000.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;

#[derive(Default)]
pub struct Latencies {
    nanoseconds: Vec<u64>,
}

impl Latencies {
    pub fn add(&mut self, latency: Duration) {
        self.nanoseconds.push(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    pub fn merge(&mut self, other: Self) {
        self.nanoseconds.extend(other.nanoseconds);
    }

    /// Waits for all `tasks` and puts their latencies together.
    pub async fn gather(mut tasks: JoinSet<Result<Self>>) -> Result<Self> {
        let mut all = Self::default();
        while let Some(one) = tasks.join_next().await {
            all.merge(one??);
        }
        Ok(all)
    }

    pub fn len(&self) -> usize {
        self.nanoseconds.len()
    }

    /// Sum of all latencies in seconds.
    pub fn total_s(&self) -> f64 {
        self.nanoseconds.iter().sum::<u64>() as f64 / 1e9
    }

    /// Nearest-rank percentiles in milliseconds, `ranks` in percent; not a number if nothing was measured.
    pub fn percentiles_ms<const N: usize>(&self, ranks: [f64; N]) -> [f64; N] {
        let mut sorted = self.nanoseconds.clone();
        sorted.sort_unstable();
        ranks.map(|rank| {
            let position = (rank / 100.0 * sorted.len() as f64).ceil() as usize;
            sorted.get(position.saturating_sub(1)).map_or(f64::NAN, |&nanoseconds| nanoseconds as f64 / 1e6)
        })
    }
}

/// The middle of `values`, the mean of the two middle ones if their count is even; not a number if there are
/// none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[length / 2],
        length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ms(values: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        values.into_iter().for_each(|value| latencies.add(Duration::from_millis(value)));
        latencies
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let latencies = of_ms((1..=100).rev());
        assert_eq!(
            latencies.percentiles_ms([0.0, 50.0, 95.0, 99.0, 99.9, 100.0]),
            [1.0, 50.0, 95.0, 99.0, 100.0, 100.0]
        );
        assert_eq!(of_ms([7]).percentiles_ms([50.0, 99.9]), [7.0, 7.0]);
    }

    #[test]
    fn nothing_measured_is_no_number() {
        assert!(Latencies::default().percentiles_ms([50.0])[0].is_nan());
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn merges() {
        let mut latencies = of_ms([1, 2]);
        latencies.merge(of_ms([3]));
        assert_eq!(latencies.len(), 3);
        assert!((latencies.total_s() - 0.006).abs() < 1e-9);
    }

    #[test]
    fn median_of_odd_and_even_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
