use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use aside_store::{Location, Store};
use futures_util::future::FutureExt;
use serde_json::{Value, json};

use super::engine::pause_ms;
use super::{Job, Kind, Outcome, cancel, find_time, kinds, list_dead, schedule, schedule_at_latest};
use crate::{Clock, Error, Homeserver, Random, Settings};

/// Kinds that only tests know. Each counts in its payload's file how often it ran: one byte a run.
pub(super) const KINDS: &[Kind] = &[
    Kind { name: "test.note", attempts_max: 3, run: |_, job| ready(note(&job).map(|()| Outcome::Done)) },
    Kind {
        name: "test.fail",
        attempts_max: 3,
        run: |_, job| ready(note(&job).and_then(|()| Err(Error::Internal("no luck".into())))),
    },
    Kind { name: "test.panic", attempts_max: 1, run: |_, _| async { panic!("as wished") }.boxed() },
    Kind {
        name: "test.slow",
        attempts_max: 3,
        run: |hs, job| {
            async move {
                note(&job)?;
                hs.sleep(Duration::from_secs(3_600)).await;
                Ok(Outcome::Done)
            }
            .boxed()
        },
    },
    Kind {
        name: "test.twice",
        attempts_max: 3,
        run: |hs, job| {
            async move {
                note(&job)?;
                let path: String = job.payload_as()?;
                let again = Outcome::Again { at_ms: hs.clock.now_ms() + 5_000 };
                Ok(if runs(Path::new(&path)) < 2 { again } else { Outcome::Done })
            }
            .boxed()
        },
    },
];

fn ready(result: crate::Result<Outcome>) -> futures_util::future::BoxFuture<'static, crate::Result<Outcome>> {
    async { result }.boxed()
}

fn note(job: &super::Running) -> crate::Result<()> {
    use std::io::Write;
    let path: String = job.payload_as()?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(b"x")).map_err(Error::internal)
}

fn runs(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A folder of its own, gone with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Folder {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("aside-jobs-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn job(&self, kind: &'static str, key: &str, run_at_ms: i64) -> Job {
        Job { kind, key: key.into(), run_at_ms, payload: json!(self.0.join(key)) }
    }

    fn runs(&self, key: &str) -> u64 {
        runs(&self.0.join(key))
    }

    async fn ran(&self, key: &str, times: u64) {
        let wanted = async {
            while self.runs(key) < times {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wanted).await.expect("the job runs");
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(self.runs(key), times, "{key}");
    }

    async fn open(&self, clock: &Arc<AtomicI64>) -> Arc<Homeserver> {
        let store = Store::open(Location::Sqlite(self.0.clone())).await.unwrap();
        let settings = Settings::in_directory(self.0.clone());
        Homeserver::open_with(store, settings, Clock::Fake(Arc::clone(clock)), Random::from_seed(1))
            .await
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn started(folder: &Folder) -> (Arc<Homeserver>, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(1_000_000));
    let hs = folder.open(&clock).await;
    tokio::spawn(super::work(Arc::clone(&hs)));
    (hs, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_runs_once_when_its_time_has_come() {
    let folder = Folder::new();
    let (hs, clock) = started(&folder).await;
    schedule(&hs, folder.job("test.note", "later", 1_010_000)).await.unwrap();
    schedule(&hs, folder.job("test.note", "now", 0)).await.unwrap();
    folder.ran("now", 1).await;
    assert_eq!(folder.runs("later"), 0);
    clock.store(1_010_000, Ordering::SeqCst);
    folder.ran("later", 1).await;
    assert_eq!(find_time(&hs, "test.note", "later").await.unwrap(), None);
    hs.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_word_about_a_job_counts_and_at_latest_never_delays() {
    let folder = Folder::new();
    let (hs, clock) = started(&folder).await;
    let time = async || find_time(&hs, "test.note", "a").await.unwrap();
    schedule(&hs, folder.job("test.note", "a", 1_010_000)).await.unwrap();
    schedule(&hs, folder.job("test.note", "a", 1_020_000)).await.unwrap();
    assert_eq!(time().await, Some(1_020_000));
    schedule_at_latest(&hs, folder.job("test.note", "a", 1_030_000)).await.unwrap();
    assert_eq!(time().await, Some(1_020_000));
    schedule_at_latest(&hs, folder.job("test.note", "a", 1_015_000)).await.unwrap();
    assert_eq!(time().await, Some(1_015_000));
    cancel(&hs, "test.note", "a").await.unwrap();
    clock.store(2_000_000, Ordering::SeqCst);
    schedule(&hs, folder.job("test.note", "b", 0)).await.unwrap();
    folder.ran("b", 1).await;
    assert_eq!((folder.runs("a"), time().await), (0, None));
    hs.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_tried_again_and_in_the_end_given_up_for_the_operator_to_see() {
    let folder = Folder::new();
    let (hs, clock) = started(&folder).await;
    schedule(&hs, folder.job("test.fail", "f", 0)).await.unwrap();
    folder.ran("f", 1).await;
    clock.fetch_add(1_000, Ordering::SeqCst);
    folder.ran("f", 2).await;
    clock.fetch_add(1_000, Ordering::SeqCst);
    folder.ran("f", 2).await;
    clock.fetch_add(1_000, Ordering::SeqCst);
    folder.ran("f", 3).await;
    schedule(&hs, folder.job("test.panic", "p", 0)).await.unwrap();
    schedule(&hs, folder.job("test.unheard", "u", 0)).await.unwrap();
    let dead = async {
        loop {
            let dead = list_dead(&hs, 10).await.unwrap();
            if dead.len() == 2 {
                return dead;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let dead = tokio::time::timeout(Duration::from_secs(10), dead).await.unwrap();
    let failed = dead.iter().find(|dead| dead.kind == "test.fail").unwrap();
    assert_eq!((failed.key.as_str(), failed.attempts, failed.error.as_str()), ("f", 3, "no luck"));
    assert!(dead.iter().any(|dead| dead.kind == "test.panic"), "{dead:?}");
    // The unknown kind may be known to a newer program, so it is not given up at once.
    assert!(find_time(&hs, "test.unheard", "u").await.unwrap().is_some());
    // A month later the operator has seen it.
    clock.fetch_add(31 * 24 * 3_600_000, Ordering::SeqCst);
    let forgotten = async {
        while !list_dead(&hs, 10).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), forgotten).await.unwrap();
    hs.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_with_more_to_do_runs_again() {
    let folder = Folder::new();
    let (hs, clock) = started(&folder).await;
    schedule(&hs, folder.job("test.twice", "t", 0)).await.unwrap();
    folder.ran("t", 1).await;
    clock.fetch_add(5_000, Ordering::SeqCst);
    folder.ran("t", 2).await;
    assert_eq!(find_time(&hs, "test.twice", "t").await.unwrap(), None);
    hs.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_was_at_is_done_by_the_next() {
    let folder = Folder::new();
    let clock = Arc::new(AtomicI64::new(1_000_000));
    let first = folder.open(&clock).await;
    let work = tokio::spawn(super::work(Arc::clone(&first)));
    schedule(&first, folder.job("test.slow", "s", 0)).await.unwrap();
    schedule(&first, folder.job("test.note", "later", 1_005_000)).await.unwrap();
    folder.ran("s", 1).await;
    work.abort();
    let second = folder.open(&clock).await;
    tokio::spawn(super::work(Arc::clone(&second)));
    folder.ran("s", 2).await;
    clock.store(1_005_000, Ordering::SeqCst);
    folder.ran("later", 1).await;
    first.shutdown();
    second.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_jobs_at_once_run_once_each() {
    let folder = Folder::new();
    let (hs, _) = started(&folder).await;
    for number in 0..100 {
        schedule(&hs, folder.job("test.note", &format!("n{number}"), 0)).await.unwrap();
    }
    let all = async {
        while !(0..100).all(|number| folder.runs(&format!("n{number}")) > 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("all jobs run");
    folder.ran("n99", 1).await;
    assert!((0..100).all(|number| folder.runs(&format!("n{number}")) == 1));
    hs.shutdown();
}

#[tokio::test]
async fn a_job_carries_ids_and_not_content() {
    let folder = Folder::new();
    let hs = folder.open(&Arc::new(AtomicI64::new(0))).await;
    let mut job = folder.job("test.note", "a", 0);
    job.payload = Value::String("a".repeat(5_000));
    assert!(schedule(&hs, job).await.is_err());
    assert!(schedule(&hs, folder.job("test.note", &"k".repeat(600), 0)).await.is_err());
}

#[test]
fn pauses_grow_up_to_an_hour() {
    assert_eq!([pause_ms(1), pause_ms(2), pause_ms(5)], [1_000, 2_000, 16_000]);
    assert_eq!([pause_ms(12), pause_ms(13), pause_ms(1_000_000)], [2_048_000, 3_600_000, 3_600_000]);
}

#[test]
fn every_kind_is_explained_to_the_operator() {
    let page = include_str!("../../../../docs/operating/jobs.md");
    for kind in kinds::KINDS {
        assert!(
            page.contains(&format!("| `{}` |", kind.name)),
            "{} is missing in docs/operating/jobs.md",
            kind.name
        );
    }
    assert!(kinds::STANDING.iter().all(|name| kinds::KINDS.iter().any(|kind| kind.name == *name)));
}
