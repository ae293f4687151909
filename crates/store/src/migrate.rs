//! Brings the tables up to date: one numbered sequence of files, forward only, run once each, the same on both engines.

use crate::{Error, Result, Side, Store, args};

/// Number, name, text. A released file is never changed; the next change is the next number.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "names", include_str!("../migrations/0001_names.sql")),
    (2, "users", include_str!("../migrations/0002_users.sql")),
    (3, "rooms", include_str!("../migrations/0003_rooms.sql")),
    (4, "keys", include_str!("../migrations/0004_keys.sql")),
    (5, "media", include_str!("../migrations/0005_media.sql")),
    (6, "directory", include_str!("../migrations/0006_directory.sql")),
    (7, "account_data", include_str!("../migrations/0007_account_data.sql")),
    (8, "aliases", include_str!("../migrations/0008_aliases.sql")),
    (9, "people", include_str!("../migrations/0009_people.sql")),
    (10, "requests", include_str!("../migrations/0010_requests.sql")),
    (11, "safety", include_str!("../migrations/0011_safety.sql")),
    (12, "timers", include_str!("../migrations/0012_timers.sql")),
    (13, "push", include_str!("../migrations/0013_push.sql")),
    (14, "previews", include_str!("../migrations/0014_previews.sql")),
    (15, "scheduled", include_str!("../migrations/0015_scheduled.sql")),
    (16, "second_factor", include_str!("../migrations/0016_second_factor.sql")),
    (17, "identity", include_str!("../migrations/0017_identity.sql")),
    (18, "held", include_str!("../migrations/0018_held.sql")),
    (19, "acknowledged", include_str!("../migrations/0019_acknowledged.sql")),
];

const CREATE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)";

/// # Errors
/// [`Error::Database`] where a file fails, or where the database was written by a newer program.
pub(crate) async fn run(store: &Store) -> Result<()> {
    store.run_script(CREATE).await?;
    let done = store
        .read(Side::Sweep, async |tx| {
            tx.one("SELECT coalesce(max(number), 0) FROM migrations", args![], |row| row.get::<i64>(0)).await
        })
        .await?;
    let known = MIGRATIONS.last().map_or(0, |(number, ..)| *number);
    if done > known {
        return Err(Error::Database(format!(
            "the database is at version {done}, this program knows versions up to {known}: start the newer program again"
        )));
    }
    for &(number, name, script) in MIGRATIONS.iter().filter(|(number, ..)| *number > done) {
        store
            .write(Side::Sweep, async move |tx| {
                tx.run_script(script).await?;
                tx.execute("INSERT INTO migrations (number, name) VALUES ($1, $2)", args![number, name])
                    .await?;
                Ok(())
            })
            .await?;
    }
    Ok(())
}
