//! The disk below the data directory: what a write costs there before any server has a part in it. An answered send is on
//! disk, so nobody is faster than this.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::figures::Figures;
use super::latencies::Latencies;

/// About what a commit of one message writes.
const BYTES: usize = 24 << 10;
const AT_ONCE: usize = 500;
/// At twenty messages a second the disk rests in between, and some take long to wake up.
const RESTED: usize = 60;
const REST: Duration = Duration::from_millis(50);

pub fn measure(directory: &Path, figures: &mut Figures) -> Result<()> {
    let path = directory.join("disk");
    let mut file = File::create(&path).with_context(|| path.display().to_string())?;
    let mut syncs = |count: usize, rest: Duration| -> Result<Latencies> {
        let mut times = Latencies::default();
        for _ in 0..count {
            std::thread::sleep(rest);
            let started = Instant::now();
            file.write_all(&[7; BYTES])?;
            file.sync_data()?;
            times.add(started.elapsed());
        }
        Ok(times)
    };
    for (key, label, times) in [
        ("disk", "this disk, 24 KiB written and synced", syncs(AT_ONCE, Duration::ZERO)?),
        ("disk@20", "this disk at 20/s", syncs(RESTED, REST)?),
    ] {
        let [p50, p99] = times.percentiles_ms([50.0, 99.0]);
        figures.lower(format!("{key}.p50_ms"), format!("{label}: p50 ms"), p50);
        figures.lower(format!("{key}.p99_ms"), format!("{label}: p99 ms"), p99);
    }
    Ok(std::fs::remove_file(path)?)
}
