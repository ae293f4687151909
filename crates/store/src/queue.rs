//! The inbox queue of a user: everything that concerns them, in one order.
//!
//! The first statement of every transaction here takes the user's head, so positions become visible in order.

use aside_model::{QueuePosition, RoomNum, UserNum};

use crate::{Error, Result, Tx, args};

/// What a queue entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events `from_pos..=to_pos` of a room.
    Timeline = 1,
    /// Receipts `from_pos..=to_pos` of a room.
    Receipts = 2,
    /// The account data type in `subject`, of a room or global.
    AccountData = 3,
    /// The devices or identity keys of the user in `subject` changed.
    DeviceList = 4,
    /// A message for one of the user's devices, which reads its own list.
    ToDevice = 5,
}

impl Kind {
    fn from_number(number: i64) -> Option<Kind> {
        [Kind::Timeline, Kind::Receipts, Kind::AccountData, Kind::DeviceList, Kind::ToDevice]
            .into_iter()
            .find(|kind| *kind as i64 == number)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub seq: QueuePosition,
    pub kind: Kind,
    /// `RoomNum(0)` where the entry belongs to no room.
    pub room: RoomNum,
    pub from_pos: i64,
    pub to_pos: i64,
    pub subject: Option<String>,
}

/// A user's place in a room, as far as it has been delivered to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRoom {
    pub room: RoomNum,
    pub membership: String,
    pub membership_pos: i64,
    pub membership_seq: QueuePosition,
    /// The position of the event with which they came in, 0 before; changes of their name don't move it.
    pub joined_pos: i64,
    pub last_pos: i64,
    pub last_receipt_pos: i64,
    pub forgotten: bool,
}

/// What is to be brought to one user of one room. Bringing it twice does nothing the second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub room: RoomNum,
    /// 0 where there are only receipts to bring.
    pub upto_pos: i64,
    /// 0 where there are only events to bring.
    pub upto_receipt_pos: i64,
    /// The user's current membership and the position of its event.
    pub membership: String,
    pub membership_pos: i64,
    pub notifications: Vec<Notification>,
    pub ts: i64,
    /// Where this is known, the user has to have been brought everything up to here, and nothing more.
    pub after_pos: Option<i64>,
}

/// An event that the user's push rules found worth a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub pos: i64,
    pub highlight: bool,
    /// `default`, or another sound that the rule asks for.
    pub sound: Option<String>,
    pub thread_id: Option<String>,
    pub ts: i64,
}

const TAKE_HEAD: &str = "UPDATE user_heads SET seq = seq + 1 WHERE user_num = $1 RETURNING seq";
const FIND_HEAD: &str = "SELECT seq, trimmed_seq, acknowledged_seq FROM user_heads WHERE user_num = $1";
const INSERT: &str = "INSERT INTO queue (user_num, seq, kind, room_num, from_pos, to_pos, subject, ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADVANCE: &str = "UPDATE user_rooms SET previous_pos = last_pos, last_pos = $3 \
    WHERE user_num = $1 AND room_num = $2 AND last_pos < $3 AND membership_pos = $4 RETURNING previous_pos";
const PUT_USER_ROOM: &str = "INSERT INTO user_rooms (user_num, room_num, membership, membership_pos, membership_seq, \
    joined_pos, last_pos, previous_pos) VALUES ($1, $2, $3, $4, $5, $8, $6, $7) \
    ON CONFLICT (user_num, room_num) DO UPDATE SET joined_pos = CASE WHEN user_rooms.membership = 'join' \
    THEN user_rooms.joined_pos ELSE excluded.joined_pos END, \
    membership = excluded.membership, membership_pos = excluded.membership_pos, \
    membership_seq = excluded.membership_seq, previous_pos = user_rooms.last_pos, last_pos = excluded.last_pos, \
    forgotten = user_rooms.forgotten AND excluded.membership IN ('leave', 'ban') \
    WHERE user_rooms.last_pos < excluded.last_pos RETURNING previous_pos";
const ADVANCE_RECEIPTS: &str = "UPDATE user_rooms SET previous_receipt_pos = last_receipt_pos, last_receipt_pos = $3 \
    WHERE user_num = $1 AND room_num = $2 AND last_receipt_pos < $3 RETURNING previous_receipt_pos";
const INSERT_NOTIFICATION: &str = "INSERT INTO notifications (user_num, room_num, pos, highlight, sound, thread_id, ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const RANGE: &str = "SELECT seq, kind, room_num, from_pos, to_pos, subject FROM queue \
    WHERE user_num = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
const TRIM: &str = "DELETE FROM queue WHERE user_num = $1 AND seq <= $2";
const SET_TRIMMED: &str = "UPDATE user_heads SET trimmed_seq = $2 WHERE user_num = $1 AND trimmed_seq < $2";
const ACKNOWLEDGE: &str =
    "UPDATE user_heads SET acknowledged_seq = $2 WHERE user_num = $1 AND acknowledged_seq < $2";
const FIND_FIRST_SINCE: &str = "SELECT seq FROM queue WHERE user_num = $1 AND ts >= $2 ORDER BY seq LIMIT 1";
const FIND_OLDEST: &str = "SELECT seq FROM queue WHERE user_num = $1 ORDER BY seq LIMIT 1";
const LIST_USERS: &str = "SELECT user_num FROM user_heads WHERE user_num > $1 ORDER BY user_num LIMIT $2";
const FIND_BEYOND_COUNT: &str =
    "SELECT seq FROM queue WHERE user_num = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2";
const FIND_NEXT_EVENTS: &str = "SELECT from_pos FROM queue \
    WHERE user_num = $1 AND seq > $2 AND room_num = $3 AND kind = $4 ORDER BY seq LIMIT 1";
const LIST_USER_ROOMS: &str = "SELECT room_num, membership, membership_pos, membership_seq, joined_pos, \
    last_pos, last_receipt_pos, forgotten FROM user_rooms WHERE user_num = $1";
const FIND_USER_ROOM: &str = "SELECT room_num, membership, membership_pos, membership_seq, joined_pos, \
    last_pos, last_receipt_pos, forgotten FROM user_rooms WHERE user_num = $1 AND room_num = $2";
const FORGET: &str = "UPDATE user_rooms SET forgotten = TRUE WHERE user_num = $1 AND room_num = $2";
const LEAVE_INVITE: &str = "UPDATE user_rooms SET membership = 'leave', membership_seq = $3 \
    WHERE user_num = $1 AND room_num = $2 AND membership = 'invite' RETURNING membership_pos";

/// Takes the next position of a user's queue and holds it until the transaction ends.
pub async fn take_head(tx: &Tx<'_>, user: UserNum) -> Result<QueuePosition> {
    tx.one(TAKE_HEAD, args![user], |row| row.get(0)).await
}

/// Both ends of a user's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The newest position taken, 0 where nothing was ever brought to them.
    pub seq: QueuePosition,
    /// Entries up to here may have been deleted; a token below it needs a limited sync.
    pub trimmed_seq: QueuePosition,
    /// A device of theirs has taken in everything up to here, and perhaps more.
    pub acknowledged_seq: QueuePosition,
}

pub async fn find_head(tx: &Tx<'_>, user: UserNum) -> Result<Head> {
    let head = tx
        .find(FIND_HEAD, args![user], |row| {
            Ok(Head { seq: row.get(0)?, trimmed_seq: row.get(1)?, acknowledged_seq: row.get(2)? })
        })
        .await?;
    Ok(head.unwrap_or_default())
}

/// The newest entry that is older than `before_ts` (milliseconds since 1970) or beyond the newest `keep_max` entries.
pub async fn find_trim(
    tx: &Tx<'_>,
    user: UserNum,
    before_ts: i64,
    keep_max: i64,
) -> Result<Option<QueuePosition>> {
    // Entries are in the order of time, so the first young one ends the old ones.
    let young = tx.find(FIND_FIRST_SINCE, args![user, before_ts], |row| row.get::<i64>(0)).await?;
    let oldest = tx.find(FIND_OLDEST, args![user], |row| row.get::<i64>(0)).await?;
    let old = match (oldest, young) {
        (Some(oldest), Some(young)) if oldest < young => Some(young - 1),
        (Some(_), None) => Some(find_head(tx, user).await?.seq),
        _ => None,
    };
    let beyond = tx.find(FIND_BEYOND_COUNT, args![user, keep_max], |row| row.get::<i64>(0)).await?;
    Ok(old.max(beyond))
}

/// Deletes the entries up to a position, and remembers that they are gone.
pub async fn trim(tx: &Tx<'_>, user: UserNum, upto: QueuePosition) -> Result<u64> {
    tx.execute(SET_TRIMMED, args![user, upto]).await?;
    tx.execute(TRIM, args![user, upto]).await
}

/// Users by number, after one of them.
pub async fn list_users(tx: &Tx<'_>, after: UserNum, limit: i64) -> Result<Vec<UserNum>> {
    tx.query(LIST_USERS, args![after, limit], |row| row.get(0).map(UserNum)).await
}

/// Appends an entry at a position taken in this transaction.
pub async fn insert(tx: &Tx<'_>, user: UserNum, entry: &Entry, ts: i64) -> Result<()> {
    let args = args![
        user,
        entry.seq,
        entry.kind as i64,
        entry.room,
        entry.from_pos,
        entry.to_pos,
        entry.subject.as_deref(),
        ts
    ];
    tx.execute(INSERT, args).await.map(drop)
}

/// Brings a user up to date with a room; answers whether there was anything new for them.
///
/// # Errors
/// [`Error::Conflict`] where they are not where the delivery says that they are.
pub async fn deliver(tx: &Tx<'_>, user: UserNum, delivery: &Delivery) -> Result<bool> {
    let seq = take_head(tx, user).await?;
    let events = deliver_events(tx, user, delivery, seq).await?;
    let receipts = deliver_receipts(tx, user, delivery, events).await?;
    Ok(events || receipts)
}

async fn deliver_events(tx: &Tx<'_>, user: UserNum, delivery: &Delivery, seq: i64) -> Result<bool> {
    let Delivery { room, upto_pos, membership, membership_pos, .. } = delivery;
    if *upto_pos == 0 {
        return Ok(false);
    }
    let advance = args![user, *room, *upto_pos, *membership_pos];
    let mut previous = tx.find(ADVANCE, advance, |row| row.get::<i64>(0)).await?;
    if previous.is_none() {
        let joined_pos = if membership == "join" { *membership_pos } else { 0 };
        let before = *membership_pos - 1;
        let args = args![user, *room, membership, *membership_pos, seq, *upto_pos, before, joined_pos];
        previous = tx.find(PUT_USER_ROOM, args, |row| row.get(0)).await?;
    }
    if delivery.after_pos.is_some_and(|after_pos| previous != Some(after_pos)) {
        return Err(Error::Conflict("the user has been brought something else"));
    }
    let Some(previous) = previous else { return Ok(false) };
    let entry = Entry {
        seq,
        kind: Kind::Timeline,
        room: *room,
        from_pos: previous + 1,
        to_pos: *upto_pos,
        subject: None,
    };
    insert(tx, user, &entry, delivery.ts).await?;
    for notification in delivery.notifications.iter().filter(|notification| notification.pos > previous) {
        let Notification { pos, highlight, sound, thread_id, ts } = notification;
        let args = args![user, *room, *pos, *highlight, sound.as_deref(), thread_id.as_deref(), *ts];
        tx.execute(INSERT_NOTIFICATION, args).await?;
    }
    Ok(true)
}

async fn deliver_receipts(tx: &Tx<'_>, user: UserNum, delivery: &Delivery, head_used: bool) -> Result<bool> {
    if delivery.upto_receipt_pos == 0 {
        return Ok(false);
    }
    let args = args![user, delivery.room, delivery.upto_receipt_pos];
    let Some(previous) = tx.find(ADVANCE_RECEIPTS, args, |row| row.get::<i64>(0)).await? else {
        return Ok(false);
    };
    let seq = if head_used { take_head(tx, user).await? } else { find_head(tx, user).await?.seq };
    let entry = Entry {
        seq,
        kind: Kind::Receipts,
        room: delivery.room,
        from_pos: previous + 1,
        to_pos: delivery.upto_receipt_pos,
        subject: None,
    };
    insert(tx, user, &entry, delivery.ts).await?;
    Ok(true)
}

/// Entries after `since` up to `until`, oldest first, at most `limit`.
pub async fn range(
    tx: &Tx<'_>,
    user: UserNum,
    since: QueuePosition,
    until: QueuePosition,
    limit: i64,
) -> Result<Vec<Entry>> {
    let entries = tx
        .query(RANGE, args![user, since, until, limit], |row| {
            // A newer server may have written kinds that this one doesn't know.
            let Some(kind) = Kind::from_number(row.get(1)?) else { return Ok(None) };
            Ok(Some(Entry {
                seq: row.get(0)?,
                kind,
                room: RoomNum(row.get(2)?),
                from_pos: row.get(3)?,
                to_pos: row.get(4)?,
                subject: row.get(5)?,
            }))
        })
        .await?;
    Ok(entries.into_iter().flatten().collect())
}

fn user_room(row: &crate::Row<'_>) -> Result<UserRoom> {
    Ok(UserRoom {
        room: RoomNum(row.get(0)?),
        membership: row.get(1)?,
        membership_pos: row.get(2)?,
        membership_seq: row.get(3)?,
        joined_pos: row.get(4)?,
        last_pos: row.get(5)?,
        last_receipt_pos: row.get(6)?,
        forgotten: row.get(7)?,
    })
}

pub async fn list_user_rooms(tx: &Tx<'_>, user: UserNum) -> Result<Vec<UserRoom>> {
    tx.query(LIST_USER_ROOMS, args![user], user_room).await
}

pub async fn find_user_room(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<Option<UserRoom>> {
    tx.find(FIND_USER_ROOM, args![user, room], user_room).await
}

/// The first position of a room that was brought to the user after `since`; `None` where nothing was.
pub async fn find_next_events(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    since: QueuePosition,
) -> Result<Option<i64>> {
    tx.find(FIND_NEXT_EVENTS, args![user, since, room, Kind::Timeline as i64], |row| row.get(0)).await
}

/// Notes that a device of the user has taken in everything up to a position.
pub async fn acknowledge(tx: &Tx<'_>, user: UserNum, position: QueuePosition) -> Result<()> {
    tx.execute(ACKNOWLEDGE, args![user, position]).await.map(drop)
}

/// Takes an invite away from a user's devices, without anything happening in the room; `false` where there is none.
pub async fn leave_invite(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    seq: QueuePosition,
    ts: i64,
) -> Result<bool> {
    let Some(pos) = tx.find(LEAVE_INVITE, args![user, room, seq], |row| row.get::<i64>(0)).await? else {
        return Ok(false);
    };
    // No event of the room is new for them.
    let entry = Entry { seq, kind: Kind::Timeline, room, from_pos: pos + 1, to_pos: pos, subject: None };
    insert(tx, user, &entry, ts).await?;
    Ok(true)
}

pub async fn forget(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<()> {
    tx.execute(FORGET, args![user, room]).await.map(drop)
}
