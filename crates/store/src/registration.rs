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
    /// Whether accounts made with it administer the server.
    pub admin: bool,
}

impl RegistrationToken {
    /// A token for the one account that administers the server.
    pub fn for_admin(token: String) -> Self {
        RegistrationToken { token, uses_allowed: Some(1), uses_completed: 0, expires_ts: None, admin: true }
    }

    pub fn is_valid(&self, now_ms: i64) -> bool {
        self.expires_ts.is_none_or(|expires_ts| now_ms < expires_ts)
            && self.uses_allowed.is_none_or(|allowed| self.uses_completed < allowed)
    }
}

const INSERT: &str = "INSERT INTO registration_tokens (token, uses_allowed, uses_completed, expires_ts, admin) \
    VALUES ($1, $2, $3, $4, $5)";
const FIND: &str =
    "SELECT token, uses_allowed, uses_completed, expires_ts, admin FROM registration_tokens WHERE token = $1";
const USE: &str = "UPDATE registration_tokens SET uses_completed = uses_completed + 1 \
    WHERE token = $1 AND (uses_allowed IS NULL OR uses_completed < uses_allowed)";
const GIVE_BACK: &str = "UPDATE registration_tokens SET uses_completed = uses_completed - 1 WHERE token = $1 AND uses_completed > 0";

pub async fn insert_token(tx: &Tx<'_>, token: &RegistrationToken) -> Result<()> {
    let RegistrationToken { token, uses_allowed, uses_completed, expires_ts, admin } = token;
    tx.execute(INSERT, args![token, *uses_allowed, *uses_completed, *expires_ts, *admin]).await.map(drop)
}

pub async fn find_token(tx: &Tx<'_>, token: &str) -> Result<Option<RegistrationToken>> {
    tx.find(FIND, args![token], |row| {
        Ok(RegistrationToken {
            token: row.get(0)?,
            uses_allowed: row.get(1)?,
            uses_completed: row.get(2)?,
            expires_ts: row.get(3)?,
            admin: row.get(4)?,
        })
    })
    .await
}

/// Counts one use; answers `false` where none is left.
pub async fn use_token(tx: &Tx<'_>, token: &str) -> Result<bool> {
    Ok(tx.execute(USE, args![token]).await? == 1)
}

/// Takes one use back, of an account that was not made after all.
pub async fn give_back(tx: &Tx<'_>, token: &str) -> Result<()> {
    tx.execute(GIVE_BACK, args![token]).await.map(drop)
}
