//! Messages for single devices: each device's own list, in the order of its user's queue.

use aside_model::{QueuePosition, UserNum};

use crate::{Result, Tx, args, queue};

const INSERT: &str = "INSERT INTO to_device (user_num, device_id, seq, event) VALUES ($1, $2, $3, $4)";
const LIST: &str = "SELECT seq, event FROM to_device \
    WHERE user_num = $1 AND device_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5";
const FIND_FIRST: &str =
    "SELECT seq FROM to_device WHERE user_num = $1 AND device_id = $2 AND seq > 0 ORDER BY seq LIMIT 1";
const DELETE_UPTO: &str =
    "DELETE FROM to_device WHERE user_num = $1 AND device_id = $2 AND seq > 0 AND seq <= $3";
const DELETE_OF_DEVICE: &str = "DELETE FROM to_device WHERE user_num = $1 AND device_id = $2";
const HOLD: &str =
    "INSERT INTO to_device (user_num, device_id, seq, event, held_from) VALUES ($1, $2, $3, $4, $5)";
const LIST_HELD: &str =
    "SELECT device_id, seq, event FROM to_device WHERE user_num = $1 AND held_from = $2 ORDER BY seq DESC";
const RELEASE: &str = "UPDATE to_device SET seq = $4, event = $5, held_from = NULL \
    WHERE user_num = $1 AND device_id = $2 AND seq = $3";
const DELETE_HELD: &str = "DELETE FROM to_device WHERE user_num = $1 AND device_id = $2 AND seq = $3";
const INSERT_REQUEST: &str = "INSERT INTO to_device_requests (user_num, request, ts) VALUES ($1, $2, $3) \
    ON CONFLICT DO NOTHING";
const DELETE_REQUESTS: &str = "DELETE FROM to_device_requests WHERE user_num = $1 AND ts < $2";

/// Appends a message, JSON, at a position taken in this transaction.
pub async fn insert(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    seq: QueuePosition,
    event: &str,
) -> Result<()> {
    let event = tx.seal(event, || place(user, device_id, seq))?;
    tx.execute(INSERT, args![user, device_id, seq, &*event]).await.map(drop)
}

/// Messages after one position up to another with their positions, oldest first, at most `limit`.
pub async fn list(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    after: QueuePosition,
    upto: QueuePosition,
    limit: i64,
) -> Result<Vec<(QueuePosition, String)>> {
    tx.query(LIST, args![user, device_id, after, upto, limit], |row| {
        let seq = row.get(0)?;
        Ok((seq, tx.open(row.get(1)?, || place(user, device_id, seq))?))
    })
    .await
}

/// Where a message is sealed.
pub(crate) fn place(user: UserNum, device_id: &str, seq: QueuePosition) -> String {
    format!("to_device.event/{}/{device_id}/{seq}", user.0)
}

/// The position of the oldest message that waits for a device.
pub async fn find_first(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<Option<QueuePosition>> {
    tx.find(FIND_FIRST, args![user, device_id], |row| row.get(0)).await
}

/// Keeps a message back from a device for as long as the device's user doesn't hear its sender; of those of one sender the newest
/// `keep_max`. Such a message stands at the negative of the position taken in this transaction, where no device's list reaches.
pub async fn hold(
    tx: &Tx<'_>,
    user: UserNum,
    device_id: &str,
    seq: QueuePosition,
    event: &str,
    sender: &str,
    keep_max: usize,
) -> Result<()> {
    let held = list_held(tx, user, sender).await?;
    let excess = (held.len() + 1).saturating_sub(keep_max);
    for (device_id, seq, _) in held.iter().take(excess) {
        tx.execute(DELETE_HELD, args![user, device_id, *seq]).await?;
    }
    let event = tx.seal(event, || place(user, device_id, -seq))?;
    tx.execute(HOLD, args![user, device_id, -seq, &*event, sender]).await.map(drop)
}

/// Puts what was kept back of a sender into the devices' lists, each at a position of its own; answers the last one.
pub async fn release(tx: &Tx<'_>, user: UserNum, sender: &str) -> Result<Option<QueuePosition>> {
    let mut last = None;
    for (device_id, held_seq, event) in list_held(tx, user, sender).await? {
        let event = tx.open(event, || place(user, &device_id, held_seq))?;
        let seq = queue::take_head(tx, user).await?;
        let event = tx.seal(&event, || place(user, &device_id, seq))?;
        tx.execute(RELEASE, args![user, &device_id, held_seq, seq, &*event]).await?;
        last = Some(seq);
    }
    Ok(last)
}

/// Device, place and sealed message of what is kept back of a sender, oldest first.
async fn list_held(tx: &Tx<'_>, user: UserNum, sender: &str) -> Result<Vec<(String, i64, String)>> {
    tx.query(LIST_HELD, args![user, sender], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await
}

/// Deletes what a device has acknowledged.
pub async fn delete_upto(tx: &Tx<'_>, user: UserNum, device_id: &str, upto: QueuePosition) -> Result<()> {
    tx.execute(DELETE_UPTO, args![user, device_id, upto]).await.map(drop)
}

pub async fn delete_of_device(tx: &Tx<'_>, user: UserNum, device_id: &str) -> Result<()> {
    tx.execute(DELETE_OF_DEVICE, args![user, device_id]).await.map(drop)
}

/// Notes that a request's messages are being brought to this user; answers `false` where they were before.
pub async fn insert_request(tx: &Tx<'_>, user: UserNum, request: &[u8], ts: i64) -> Result<bool> {
    Ok(tx.execute(INSERT_REQUEST, args![user, request, ts]).await? == 1)
}

/// Forgets requests from before a time, in milliseconds since 1970.
pub async fn delete_requests(tx: &Tx<'_>, user: UserNum, before_ts: i64) -> Result<()> {
    tx.execute(DELETE_REQUESTS, args![user, before_ts]).await.map(drop)
}
