//! Names of rooms, and the public room directory.

use aside_model::RoomNum;

use crate::{Result, Tx, args};

/// A name of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    pub alias: String,
    pub room: RoomNum,
    pub room_id: String,
    /// The user id of whoever gave it.
    pub creator: String,
}

/// The one directory there is.
const PUBLIC: &str = "public";

const INSERT: &str = "INSERT INTO aliases (alias, room_num, room_id, creator) VALUES ($1, $2, $3, $4) \
    ON CONFLICT DO NOTHING";
const INSERT_OF_ROOM: &str =
    "INSERT INTO room_aliases (room_num, alias) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT alias, room_num, room_id, creator FROM aliases WHERE alias = $1";
const LIST_OF_ROOM: &str = "SELECT alias FROM room_aliases WHERE room_num = $1 ORDER BY alias";
const DELETE: &str = "DELETE FROM aliases WHERE alias = $1";
const DELETE_OF_ROOM: &str = "DELETE FROM room_aliases WHERE room_num = $1 AND alias = $2";
const MOVE: &str = "UPDATE aliases SET room_num = $2, room_id = $3 WHERE alias = $1";
const LIST_ROOM: &str = "INSERT INTO public_rooms (list, room_num) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const UNLIST_ROOM: &str = "DELETE FROM public_rooms WHERE list = $1 AND room_num = $2";
const FIND_LISTED: &str = "SELECT room_num FROM public_rooms WHERE list = $1 AND room_num = $2";
const LIST_LISTED: &str = "SELECT room_num FROM public_rooms WHERE list = $1 ORDER BY room_num DESC LIMIT $2";

/// Gives a room a name; answers `false` where the name is some room's already.
pub async fn insert(tx: &Tx<'_>, alias: &Alias) -> Result<bool> {
    let args = args![&alias.alias, alias.room, &alias.room_id, &alias.creator];
    if tx.execute(INSERT, args).await? == 0 {
        return Ok(false);
    }
    tx.execute(INSERT_OF_ROOM, args![alias.room, &alias.alias]).await?;
    Ok(true)
}

pub async fn find(tx: &Tx<'_>, alias: &str) -> Result<Option<Alias>> {
    tx.find(FIND, args![alias], |row| {
        Ok(Alias {
            alias: row.get(0)?,
            room: RoomNum(row.get(1)?),
            room_id: row.get(2)?,
            creator: row.get(3)?,
        })
    })
    .await
}

pub async fn list(tx: &Tx<'_>, room: RoomNum) -> Result<Vec<String>> {
    tx.query(LIST_OF_ROOM, args![room], |row| row.get(0)).await
}

pub async fn delete(tx: &Tx<'_>, alias: &Alias) -> Result<()> {
    tx.execute(DELETE, args![&alias.alias]).await?;
    tx.execute(DELETE_OF_ROOM, args![alias.room, &alias.alias]).await.map(drop)
}

/// Gives a name to another room than the one that has it.
pub async fn set_room(tx: &Tx<'_>, alias: &Alias, room: RoomNum, room_id: &str) -> Result<()> {
    tx.execute(MOVE, args![&alias.alias, room, room_id]).await?;
    tx.execute(DELETE_OF_ROOM, args![alias.room, &alias.alias]).await?;
    tx.execute(INSERT_OF_ROOM, args![room, &alias.alias]).await.map(drop)
}

/// Lists a room in the public directory, or takes it out.
pub async fn set_listed(tx: &Tx<'_>, room: RoomNum, listed: bool) -> Result<()> {
    let sql = if listed { LIST_ROOM } else { UNLIST_ROOM };
    tx.execute(sql, args![PUBLIC, room]).await.map(drop)
}

pub async fn is_listed(tx: &Tx<'_>, room: RoomNum) -> Result<bool> {
    Ok(tx.find(FIND_LISTED, args![PUBLIC, room], |row| row.get::<i64>(0)).await?.is_some())
}

/// The rooms of the public directory, the newest first.
pub async fn list_listed(tx: &Tx<'_>, limit: i64) -> Result<Vec<RoomNum>> {
    tx.query(LIST_LISTED, args![PUBLIC, limit], |row| row.get(0).map(RoomNum)).await
}
