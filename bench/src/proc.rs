//! Processor time and memory of processes, as Linux tells them in `/proc`.

use std::fs;
use std::time::Instant;

/// Bytes of memory: `rss` counts shared pages whole, `pss` divides them among the processes that share them.
#[derive(Clone, Copy)]
pub struct Memory {
    pub rss: f64,
    pub pss: f64,
}

/// A server's processes: those named, and every process that they have started. None if the server is not
/// ours to see.
#[derive(Clone, Default)]
pub struct Processes {
    pub roots: Vec<u32>,
}

impl Processes {
    /// User and system time so far in seconds, of children that have ended too; not a number if it is
    /// unknown.
    fn cpu_s(&self) -> f64 {
        if self.roots.is_empty() {
            return f64::NAN;
        }
        let ticks: u64 = self.with_descendants().iter().map(|stat| stat.ticks).sum();
        ticks as f64 / rustix::param::clock_ticks_per_second() as f64
    }

    /// Memory in bytes; not a number if it is unknown, for instance because the processes belong to another
    /// user.
    pub fn memory(&self) -> Memory {
        let all: Option<Vec<_>> = self.with_descendants().iter().map(|stat| memory_of(stat.pid)).collect();
        match all {
            Some(all) if !all.is_empty() => {
                Memory { rss: all.iter().map(|one| one.rss).sum(), pss: all.iter().map(|one| one.pss).sum() }
            }
            _ => Memory { rss: f64::NAN, pss: f64::NAN },
        }
    }

    fn with_descendants(&self) -> Vec<Stat> {
        let everything: Vec<Stat> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Stat::read)
            .collect();
        let mut family: Vec<Stat> = Vec::new();
        let mut parents = self.roots.clone();
        while let Some(parent) = parents.pop() {
            family.extend(everything.iter().filter(|stat| stat.pid == parent));
            let children = everything.iter().filter(|stat| stat.parent == parent).map(|stat| stat.pid);
            parents.extend(children.filter(|child| !self.roots.contains(child)));
        }
        family
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    pid: u32,
    parent: u32,
    /// Clock ticks of the process and of its ended children.
    ticks: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        Self::parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Counts the fields from the last parenthesis, because a program's name may hold blanks and parentheses.
    fn parse(pid: u32, line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum::<Option<u64>>()?;
        Some(Self { pid, parent: fields.get(1)?.parse().ok()?, ticks })
    }
}

fn memory_of(pid: u32) -> Option<Memory> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let bytes = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? * 1024.0)
    };
    Some(Memory { rss: bytes("Rss:")?, pss: bytes("Pss:")? })
}

/// Processor time that the server and the generator use from the start to the end of a measure.
pub struct Meter {
    server: Processes,
    started: Instant,
    server_s: f64,
    generator_s: f64,
}

/// Seconds that passed, and of processor time.
pub struct Use {
    pub seconds: f64,
    pub server_s: f64,
    pub generator_s: f64,
}

impl Meter {
    pub fn start(server: &Processes) -> Self {
        Self {
            server: server.clone(),
            started: Instant::now(),
            server_s: server.cpu_s(),
            generator_s: generator_s(),
        }
    }

    pub fn stop(&self) -> Use {
        Use {
            seconds: self.started.elapsed().as_secs_f64(),
            server_s: self.server.cpu_s() - self.server_s,
            generator_s: generator_s() - self.generator_s,
        }
    }
}

impl Use {
    pub fn server_cores(&self) -> f64 {
        self.server_s / self.seconds
    }

    pub fn client_cores(&self) -> f64 {
        self.generator_s / self.seconds
    }
}

/// The generator's own time, without that of a server which it has started.
fn generator_s() -> f64 {
    let usage = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    usage.tv_sec as f64 + usage.tv_nsec as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_stat_line_with_a_strange_name() {
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194304 100 0 0 0 11 12 13 14 20 0 1 0 100 1 2";
        assert_eq!(Stat::parse(42, line), Some(Stat { pid: 42, parent: 7, ticks: 50 }));
        assert_eq!(Stat::parse(42, "42 (cut"), None);
    }

    #[test]
    fn sees_itself() {
        let own = Processes { roots: vec![std::process::id()] };
        assert!(own.memory().pss > 0.0);
        assert!(own.cpu_s() >= 0.0);
    }

    #[test]
    fn knows_nothing_of_a_server_elsewhere() {
        assert!(Processes::default().cpu_s().is_nan());
        assert!(Processes::default().memory().rss.is_nan());
    }
}
