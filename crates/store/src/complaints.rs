//! Who blocked or reported a user, on the side of the user whom it is about.

use aside_model::UserNum;

use crate::{Result, Tx, args};

/// How a complaint was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Block,
    Report,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Block => "block",
            Kind::Report => "report",
        }
    }
}

const PUT: &str = "INSERT INTO complaints (user_num, other_num, kind, ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, other_num, kind) DO UPDATE SET ts = excluded.ts";
const LIST_SINCE: &str = "SELECT other_num FROM complaints WHERE user_num = $1 AND kind = $2 AND ts >= $3 \
    ORDER BY other_num LIMIT $4";
const COUNT_SINCE: &str = "SELECT count(*) FROM complaints WHERE user_num = $1 AND kind = $2 AND ts >= $3";
const TRIM: &str = "DELETE FROM complaints WHERE user_num = $1 AND ts < $2";

/// Notes a complaint; a second one of the same kind by the same person only makes it newer. What is older than `before_ts`
/// is forgotten. Times are milliseconds since 1970.
pub async fn put(
    tx: &Tx<'_>,
    user: UserNum,
    other: UserNum,
    kind: Kind,
    ts: i64,
    before_ts: i64,
) -> Result<()> {
    tx.execute(TRIM, args![user, before_ts]).await?;
    tx.execute(PUT, args![user, other, kind.as_str(), ts]).await.map(drop)
}

/// Who complained since a time, at most `limit` people.
pub async fn list_since(
    tx: &Tx<'_>,
    user: UserNum,
    kind: Kind,
    since_ts: i64,
    limit: i64,
) -> Result<Vec<UserNum>> {
    tx.query(LIST_SINCE, args![user, kind.as_str(), since_ts, limit], |row| row.get(0).map(UserNum)).await
}

/// How many people complained since a time.
pub async fn count_since(tx: &Tx<'_>, user: UserNum, kind: Kind, since_ts: i64) -> Result<i64> {
    tx.one(COUNT_SINCE, args![user, kind.as_str(), since_ts], |row| row.get(0)).await
}
