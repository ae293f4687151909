//! What holds between people, each on their own side.

use aside_model::UserNum;

use crate::{Result, Row, Tx, args};

/// One tie as one of its two sides has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Number 0 where it ties to a group or an organisation.
    pub other: UserNum,
    pub kind: String,
    /// The id of what it is about; empty where the kind has none.
    pub item: String,
    /// Whether it goes out from this side's user.
    pub outgoing: bool,
    pub label: Option<String>,
    pub committed: bool,
    /// Whether this side's user has declined it.
    pub declined: bool,
    /// Milliseconds since 1970.
    pub since_ts: i64,
    pub until_ts: Option<i64>,
}

/// A place in a list: the tie's `since_ts`, other side and item.
pub type Place = (i64, i64, String);

/// The place before the newest tie.
pub fn start() -> Place {
    (i64::MAX, i64::MAX, String::new())
}

// The columns are the same in each statement, and read by `tie`.
const BETWEEN: &str = "SELECT other_num, kind, item, outgoing, label, committed, declined, since_ts, until_ts \
    FROM ties WHERE user_num = $1 AND other_num = $2 AND outgoing = TRUE \
    UNION ALL SELECT other_num, kind, item, outgoing, label, committed, declined, since_ts, until_ts \
    FROM ties WHERE user_num = $1 AND other_num = 0";
const LIST_WITH: &str = "SELECT other_num, kind, item, outgoing, label, committed, declined, since_ts, until_ts \
    FROM ties WHERE user_num = $1 AND other_num = $2 ORDER BY kind, item, outgoing";
const PAGE: &str = "SELECT other_num, kind, item, outgoing, label, committed, declined, since_ts, until_ts \
    FROM ties WHERE user_num = $1 AND outgoing = $2 AND kind = $3 AND declined = FALSE \
    AND (since_ts, other_num, item) < ($4, $5, $6) \
    ORDER BY since_ts DESC, other_num DESC, item DESC LIMIT $7";
const FIND: &str = "SELECT other_num, kind, item, outgoing, label, committed, declined, since_ts, until_ts \
    FROM ties WHERE user_num = $1 AND other_num = $2 AND kind = $3 AND item = $4 AND outgoing = $5";
const PUT: &str = "INSERT INTO ties (user_num, other_num, kind, item, outgoing, label, committed, since_ts, until_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
    ON CONFLICT (user_num, other_num, kind, item, outgoing) DO UPDATE SET \
    label = excluded.label, committed = excluded.committed, until_ts = excluded.until_ts";
// A request that was declined stays declined, or it could be made again at once.
const DELETE: &str = "DELETE FROM ties WHERE user_num = $1 AND other_num = $2 AND kind = $3 AND item = $4 \
    AND outgoing = $5 AND declined = FALSE";
const SET_DECLINED: &str = "UPDATE ties SET declined = $4 \
    WHERE user_num = $1 AND other_num = $2 AND kind = $3 AND outgoing = FALSE";
const COUNT: &str = "SELECT count(*) FROM ties WHERE user_num = $1 AND outgoing = TRUE AND kind = $2";
const LIST_OTHERS: &str = "SELECT other_num FROM ties WHERE user_num = $1 AND outgoing = TRUE AND kind = $2 ORDER BY since_ts DESC LIMIT $3";

fn tie(row: &Row<'_>) -> Result<Tie> {
    Ok(Tie {
        other: UserNum(row.get(0)?),
        kind: row.get(1)?,
        item: row.get(2)?,
        outgoing: row.get(3)?,
        label: row.get(4)?,
        committed: row.get(5)?,
        declined: row.get(6)?,
        since_ts: row.get(7)?,
        until_ts: row.get(8)?,
    })
}

/// What goes out from a user to another, and to groups and organisations.
pub async fn list_between(tx: &Tx<'_>, user: UserNum, other: UserNum) -> Result<Vec<Tie>> {
    tx.query(BETWEEN, args![user, other], tie).await
}

/// What a user's side knows of the two, both ways.
pub async fn list_with(tx: &Tx<'_>, user: UserNum, other: UserNum) -> Result<Vec<Tie>> {
    tx.query(LIST_WITH, args![user, other], tie).await
}

/// Ties of a kind, the newest first, from behind a place on. What was declined is left out.
pub async fn list(
    tx: &Tx<'_>,
    user: UserNum,
    outgoing: bool,
    kind: &str,
    behind: &Place,
    limit: i64,
) -> Result<Vec<Tie>> {
    let (since_ts, other, item) = behind;
    tx.query(PAGE, args![user, outgoing, kind, *since_ts, *other, item, limit], tie).await
}

pub async fn find(
    tx: &Tx<'_>,
    user: UserNum,
    other: UserNum,
    kind: &str,
    item: &str,
    outgoing: bool,
) -> Result<Option<Tie>> {
    tx.find(FIND, args![user, other, kind, item, outgoing], tie).await
}

/// Writes a tie, or changes its label, whether it is committed, and when it ends.
pub async fn put(tx: &Tx<'_>, user: UserNum, tie: &Tie) -> Result<()> {
    let Tie { other, kind, item, outgoing, label, committed, since_ts, until_ts, .. } = tie;
    let label = label.as_deref();
    tx.execute(PUT, args![user, *other, kind, item, *outgoing, label, *committed, *since_ts, *until_ts])
        .await
        .map(drop)
}

/// Answers whether there was one.
pub async fn delete(
    tx: &Tx<'_>,
    user: UserNum,
    other: UserNum,
    kind: &str,
    item: &str,
    outgoing: bool,
) -> Result<bool> {
    Ok(tx.execute(DELETE, args![user, other, kind, item, outgoing]).await? == 1)
}

/// Notes that the user has declined what another asks, or (`false`) has not; answers whether they were asked.
pub async fn set_declined(
    tx: &Tx<'_>,
    user: UserNum,
    other: UserNum,
    kind: &str,
    declined: bool,
) -> Result<bool> {
    Ok(tx.execute(SET_DECLINED, args![user, other, kind, declined]).await? > 0)
}

/// How many ties of a kind go out from a user.
pub async fn count(tx: &Tx<'_>, user: UserNum, kind: &str) -> Result<i64> {
    tx.one(COUNT, args![user, kind], |row| row.get(0)).await
}

/// Whom ties of a kind go out to, the newest first.
pub async fn list_others(tx: &Tx<'_>, user: UserNum, kind: &str, limit: i64) -> Result<Vec<UserNum>> {
    tx.query(LIST_OTHERS, args![user, kind, limit], |row| row.get(0).map(UserNum)).await
}
