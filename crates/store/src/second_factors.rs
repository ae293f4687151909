//! What somebody has to show beside their password.

use aside_model::UserNum;

use crate::{Result, Tx, args};

/// The second factor of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// In Base32.
    pub secret: String,
    /// When its owner proved to have it; until then nobody asks for it.
    pub confirmed_ts: Option<i64>,
    pub created_ts: i64,
    /// The newest step whose code was used.
    pub last_step: i64,
    /// Wrong codes since the last right one.
    pub failures: i64,
    /// Milliseconds since 1970.
    pub locked_until: i64,
}

const FIND: &str = "SELECT secret, confirmed_ts, created_ts, last_step, failures, locked_until \
    FROM second_factors WHERE user_num = $1";
const BEGIN: &str = "INSERT INTO second_factors (user_num, secret, created_ts) VALUES ($1, $2, $3) \
    ON CONFLICT (user_num) DO UPDATE SET secret = excluded.secret, created_ts = excluded.created_ts, last_step = 0, \
    failures = 0, locked_until = 0 WHERE second_factors.confirmed_ts IS NULL";
const CONFIRM: &str =
    "UPDATE second_factors SET confirmed_ts = $2 WHERE user_num = $1 AND confirmed_ts IS NULL";
const USE_STEP: &str = "UPDATE second_factors SET last_step = $2, failures = 0, locked_until = 0 \
    WHERE user_num = $1 AND last_step < $2";
const NOTE_FAILURE: &str =
    "UPDATE second_factors SET failures = failures + 1, locked_until = $2 WHERE user_num = $1";
const FORGIVE: &str = "UPDATE second_factors SET failures = 0, locked_until = 0 WHERE user_num = $1";
const DELETE: &str = "DELETE FROM second_factors WHERE user_num = $1";
const INSERT_CODE: &str = "INSERT INTO recovery_codes (user_num, code_hash) VALUES ($1, $2)";
const DELETE_CODE: &str = "DELETE FROM recovery_codes WHERE user_num = $1 AND code_hash = $2";
const DELETE_CODES: &str = "DELETE FROM recovery_codes WHERE user_num = $1";
const COUNT_CODES: &str = "SELECT count(*) FROM recovery_codes WHERE user_num = $1";

pub async fn find(tx: &Tx<'_>, user: UserNum) -> Result<Option<SecondFactor>> {
    tx.find(FIND, args![user], |row| {
        Ok(SecondFactor {
            secret: tx.open(row.get(0)?, || place(user))?,
            confirmed_ts: row.get(1)?,
            created_ts: row.get(2)?,
            last_step: row.get(3)?,
            failures: row.get(4)?,
            locked_until: row.get(5)?,
        })
    })
    .await
}

/// Keeps a new secret until it is confirmed; `false` where another one has been confirmed already.
pub async fn begin(tx: &Tx<'_>, user: UserNum, secret: &str, now_ms: i64) -> Result<bool> {
    let secret = tx.seal(secret, || place(user))?;
    Ok(tx.execute(BEGIN, args![user, &*secret, now_ms]).await? == 1)
}

/// From now on it is asked for; `false` where it was confirmed before, or there is none.
pub async fn confirm(tx: &Tx<'_>, user: UserNum, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(CONFIRM, args![user, now_ms]).await? == 1)
}

/// Uses up a step and all before it; `false` where it was used already.
pub async fn use_step(tx: &Tx<'_>, user: UserNum, step: i64) -> Result<bool> {
    Ok(tx.execute(USE_STEP, args![user, step]).await? == 1)
}

/// Counts a wrong code.
pub async fn note_failure(tx: &Tx<'_>, user: UserNum, locked_until: i64) -> Result<()> {
    tx.execute(NOTE_FAILURE, args![user, locked_until]).await.map(drop)
}

/// Replaces all recovery codes.
pub async fn set_codes(tx: &Tx<'_>, user: UserNum, hashes: &[[u8; 32]]) -> Result<()> {
    tx.execute(DELETE_CODES, args![user]).await?;
    for hash in hashes {
        tx.execute(INSERT_CODE, args![user, &hash[..]]).await?;
    }
    Ok(())
}

/// Uses a recovery code up; `false` where there is no such code.
pub async fn use_code(tx: &Tx<'_>, user: UserNum, hash: &[u8; 32]) -> Result<bool> {
    let used = tx.execute(DELETE_CODE, args![user, &hash[..]]).await? == 1;
    if used {
        tx.execute(FORGIVE, args![user]).await?;
    }
    Ok(used)
}

pub async fn count_codes(tx: &Tx<'_>, user: UserNum) -> Result<i64> {
    tx.one(COUNT_CODES, args![user], |row| row.get(0)).await
}

/// Forgets the second factor with its recovery codes; `false` where there was none.
pub async fn delete(tx: &Tx<'_>, user: UserNum) -> Result<bool> {
    tx.execute(DELETE_CODES, args![user]).await?;
    Ok(tx.execute(DELETE, args![user]).await? == 1)
}

/// Where a secret is sealed.
pub(crate) fn place(user: UserNum) -> String {
    format!("second_factors.secret/{}", user.0)
}
