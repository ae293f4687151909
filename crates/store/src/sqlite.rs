//! SQLite: one writer thread that commits waiting work in groups, a syncer that brings commits to the disk while the next
//! group runs, readers on the calling thread, a checkpointer.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use crate::dialect;
use crate::seal::Keyring;
use crate::tx::SqliteConnection;
use crate::{Durability, Error, Result, Side, Tx};

/// Writes that may wait for the writer; past it, callers wait for a place.
const WAITING_WRITES_MAX: usize = 4096;
/// Writes that share one commit. A group is also bounded by what was waiting when it began.
const GROUP_MAX: usize = 256;
/// Commits that may wait for the disk; past it, the writer waits.
const WAITING_SYNCS_MAX: usize = 64;
/// Read connections kept open for the next reader; more are opened in a rush and closed after it.
const IDLE_READERS_MAX: usize = 8;
/// The checkpointer copies the log back when it holds this many bytes, out of the writer's way.
const CHECKPOINT_AT_BYTES: u64 = 4 << 20;
/// Where the checkpointer can't keep up, the writer itself stops the log from growing past this many 4 KiB pages.
const LOG_PAGES_MAX: u32 = 16_384;

pub(crate) struct Database {
    path: PathBuf,
    keyring: Option<Arc<Keyring>>,
    writes: mpsc::Sender<Box<dyn Job>>,
    readers: Mutex<Vec<SqliteConnection>>,
}

impl Database {
    pub(crate) fn open(directory: &Path, keyring: Option<Arc<Keyring>>) -> Result<Database> {
        std::fs::create_dir_all(directory)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", directory.display())))?;
        let path = directory.join("aside.db");
        let writer = open_writer(&path, keyring.clone())?;
        let log = open_log(&path)?;
        let (writes, waiting) = mpsc::channel(WAITING_WRITES_MAX);
        let (commits, committed) = sync_channel(WAITING_SYNCS_MAX);
        spawn("aside-writer", move || write_in_groups(&writer, waiting, &commits))?;
        spawn("aside-syncer", move || sync_commits(&log, &committed))?;
        let checkpointer = Checkpointer::open(&path)?;
        let alive = writes.downgrade();
        spawn("aside-checkpoint", move || {
            while alive.upgrade().is_some() {
                thread::sleep(Duration::from_millis(250));
                if let Err(error) = checkpointer.run() {
                    tracing::warn!(%error, "checkpoint failed");
                }
            }
        })?;
        Ok(Database { path, keyring, writes, readers: Mutex::default() })
    }

    /// Reads take microseconds from a warm page cache, less than a hop to another thread, so they run where they are called.
    pub(crate) fn read<T>(&self, side: Side, work: impl AsyncFn(&Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = self.begin_reading()?;
        let result = finish_now(work(&connection.tx(side)));
        self.end_reading(connection)?;
        result
    }

    fn begin_reading(&self) -> Result<SqliteConnection> {
        let connection = match self.idle_readers().pop() {
            Some(connection) => connection,
            None => open_reader(&self.path, self.keyring.clone())?,
        };
        execute(&connection, "BEGIN")?;
        Ok(connection)
    }

    fn end_reading(&self, connection: SqliteConnection) -> Result<()> {
        execute(&connection, "COMMIT")?;
        let mut idle = self.idle_readers();
        if idle.len() < IDLE_READERS_MAX {
            idle.push(connection);
        }
        Ok(())
    }

    pub(crate) async fn write<T, F>(&self, durability: Durability, side: Side, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.hand_over(durability, None, move |connection, _| attempt(connection, &side, &work)).await
    }

    /// As [`Database::write`], in one commit with what follows from it; `committed` is called as soon as others can read it,
    /// which is before it is on the disk.
    pub(crate) async fn write_then<T, F, U, G>(
        &self,
        side: Side,
        work: F,
        then: Vec<(Side, G)>,
        committed: impl FnOnce(&(T, Vec<Result<U>>)) + Send + 'static,
    ) -> Result<(T, Vec<Result<U>>)>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
        U: Send + 'static,
        G: AsyncFn(&Tx<'_>) -> Result<U> + Send + 'static,
    {
        let chain = move |connection: &SqliteConnection, guard: Guard| {
            let first = attempt(connection, &side, &work)?;
            let followed = then.iter().map(|(side, work)| match guard {
                Guard::Group => attempt(connection, side, work).map(Ok),
                Guard::Each => in_savepoint(connection, || attempt(connection, side, work), Result::is_err),
            });
            Ok((first, followed.collect::<Result<_>>()?))
        };
        self.hand_over(Durability::Synced, Some(Box::new(committed)), chain).await
    }

    /// Hands work to the writer thread and waits for its answer.
    async fn hand_over<T, W>(&self, durability: Durability, committed: Option<Told<T>>, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&SqliteConnection, Guard) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Write { work, durability, outcome: None, committed, answer });
        self.writes.send(job).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    pub(crate) fn explain(&self, sql: &str) -> Result<Vec<String>> {
        let connection = open_reader(&self.path, None)?.connection;
        let text = format!("EXPLAIN QUERY PLAN {}", dialect::sqlite_placeholders(sql));
        let mut statement = connection.prepare(&text)?;
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(row.get(3)?);
        }
        Ok(steps)
    }

    /// Copies the log back and empties it, so that what was deleted isn't found there either; answers `false` where a reader
    /// was in the way.
    pub(crate) async fn scrub(&self) -> Result<bool> {
        let path = self.path.clone();
        let scrubbed = tokio::task::spawn_blocking(move || -> Result<bool> {
            let connection = Connection::open(path)?;
            connection.busy_timeout(Duration::from_secs(2))?;
            Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))? == 0)
        });
        scrubbed.await.map_err(|error| Error::Unavailable(error.to_string()))?
    }

    fn idle_readers(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopped() -> Error {
    Error::Unavailable("the database writer has stopped".into())
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let started = thread::Builder::new().name(name.into()).stack_size(2 << 20).spawn(body);
    started.map(drop).map_err(|error| Error::Unavailable(error.to_string()))
}

fn open_writer(path: &Path, keyring: Option<Arc<Keyring>>) -> Result<SqliteConnection> {
    let connection =
        Connection::open(path).map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The syncer does what FULL would do, at the same time as the next group runs.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES_MAX)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // What is deleted is overwritten, so that it isn't found in the file's free pages.
    connection.pragma_update(None, "secure_delete", "ON")?;
    keep_plans(&connection)?;
    Ok(SqliteConnection::new(connection, keyring))
}

/// SQLite may plan a statement anew whenever other values are bound to it; ours have the same plan for all.
fn keep_plans(connection: &Connection) -> Result<()> {
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn open_reader(path: &Path, keyring: Option<Arc<Keyring>>) -> Result<SqliteConnection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "cache_size", -4_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    keep_plans(&connection)?;
    Ok(SqliteConnection::new(connection, keyring))
}

/// The write-ahead log, in which every commit stands until it is copied back. SQLite opens it with the first transaction and
/// keeps it for as long as any connection is open.
fn open_log(path: &Path) -> Result<File> {
    let log = path.with_extension("db-wal");
    let unavailable = |error| Error::Unavailable(format!("{}: {error}", log.display()));
    let file = File::options().write(true).create(true).truncate(false).open(&log).map_err(unavailable)?;
    if let Some(directory) = path.parent() {
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(unavailable)?;
    }
    Ok(file)
}

struct Checkpointer {
    connection: Connection,
    log: PathBuf,
}

impl Checkpointer {
    fn open(path: &Path) -> Result<Checkpointer> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        Ok(Checkpointer { connection, log: path.with_extension("db-wal") })
    }

    fn run(&self) -> Result<()> {
        if std::fs::metadata(&self.log).map_or(0, |log| log.len()) >= CHECKPOINT_AT_BYTES {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }
}

/// SQLite's futures never wait, so one poll finishes them. A closure that awaits anything but its transaction is a bug.
fn finish_now<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            Err(Error::Database("database work waited for something outside its transaction".into()))
        }
    }
}

/// What is undone where some work fails.
#[derive(Clone, Copy)]
enum Guard {
    /// The whole group, which is then run again with a guard for each.
    Group,
    /// That work alone, for which SQLite has to copy each page that it changes.
    Each,
}

/// A write on its way through the writer thread: run inside a group, answered after the group's commit.
trait Job: Send {
    fn durability(&self) -> Durability;
    /// Answers whether it succeeded. What ran in a group that was undone is run once more.
    fn run(&mut self, connection: &SqliteConnection, guard: Guard) -> bool;
    /// It can be read by others now.
    fn committed(&mut self);
    fn answer(self: Box<Self>, committed: std::result::Result<(), &str>);
}

/// Who is told of an outcome by the writer thread.
type Told<T> = Box<dyn FnOnce(&T) + Send>;

struct Write<W, T> {
    work: W,
    durability: Durability,
    outcome: Option<Result<T>>,
    committed: Option<Told<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, W> Job for Write<W, T>
where
    T: Send,
    W: Fn(&SqliteConnection, Guard) -> Result<T> + Send,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn run(&mut self, connection: &SqliteConnection, guard: Guard) -> bool {
        let outcome = (self.work)(connection, guard);
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        succeeded
    }

    fn committed(&mut self) {
        if let (Some(Ok(outcome)), Some(committed)) = (&self.outcome, self.committed.take()) {
            committed(outcome);
        }
    }

    fn answer(self: Box<Self>, committed: std::result::Result<(), &str>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Err(why), _) => Err(Error::Unavailable(why.to_owned())),
            (Ok(()), None) => Err(stopped()),
        };
        // The caller may have gone away; what was written stays written.
        let _ = self.answer.send(outcome);
    }
}

fn attempt<T>(
    connection: &SqliteConnection,
    side: &Side,
    work: &impl AsyncFn(&Tx<'_>) -> Result<T>,
) -> Result<T> {
    let tx = connection.tx(side.clone());
    catch_unwind(AssertUnwindSafe(|| finish_now(work(&tx))))
        .unwrap_or_else(|_| Err(Error::Database("database work panicked".into())))
}

/// Undoes what `work` did, and nothing else, where it has failed.
fn in_savepoint<T>(
    connection: &SqliteConnection,
    work: impl FnOnce() -> T,
    has_failed: impl FnOnce(&T) -> bool,
) -> Result<T> {
    execute(connection, "SAVEPOINT work")?;
    let outcome = work();
    if has_failed(&outcome) {
        execute(connection, "ROLLBACK TO work")?;
    }
    execute(connection, "RELEASE work")?;
    Ok(outcome)
}

fn execute(connection: &SqliteConnection, sql: &str) -> Result<()> {
    connection.connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The writer thread: takes what waits, runs it in one transaction and commits once. What must be on disk is answered by the
/// syncer.
fn write_in_groups(
    connection: &SqliteConnection,
    mut waiting: mpsc::Receiver<Box<dyn Job>>,
    commits: &SyncSender<Vec<Box<dyn Job>>>,
) {
    let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP_MAX);
    while waiting.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
        if let Err(error) = commit_group(connection, &mut group) {
            tracing::error!(%error, writes = group.len(), "commit failed");
            let _ = connection.connection.execute_batch("ROLLBACK");
            let why = error.to_string();
            group.drain(..).for_each(|job| job.answer(Err(&why)));
            continue;
        }
        group.iter_mut().for_each(|job| job.committed());
        let (synced, repairable): (Vec<_>, Vec<_>) =
            group.drain(..).partition(|job| job.durability() == Durability::Synced);
        if !synced.is_empty() && commits.send(synced).is_err() {
            return;
        }
        repairable.into_iter().for_each(|job| job.answer(Ok(())));
    }
}

fn commit_group(connection: &SqliteConnection, group: &mut [Box<dyn Job>]) -> Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    if !group.iter_mut().all(|job| job.run(connection, Guard::Group)) {
        execute(connection, "ROLLBACK")?;
        execute(connection, "BEGIN IMMEDIATE")?;
        for job in group {
            in_savepoint(connection, || job.run(connection, Guard::Each), |succeeded| !succeeded)?;
        }
    }
    execute(connection, "COMMIT")
}

/// The syncer thread: one sync for all commits that wait, then their answers.
///
/// After a failed sync the kernel may have dropped what it could not write and report success the next time, so nothing
/// is promised any more until the next start.
fn sync_commits(log: &File, committed: &Receiver<Vec<Box<dyn Job>>>) {
    let mut failed: Option<String> = None;
    while let Ok(mut jobs) = committed.recv() {
        jobs.extend(committed.try_iter().flatten());
        if failed.is_none()
            && let Err(error) = log.sync_data()
        {
            tracing::error!(%error, "the database could not be brought to the disk; start again once the disk is mended");
            failed = Some(error.to_string());
        }
        for job in jobs {
            job.answer(failed.as_deref().map_or(Ok(()), Err));
        }
    }
}
