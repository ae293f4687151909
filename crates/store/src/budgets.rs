//! What a sender may still do with strangers, and the verdicts on what they wanted to do. All of it is on the sender's side, so that
//! it is counted and taken in one transaction.

use aside_model::{RoomNum, UserNum};

use crate::complaints::{self, Kind};
use crate::{Result, Tx, args};

/// What is counted of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Conversations begun with strangers since the time that was asked for.
    pub threads: i64,
    /// People who answered.
    pub answered: i64,
    pub blocked: i64,
}

/// One verdict, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub user: UserNum,
    pub other: UserNum,
    /// Milliseconds since 1970.
    pub ts: i64,
    pub profile: String,
    /// JSON.
    pub inputs: String,
    pub action: String,
    pub rule: String,
}

const LOCK: &str = "INSERT INTO budgets (user_num) VALUES ($1) \
    ON CONFLICT (user_num) DO UPDATE SET paused_until = budgets.paused_until RETURNING paused_until";
const SET_PAUSED: &str = "UPDATE budgets SET paused_until = $2 WHERE user_num = $1 AND paused_until < $2";
const COUNT_DAY: &str = "UPDATE budgets SET day_messages = CASE WHEN day = $2 THEN day_messages + 1 ELSE 1 END, day = $2 \
    WHERE user_num = $1 AND (day <> $2 OR day_messages < $3)";
const COUNT_THREADS: &str = "SELECT count(*) FROM stranger_threads WHERE user_num = $1 AND ts > $2";
const INSERT_THREAD: &str = "INSERT INTO stranger_threads (user_num, room_num, other_num, ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, room_num, other_num) DO UPDATE SET ts = excluded.ts";
const LIST_THREADS: &str = "SELECT room_num, other_num FROM stranger_threads WHERE user_num = $1 AND ts > $2 \
    ORDER BY ts DESC LIMIT $3";
const COUNT_ANSWERS: &str = "SELECT count(*) FROM answers WHERE user_num = $1 AND ts > $2";
const PUT_ANSWER: &str = "INSERT INTO answers (user_num, other_num, ts) VALUES ($1, $2, $3) \
    ON CONFLICT (user_num, other_num) DO UPDATE SET ts = excluded.ts";
const COUNT_TEXT: &str = "SELECT count(*) FROM stranger_texts \
    WHERE user_num = $1 AND hash = $2 AND other_num <> $3 AND ts > $4";
const PUT_TEXT: &str = "INSERT INTO stranger_texts (user_num, hash, other_num, ts) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, hash, other_num) DO UPDATE SET ts = excluded.ts";
const TRIM_TEXTS: &str = "DELETE FROM stranger_texts WHERE user_num = $1 AND ts <= $2";
const NEWEST_DECISION: &str = "SELECT ts FROM decisions WHERE user_num = $1 ORDER BY ts DESC LIMIT 1";
const INSERT_DECISION: &str = "INSERT INTO decisions (user_num, ts, other_num, profile, inputs, action, rule) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND_BEYOND: &str = "SELECT ts FROM decisions WHERE user_num = $1 ORDER BY ts DESC LIMIT 1 OFFSET $2";
const TRIM_DECISIONS: &str = "DELETE FROM decisions WHERE user_num = $1 AND ts <= $2";
const LIST_DECISIONS: &str = "SELECT user_num, ts, other_num, profile, inputs, action, rule FROM decisions \
    WHERE ts > $1 AND (user_num > $2 OR (user_num = $2 AND ts > $3)) ORDER BY user_num, ts LIMIT $4";
const FIND_GROUP: &str = "SELECT name FROM policy_groups WHERE user_num = $1";
const PUT_GROUP: &str = "INSERT INTO policy_groups (user_num, name) VALUES ($1, $2) \
    ON CONFLICT (user_num) DO UPDATE SET name = excluded.name";
const DELETE_GROUP: &str = "DELETE FROM policy_groups WHERE user_num = $1";

/// Holds a sender's budget until the transaction ends, and answers until when they are stopped. To be called first.
pub async fn lock(tx: &Tx<'_>, user: UserNum) -> Result<i64> {
    tx.one(LOCK, args![user], |row| row.get(0)).await
}

pub async fn set_paused(tx: &Tx<'_>, user: UserNum, until_ts: i64) -> Result<()> {
    tx.execute(SET_PAUSED, args![user, until_ts]).await.map(drop)
}

/// Counts one more message of a day; `false` where there were `max` of them already.
pub async fn count_day(tx: &Tx<'_>, user: UserNum, day: i64, max: i64) -> Result<bool> {
    lock(tx, user).await?;
    Ok(tx.execute(COUNT_DAY, args![user, day, max]).await? > 0)
}

/// Counts what a verdict looks at: threads and blocks since one time, answers since another.
pub async fn count(tx: &Tx<'_>, user: UserNum, day_ago: i64, trust_from: i64) -> Result<Counted> {
    Ok(Counted {
        threads: tx.one(COUNT_THREADS, args![user, day_ago], |row| row.get(0)).await?,
        answered: tx.one(COUNT_ANSWERS, args![user, trust_from], |row| row.get(0)).await?,
        blocked: complaints::count_since(tx, user, Kind::Block, day_ago).await?,
    })
}

pub async fn insert_thread(tx: &Tx<'_>, user: UserNum, room: RoomNum, other: UserNum, ts: i64) -> Result<()> {
    tx.execute(INSERT_THREAD, args![user, room, other, ts]).await.map(drop)
}

/// The newest conversations that a user began with strangers: the room and the stranger.
pub async fn list_threads(
    tx: &Tx<'_>,
    user: UserNum,
    since: i64,
    limit: i64,
) -> Result<Vec<(RoomNum, UserNum)>> {
    tx.query(LIST_THREADS, args![user, since, limit], |row| Ok((RoomNum(row.get(0)?), UserNum(row.get(1)?))))
        .await
}

/// Notes that somebody accepted or answered a user.
pub async fn put_answer(tx: &Tx<'_>, user: UserNum, other: UserNum, ts: i64) -> Result<()> {
    tx.execute(PUT_ANSWER, args![user, other, ts]).await.map(drop)
}

/// How many others got this text since a time.
pub async fn count_text(tx: &Tx<'_>, user: UserNum, hash: &str, other: UserNum, since: i64) -> Result<i64> {
    tx.one(COUNT_TEXT, args![user, hash, other, since], |row| row.get(0)).await
}

/// Notes who got a text, and forgets what is older than `since`.
pub async fn put_text(
    tx: &Tx<'_>,
    user: UserNum,
    hash: &str,
    other: UserNum,
    ts: i64,
    since: i64,
) -> Result<()> {
    tx.execute(TRIM_TEXTS, args![user, since]).await?;
    tx.execute(PUT_TEXT, args![user, hash, other, ts]).await.map(drop)
}

/// Keeps a verdict; of a user's, the newest `keep` and none older than `since`.
pub async fn insert_decision(tx: &Tx<'_>, decision: &Decision, keep: i64, since: i64) -> Result<()> {
    let Decision { user, other, ts, profile, inputs, action, rule } = decision;
    let newest = tx.find(NEWEST_DECISION, args![*user], |row| row.get::<i64>(0)).await?;
    let ts = newest.map_or(*ts, |newest| (*ts).max(newest + 1));
    tx.execute(INSERT_DECISION, args![*user, ts, *other, profile, inputs, action, rule]).await?;
    let beyond = tx.find(FIND_BEYOND, args![*user, keep], |row| row.get::<i64>(0)).await?;
    let upto = beyond.unwrap_or(since).max(since);
    tx.execute(TRIM_DECISIONS, args![*user, upto]).await.map(drop)
}

/// Verdicts since a time, by user, after the one of a user and a time.
pub async fn list_decisions(
    tx: &Tx<'_>,
    since: i64,
    after: (UserNum, i64),
    limit: i64,
) -> Result<Vec<Decision>> {
    tx.query(LIST_DECISIONS, args![since, after.0, after.1, limit], |row| {
        Ok(Decision {
            user: UserNum(row.get(0)?),
            ts: row.get(1)?,
            other: UserNum(row.get(2)?),
            profile: row.get(3)?,
            inputs: row.get(4)?,
            action: row.get(5)?,
            rule: row.get(6)?,
        })
    })
    .await
}

/// The group whose rules a user has.
pub async fn find_group(tx: &Tx<'_>, user: UserNum) -> Result<Option<String>> {
    tx.find(FIND_GROUP, args![user], |row| row.get(0)).await
}

/// Puts a user into a group, or (`None`) out of it.
pub async fn set_group(tx: &Tx<'_>, user: UserNum, name: Option<&str>) -> Result<()> {
    match name {
        Some(name) => tx.execute(PUT_GROUP, args![user, name]).await.map(drop),
        None => tx.execute(DELETE_GROUP, args![user]).await.map(drop),
    }
}
