//! What a measure hands back: named numbers, in the order in which they are shown.

/// Which way a figure is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Better {
    Higher,
    Lower,
    /// Recorded in the JSON only: it explains other figures and is no aim of its own.
    Neither,
}

#[derive(Clone)]
pub struct Figure {
    /// Stable name for the JSON and the aims, such as `send@20.rate`.
    pub key: String,
    /// Row title with its unit.
    pub label: String,
    pub better: Better,
    pub value: f64,
}

#[derive(Default)]
pub struct Figures {
    pub all: Vec<Figure>,
}

impl Figures {
    pub fn higher(&mut self, key: impl Into<String>, label: impl Into<String>, value: f64) {
        self.all.push(Figure { key: key.into(), label: label.into(), better: Better::Higher, value });
    }

    pub fn lower(&mut self, key: impl Into<String>, label: impl Into<String>, value: f64) {
        self.all.push(Figure { key: key.into(), label: label.into(), better: Better::Lower, value });
    }

    pub fn note(&mut self, key: impl Into<String>, value: f64) {
        let key = key.into();
        self.all.push(Figure { label: key.clone(), key, better: Better::Neither, value });
    }
}

/// What Aside aims at, by figure.
pub fn aim(key: &str) -> Option<f64> {
    Some(match key {
        "send@20.rate" => 6_000.0,
        "send@20.cpu_ms" => 0.2,
        "deliver@20.p50_ms" => 1.2,
        "deliver@20.p99_ms" => 5.0,
        "deliver@1000.p99_ms" => 10.0,
        "rooms@100.first_ms" => 20.0,
        "rooms@1000.first_ms" => 150.0,
        "history.p50_ms" => 1.0,
        "idle.bytes" => 10_000.0,
        "login.rate" => 80.0,
        "storm.send_p99_ms" => 20.0,
        "start.new_ms" | "start.existing_ms" => 100.0,
        "start.memory_mb" => 25.0,
        "end.memory_mb" => 90.0,
        // The same at every number of rooms, since a sync must cost what is new and not what is there.
        _ if key.starts_with("rooms@") && key.ends_with(".incremental_p50_ms") => 0.8,
        _ if key.ends_with(".lost") || key.ends_with(".twice") => 0.0,
        _ => return None,
    })
}

impl Better {
    /// Whether `value` reaches `aim`.
    pub fn reaches(self, value: f64, aim: f64) -> bool {
        match self {
            Self::Higher => value >= aim,
            Self::Lower => value <= aim,
            Self::Neither => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_reached_from_its_side() {
        assert!(Better::Higher.reaches(6_001.0, 6_000.0));
        assert!(!Better::Higher.reaches(5_999.0, 6_000.0));
        assert!(Better::Lower.reaches(0.8, 0.8));
        assert!(!Better::Lower.reaches(f64::NAN, 0.8));
    }

    #[test]
    fn incremental_sync_has_one_aim_at_every_size() {
        assert_eq!(aim("rooms@5000.incremental_p50_ms"), aim("rooms@100.incremental_p50_ms"));
        assert_eq!(aim("rooms@5000.repeat_p50_ms"), None);
    }
}
