//! A transaction, its arguments and its rows, the same on both engines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::seal::Keyring;
use crate::{Error, Result, Side, dialect, sides};

/// One value bound to a placeholder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arg<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
}

macro_rules! arg_from {
    ($($type:ty => $variant:ident($value:ident) $convert:expr;)*) => {$(
        impl<'a> From<$type> for Arg<'a> {
            fn from($value: $type) -> Self { Arg::$variant($convert) }
        }
    )*};
}

arg_from! {
    i64 => Int(value) value;
    bool => Bool(value) value;
    &'a str => Text(value) value;
    &'a String => Text(value) value.as_str();
    &'a [u8] => Bytes(value) value;
    &'a Vec<u8> => Bytes(value) value.as_slice();
    aside_model::UserNum => Int(value) value.0;
    aside_model::RoomNum => Int(value) value.0;
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Arg::Null, Into::into)
    }
}

/// Arguments of a statement, in the order of `$1, $2, …`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Arg::from($value)),*] };
}

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match *self {
            Arg::Null => ValueRef::Null,
            Arg::Int(value) => ValueRef::Integer(value),
            Arg::Bool(value) => ValueRef::Integer(i64::from(value)),
            Arg::Text(value) => ValueRef::Text(value.as_bytes()),
            Arg::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Arg::Null => Ok(IsNull::Yes),
            Arg::Int(value) => value.to_sql(kind, out),
            Arg::Bool(value) => value.to_sql(kind, out),
            // PostgreSQL has no place for NUL in text. Looked up or stored, it is taken for the replacement character.
            Arg::Text(value) if value.contains('\0') => value.replace('\0', "\u{fffd}").to_sql(kind, out),
            Arg::Text(value) => value.to_sql(kind, out),
            Arg::Bytes(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One row of a result; columns are read by their number, from 0.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// # Errors
    /// [`Error::Database`] where the column is missing or of another type.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        match self {
            Row::Sqlite(row) => Ok(row.get(index)?),
            Row::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

/// A type that a column can be read as.
pub trait Column: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a> {}
impl<T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>> Column for T {}

/// A transaction on one side of the data, alive inside a closure given to the store.
pub struct Tx<'c> {
    pub(crate) engine: Engine<'c>,
    pub(crate) side: Side,
    /// Seals what people wrote, where the operator wants that.
    pub(crate) keyring: Option<&'c Keyring>,
}

pub(crate) enum Engine<'c> {
    Sqlite(&'c SqliteConnection),
    Postgres(&'c deadpool_postgres::Transaction<'c>),
}

/// A SQLite connection with the statements it has been asked for, translated to its own placeholders.
pub(crate) struct SqliteConnection {
    pub(crate) connection: rusqlite::Connection,
    pub(crate) keyring: Option<Arc<Keyring>>,
    translated: RefCell<HashMap<(usize, usize), Box<str>>>,
}

impl SqliteConnection {
    pub(crate) fn new(connection: rusqlite::Connection, keyring: Option<Arc<Keyring>>) -> Self {
        connection.set_prepared_statement_cache_capacity(256);
        SqliteConnection { connection, keyring, translated: RefCell::default() }
    }

    /// A transaction that has been begun on this connection.
    pub(crate) fn tx(&self, side: Side) -> Tx<'_> {
        Tx { engine: Engine::Sqlite(self), side, keyring: self.keyring.as_deref() }
    }

    /// House SQL is `'static`, so its address names it and the translation is made once.
    fn prepare(&self, sql: &'static str) -> Result<rusqlite::CachedStatement<'_>> {
        let key = (sql.as_ptr() as usize, sql.len());
        let mut translated = self.translated.borrow_mut();
        let text = translated.entry(key).or_insert_with(|| dialect::sqlite_placeholders(sql).into());
        Ok(self.connection.prepare_cached(text)?)
    }

    fn visit(
        &self,
        sql: &'static str,
        args: &[Arg<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        while let Some(row) = rows.next()? {
            visit(&Row::Sqlite(row))?;
        }
        Ok(())
    }
}

/// Each of the house's statements would hold the driver's whole future in its own; on the heap, it is there once and they stay
/// small, which is what SQLite's path through them costs.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

fn postgres_rows<'a>(
    transaction: &'a deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    args: &'a [Arg<'_>],
) -> Boxed<'a, Vec<tokio_postgres::Row>> {
    Box::pin(async move {
        let statement = transaction.prepare_cached(sql).await?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as _).collect();
        Ok(transaction.query(&statement, &args).await?)
    })
}

fn postgres_execute<'a>(
    transaction: &'a deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    args: &'a [Arg<'_>],
) -> Boxed<'a, u64> {
    Box::pin(async move {
        let statement = transaction.prepare_cached(sql).await?;
        Ok(transaction.execute_raw(&statement, args.iter()).await?)
    })
}

impl Tx<'_> {
    /// Runs a statement and returns the number of rows it changed.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Unavailable`].
    pub async fn execute(&self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64> {
        self.check_side(sql);
        match &self.engine {
            Engine::Sqlite(connection) => {
                Ok(connection.prepare(sql)?.execute(rusqlite::params_from_iter(args))? as u64)
            }
            Engine::Postgres(transaction) => postgres_execute(transaction, sql, args).await,
        }
    }

    /// Runs a statement and maps each row it answers.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Unavailable`], and what `map` returns.
    pub async fn query<T>(
        &self,
        sql: &'static str,
        args: &[Arg<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.check_side(sql);
        let mut mapped = Vec::new();
        let mut visit = |row: &Row<'_>| {
            mapped.push(map(row)?);
            Ok(())
        };
        match &self.engine {
            Engine::Sqlite(connection) => connection.visit(sql, args, &mut visit)?,
            Engine::Postgres(transaction) => {
                for row in postgres_rows(transaction, sql, args).await? {
                    visit(&Row::Postgres(&row))?;
                }
            }
        }
        Ok(mapped)
    }

    /// Runs a statement that answers at most one row.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub async fn find<T>(
        &self,
        sql: &'static str,
        args: &[Arg<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, args, map).await?.into_iter().next())
    }

    /// Runs a statement that always answers one row, such as a count or an upsert with `RETURNING`.
    ///
    /// # Errors
    /// As [`Tx::query`]; [`Error::Database`] where no row came.
    pub async fn one<T>(
        &self,
        sql: &'static str,
        args: &[Arg<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.find(sql, args, map).await?.ok_or_else(|| Error::Database(format!("no row from: {sql}")))
    }

    /// Runs a script of several statements, each engine with the words meant for it.
    pub(crate) async fn run_script(&self, script: &str) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) => {
                Ok(connection.connection.execute_batch(&dialect::sqlite_migration(script))?)
            }
            Engine::Postgres(transaction) => {
                Ok(transaction.batch_execute(&dialect::postgres_migration(script)).await?)
            }
        }
    }

    /// In debug builds each statement is held against the side its transaction was opened for.
    fn check_side(&self, sql: &str) {
        if cfg!(debug_assertions) {
            sides::assert_side(&self.side, sql);
        }
    }
}
