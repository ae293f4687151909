//! Settings that people's clients keep here, global and of rooms. `RoomNum(0)` stands for no room.

use aside_model::{QueuePosition, RoomNum, UserNum};

use crate::{Result, Row, Tx, args};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountData {
    pub room: RoomNum,
    pub kind: String,
    /// A JSON object.
    pub content: String,
    /// The queue position of the newest change.
    pub seq: QueuePosition,
}

const FIND: &str = "SELECT room_num, type, content, seq FROM account_data \
    WHERE user_num = $1 AND room_num = $2 AND type = $3";
const PUT: &str = "INSERT INTO account_data (user_num, room_num, type, content, seq) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (user_num, room_num, type) DO UPDATE SET content = excluded.content, seq = excluded.seq";
const COUNT: &str = "SELECT count(*) FROM account_data WHERE user_num = $1 AND room_num = $2 AND type <> $3";
const LIST_OF_ROOM: &str = "SELECT room_num, type, content, seq FROM account_data WHERE user_num = $1 AND room_num = $2 ORDER BY type";
const LIST_OF_ROOMS: &str = "SELECT room_num, type, content, seq FROM account_data \
    WHERE user_num = $1 AND room_num > 0 ORDER BY room_num, type";

pub async fn find(tx: &Tx<'_>, user: UserNum, room: RoomNum, kind: &str) -> Result<Option<AccountData>> {
    tx.find(FIND, args![user, room, kind], |row| account_data(tx, user, row)).await
}

/// Sets one at a queue position taken in this transaction.
pub async fn put(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    kind: &str,
    content: &str,
    seq: QueuePosition,
) -> Result<()> {
    let content = tx.seal(content, || place(user, room, kind))?;
    tx.execute(PUT, args![user, room, kind, &*content, seq]).await.map(drop)
}

/// How many there are of other types than `kind`.
pub async fn count_others(tx: &Tx<'_>, user: UserNum, room: RoomNum, kind: &str) -> Result<i64> {
    tx.one(COUNT, args![user, room, kind], |row| row.get(0)).await
}

/// All of one room, or all global ones.
pub async fn list_of_room(tx: &Tx<'_>, user: UserNum, room: RoomNum) -> Result<Vec<AccountData>> {
    tx.query(LIST_OF_ROOM, args![user, room], |row| account_data(tx, user, row)).await
}

/// All that belong to rooms.
pub async fn list_of_rooms(tx: &Tx<'_>, user: UserNum) -> Result<Vec<AccountData>> {
    tx.query(LIST_OF_ROOMS, args![user], |row| account_data(tx, user, row)).await
}

/// Where a setting is sealed.
pub(crate) fn place(user: UserNum, room: RoomNum, kind: &str) -> String {
    format!("account_data.content/{}/{}/{kind}", user.0, room.0)
}

fn account_data(tx: &Tx<'_>, user: UserNum, row: &Row<'_>) -> Result<AccountData> {
    let (room, kind): (_, String) = (RoomNum(row.get(0)?), row.get(1)?);
    let content = tx.open(row.get(2)?, || place(user, room, &kind))?;
    Ok(AccountData { room, kind, content, seq: row.get(3)? })
}
