//! What the platform knows of somebody.

use aside_model::UserNum;

use crate::{Result, Tx, args};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// A day such as `2001-02-28`.
    pub birth_date: Option<String>,
    /// An age band, both ends included.
    pub age_min: Option<i64>,
    pub age_max: Option<i64>,
    pub verified: bool,
    /// A JSON list.
    pub badges: Option<String>,
    pub page: bool,
    pub open: bool,
    /// When the account came to whoever has it now, in milliseconds since 1970.
    pub trust_from_ts: Option<i64>,
}

const FIND: &str = "SELECT birth_date, age_min, age_max, verified, badges, page, open, trust_from_ts \
    FROM facts WHERE user_num = $1";
const PUT: &str = "INSERT INTO facts (user_num, birth_date, age_min, age_max, verified, badges, page, open, trust_from_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (user_num) DO UPDATE SET \
    birth_date = excluded.birth_date, age_min = excluded.age_min, age_max = excluded.age_max, \
    verified = excluded.verified, badges = excluded.badges, page = excluded.page, open = excluded.open, \
    trust_from_ts = excluded.trust_from_ts";

pub async fn find(tx: &Tx<'_>, user: UserNum) -> Result<Option<Facts>> {
    tx.find(FIND, args![user], |row| {
        Ok(Facts {
            birth_date: row.get(0)?,
            age_min: row.get(1)?,
            age_max: row.get(2)?,
            verified: row.get(3)?,
            badges: row.get(4)?,
            page: row.get(5)?,
            open: row.get(6)?,
            trust_from_ts: row.get(7)?,
        })
    })
    .await
}

/// Replaces everything that is known.
pub async fn put(tx: &Tx<'_>, user: UserNum, facts: &Facts) -> Result<()> {
    let Facts { birth_date, age_min, age_max, verified, badges, page, open, trust_from_ts } = facts;
    let (birth_date, badges) = (birth_date.as_deref(), badges.as_deref());
    tx.execute(
        PUT,
        args![user, birth_date, *age_min, *age_max, *verified, badges, *page, *open, *trust_from_ts],
    )
    .await
    .map(drop)
}
