//! Registration tokens: who holds one may make an account.

use crate::{Result, Tx, args};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationToken {
    pub token: String,
    /// `None` for any number.
    pub uses_allowed: Option<i64>,
    pub uses_completed: i64,
    /// Milliseconds since 1970; `None` where it doesn't expire.
    pub expires_ts: Option<i64>,
}

impl RegistrationToken {
    /// A token for one account.
    pub fn once(token: String) -> Self {
        RegistrationToken { token, uses_allowed: Some(1), uses_completed: 0, expires_ts: None }
    }
}

const INSERT: &str = "INSERT INTO registration_tokens (token, uses_allowed, uses_completed, expires_ts) \
    VALUES ($1, $2, $3, $4)";
const FIND: &str =
    "SELECT token, uses_allowed, uses_completed, expires_ts FROM registration_tokens WHERE token = $1";
const USE: &str = "UPDATE registration_tokens SET uses_completed = uses_completed + 1 \
    WHERE token = $1 AND (uses_allowed IS NULL OR uses_completed < uses_allowed)";

pub async fn insert_token(tx: &Tx<'_>, token: &RegistrationToken) -> Result<()> {
    let RegistrationToken { token, uses_allowed, uses_completed, expires_ts } = token;
    tx.execute(INSERT, args![token, *uses_allowed, *uses_completed, *expires_ts]).await.map(drop)
}

pub async fn find_token(tx: &Tx<'_>, token: &str) -> Result<Option<RegistrationToken>> {
    tx.find(FIND, args![token], |row| {
        Ok(RegistrationToken {
            token: row.get(0)?,
            uses_allowed: row.get(1)?,
            uses_completed: row.get(2)?,
            expires_ts: row.get(3)?,
        })
    })
    .await
}

/// Counts one use; answers `false` where none is left.
pub async fn use_token(tx: &Tx<'_>, token: &str) -> Result<bool> {
    Ok(tx.execute(USE, args![token]).await? == 1)
}
