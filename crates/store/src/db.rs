//! The driver: where the data lives, and how work is handed to it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::seal::Keyring;
use crate::{Result, Side, Tx, migrate, postgres, sealing, sqlite};

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum Location {
    /// One file, in this directory's `aside.db`.
    Sqlite(PathBuf),
    /// A server; `max_connections` bounds the pool.
    Postgres { url: String, max_connections: usize },
}

/// What an answered write promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It is on disk.
    Synced,
    /// It is visible, and repaired from synced data if the machine loses power.
    Repairable,
}

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    keyring: Option<Arc<Keyring>>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Database>),
    Postgres(Arc<postgres::Database>),
}

impl Store {
    /// Opens the database, creates it where it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] where it can't be reached, [`crate::Error::Database`] where its tables are of a newer version
    /// than this program knows.
    pub async fn open(location: Location) -> Result<Store> {
        Self::open_sealed(location, None).await
    }

    /// As [`Store::open`], and seals what people write with the operator's keys.
    ///
    /// # Errors
    /// As [`Store::open`]; [`crate::Error::Sealed`] where the keys are not those that the database was sealed with.
    pub async fn open_sealed(location: Location, keyring: Option<Keyring>) -> Result<Store> {
        let keyring = keyring.map(Arc::new);
        let engine = match location {
            Location::Sqlite(directory) => {
                Engine::Sqlite(Arc::new(sqlite::Database::open(&directory, keyring.clone())?))
            }
            Location::Postgres { url, max_connections } => Engine::Postgres(Arc::new(
                postgres::Database::open(&url, max_connections, keyring.clone()).await?,
            )),
        };
        let store = Store { engine, keyring };
        migrate::run(&store).await?;
        sealing::check(&store).await?;
        Ok(store)
    }

    /// The operator's keys, for what is kept outside of the database.
    pub fn keyring(&self) -> Option<&Arc<Keyring>> {
        self.keyring.as_ref()
    }

    /// Whether other processes may write to the same database, so that nothing changeable may be cached unchecked.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Whether what people wrote is encrypted on disk.
    pub fn is_sealed(&self) -> bool {
        self.keyring.is_some()
    }

    /// Runs `work` on one side's newest committed data, all of it seen at one moment.
    ///
    /// # Errors
    /// What `work` returns; [`crate::Error::Unavailable`] where the database can't be reached.
    pub async fn read<T, F>(&self, side: Side, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(database) => database.read(side, work),
            Engine::Postgres(database) => database.run(side, postgres::Mode::Read, work).await,
        }
    }

    /// Runs `work` in a transaction on one side and answers once it is on disk. The closure runs on a database thread, to its
    /// end even if the caller goes away, and may be run again where the engine asks for it.
    ///
    /// # Errors
    /// What `work` returns, after rolling back; [`crate::Error::Unavailable`] where the commit failed.
    pub async fn write<T, F>(&self, side: Side, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.write_with(Durability::Synced, side, work).await
    }

    /// As [`Store::write`], with the promise the caller needs.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_with<T, F>(&self, durability: Durability, side: Side, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(database) => database.write(durability, side, work).await,
            Engine::Postgres(database) => database.run(side, postgres::Mode::Write, work).await,
        }
    }

    /// As [`Store::write`]; where `work` succeeds, runs each of `then` in a transaction on its own side. SQLite commits them
    /// together with it, PostgreSQL after it: none of them is written where `work` isn't, and each fails for itself.
    /// `committed` is called with the outcome as soon as others can read it; SQLite brings it to the disk only then, and this
    /// answers after that. It is called on the thread that writes, which it must not keep.
    ///
    /// # Errors
    /// As [`Store::write`], for `work`.
    pub async fn write_then<T, F, U, G>(
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
        match &self.engine {
            Engine::Sqlite(database) => database.write_then(side, work, then, committed).await,
            Engine::Postgres(_) => {
                let first = self.write(side, work).await?;
                let mut followed = Vec::with_capacity(then.len());
                for (side, work) in then {
                    followed.push(self.write(side, work).await);
                }
                let outcome = (first, followed);
                committed(&outcome);
                Ok(outcome)
            }
        }
    }

    /// Sees to it that what was deleted is no longer in the files that this process writes: SQLite's log is emptied.
    /// PostgreSQL keeps old rows until it vacuums, and its log until it is recycled. Answers `false` where it should be
    /// tried again.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`], [`crate::Error::Database`].
    pub async fn scrub(&self) -> Result<bool> {
        match &self.engine {
            Engine::Sqlite(database) => database.scrub().await,
            Engine::Postgres(_) => Ok(true),
        }
    }

    /// Runs a script of several statements, for migrations.
    pub(crate) async fn run_script(&self, script: &'static str) -> Result<()> {
        self.write(Side::Sweep, async move |tx| tx.run_script(script).await).await
    }

    /// The engine's own description of how it would run a statement, one line a step; arguments are bound as NULL.
    ///
    /// # Errors
    /// [`crate::Error::Database`] where the statement is not valid.
    pub async fn explain(&self, sql: &'static str) -> Result<Vec<String>> {
        match &self.engine {
            Engine::Sqlite(database) => database.explain(sql),
            Engine::Postgres(database) => database.explain(sql).await,
        }
    }
}
