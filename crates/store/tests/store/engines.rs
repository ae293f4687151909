//! Fresh databases on both engines.

use std::sync::atomic::{AtomicU32, Ordering};

use aside_store::{Location, Store};
use tempfile::TempDir;

/// A database of its own, gone after the test.
pub struct Database {
    pub location: Location,
    _directory: Option<TempDir>,
}

impl Database {
    /// One connection pool to it, as a server process has.
    pub async fn open(&self) -> Store {
        Store::open(self.location.clone()).await.unwrap()
    }
}

pub fn sqlite() -> Database {
    let directory = tempfile::tempdir().unwrap();
    Database { location: Location::Sqlite(directory.path().to_owned()), _directory: Some(directory) }
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A new database on the server that `ASIDE_TEST_POSTGRES` names.
pub async fn postgres() -> Database {
    let server = std::env::var("ASIDE_TEST_POSTGRES").expect(
        "ASIDE_TEST_POSTGRES names a PostgreSQL server for tests; `cargo xtask test` starts one and sets it",
    );
    let name = format!("store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut config: tokio_postgres::Config = server.parse().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    config.dbname(&name);
    let (scheme, rest) = server.split_once("://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let options = path.split_once('?').map(|(_, options)| format!("?{options}")).unwrap_or_default();
    let url = format!("{scheme}://{authority}/{name}{options}");
    Database { location: Location::Postgres { url, max_connections: 8 }, _directory: None }
}

/// Runs the same test on both engines, each as a test of its own.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn check($database: $crate::engines::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                check($crate::engines::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                check($crate::engines::postgres().await).await;
            }
        }
    )*};
}
