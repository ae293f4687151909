//! PostgreSQL: a pool of connections, driven by two database threads.
//!
//! Work is an async closure whose future need not be `Send` (SQLite runs it on its writer thread), so it is run on
//! threads with a single-threaded runtime each; a database round trip costs far more than the hop.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::error::SqlState;
use tokio_postgres::{IsolationLevel, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::seal::Keyring;
use crate::tx::Engine;
use crate::{Error, Result, Side, Tx};

const THREADS: usize = 2;
/// How often work is run again after the server asked for it (serialization failure, deadlock).
const ATTEMPTS_MAX: u32 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

type Task = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

pub(crate) struct Database {
    pool: Pool,
    keyring: Option<Arc<Keyring>>,
    threads: Vec<mpsc::UnboundedSender<Task>>,
    next: std::sync::atomic::AtomicUsize,
}

impl Database {
    pub(crate) async fn open(
        url: &str,
        max_connections: usize,
        keyring: Option<Arc<Keyring>>,
    ) -> Result<Database> {
        let config: tokio_postgres::Config = url.parse().map_err(|error| {
            Error::Unavailable(format!("the PostgreSQL URL can't be understood: {error}"))
        })?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match config.get_ssl_mode() {
            tokio_postgres::config::SslMode::Disable => Manager::from_config(config, NoTls, recycling),
            _ => Manager::from_config(config, tls()?, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(max_connections)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        let threads = (0..THREADS).map(spawn_thread).collect::<Result<_>>()?;
        let database = Database { pool, keyring, threads, next: Default::default() };
        database.run(Side::Sweep, Mode::Read, async |_| Ok(())).await?;
        Ok(database)
    }

    pub(crate) async fn run<T, F>(&self, side: Side, mode: Mode, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.start(side, mode, Box::new(Asked { work, found: RefCell::new(None), answer }))?;
        answered.await.map_err(|_| stopped())?
    }

    fn start(&self, side: Side, mode: Mode, work: Box<dyn Work>) -> Result<()> {
        let (pool, keyring) = (self.pool.clone(), self.keyring.clone());
        let task: Task = Box::new(move || {
            Box::pin(async move {
                let outcome = run_again_when_asked(&pool, keyring.as_deref(), &side, mode, &*work).await;
                work.answer(outcome);
            })
        });
        let turn = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.threads[turn % self.threads.len()].send(task).map_err(|_| stopped())
    }

    pub(crate) async fn explain(&self, sql: &'static str) -> Result<Vec<String>> {
        self.run(Side::Sweep, Mode::Read, async move |tx| match &tx.engine {
            Engine::Postgres(transaction) => {
                // Small tables would make the planner prefer a scan, which says nothing about large ones.
                let prepare = format!(
                    "SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan; \
                     DEALLOCATE ALL; PREPARE explained AS {sql}"
                );
                transaction.batch_execute(&prepare).await?;
                let count = sql.matches('$').count();
                let arguments = (1..=count).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
                let nulls = vec!["NULL"; arguments].join(", ");
                let call = if arguments == 0 { String::new() } else { format!("({nulls})") };
                let rows = transaction.simple_query(&format!("EXPLAIN EXECUTE explained{call}")).await?;
                Ok(rows
                    .into_iter()
                    .filter_map(|message| match message {
                        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                        _ => None,
                    })
                    .collect())
            }
            Engine::Sqlite(_) => unreachable!("PostgreSQL hands out its own transactions"),
        })
        .await
    }
}

fn stopped() -> Error {
    Error::Unavailable("the database threads have stopped".into())
}

fn tls() -> Result<MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // A certificate that can't be read can't vouch for anyone either.
        let _ = roots.add(certificate);
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Unavailable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn spawn_thread(number: usize) -> Result<mpsc::UnboundedSender<Task>> {
    let (sender, mut tasks) = mpsc::unbounded_channel::<Task>();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    thread::Builder::new()
        .name(format!("aside-database-{number}"))
        .spawn(move || {
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, async move {
                while let Some(task) = tasks.recv().await {
                    tokio::task::spawn_local(task());
                }
            });
        })
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok(sender)
}

/// Work as the machinery around it sees it, which is the same for all kinds of work, and so is compiled once.
trait Work: Send {
    /// Does it and keeps what it found.
    fn run<'a>(&'a self, tx: &'a Tx<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;
    fn answer(self: Box<Self>, outcome: Result<()>);
}

struct Asked<F, T> {
    work: F,
    found: RefCell<Option<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<F, T> Work for Asked<F, T>
where
    T: Send,
    F: AsyncFn(&Tx<'_>) -> Result<T> + Send,
{
    fn run<'a>(&'a self, tx: &'a Tx<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>> {
        Box::pin(async move {
            let found = (self.work)(tx).await?;
            self.found.replace(Some(found));
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let Asked { found, answer, .. } = *self;
        // The caller may have gone away; what was written stays written.
        let _ = answer.send(outcome.and_then(|()| found.into_inner().ok_or_else(stopped)));
    }
}

async fn run_again_when_asked(
    pool: &Pool,
    keyring: Option<&Keyring>,
    side: &Side,
    mode: Mode,
    work: &dyn Work,
) -> Result<()> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match run_once(pool, keyring, side, mode, work).await {
            Err(error) if attempt < ATTEMPTS_MAX && asks_to_run_again(&error) => {
                tokio::time::sleep(std::time::Duration::from_millis(1 << attempt)).await;
            }
            result => return result,
        }
    }
}

async fn run_once(
    pool: &Pool,
    keyring: Option<&Keyring>,
    side: &Side,
    mode: Mode,
    work: &dyn Work,
) -> Result<()> {
    let mut client = pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
    let mut builder = client.build_transaction();
    if mode == Mode::Read {
        builder = builder.isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    }
    let transaction = builder.start().await?;
    let result = work.run(&Tx { engine: Engine::Postgres(&transaction), side: side.clone(), keyring }).await;
    match &result {
        Ok(_) => transaction.commit().await?,
        Err(_) => transaction.rollback().await?,
    }
    result
}

fn asks_to_run_again(error: &Error) -> bool {
    let retried = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    matches!(error, Error::Database(text) if retried.iter().any(|state| text.ends_with(&format!("({})", state.code()))))
}
