//! Names and their numbers, settings, registration tokens: rows found by a key of their own.

use aside_model::{RoomNum, UserNum};

use crate::{Result, Tx, args};

const FIND_SETTING: &str = "SELECT value FROM settings WHERE name = $1";
const PUT_SETTING: &str = "INSERT INTO settings (name, value) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const NEXT_NUMBER: &str = "INSERT INTO counters (name, last_value) VALUES ($1, 1) \
    ON CONFLICT (name) DO UPDATE SET last_value = counters.last_value + 1 RETURNING last_value";
const FIND_USER: &str = "SELECT user_num FROM user_names WHERE localpart = $1";
const INSERT_USER: &str =
    "INSERT INTO user_names (localpart, user_num) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const FIND_ROOM: &str = "SELECT room_num FROM room_names WHERE room_id = $1";
const INSERT_ROOM: &str = "INSERT INTO room_names (room_id, room_num) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const FIND_DIRECT_ROOM: &str = "SELECT room_num FROM direct_rooms WHERE pair = $1";
const PUT_DIRECT_ROOM: &str = "INSERT INTO direct_rooms (pair, room_num) VALUES ($1, $2) \
    ON CONFLICT (pair) DO UPDATE SET room_num = excluded.room_num";

/// Settings that nobody but the server may read.
pub const SECRET_SETTINGS: [&str; 3] = ["signing_key", "search_key", "vapid_key"];

pub async fn find_setting(tx: &Tx<'_>, name: &str) -> Result<Option<String>> {
    let found = tx.find(FIND_SETTING, args![name], |row| row.get::<String>(0)).await?;
    match SECRET_SETTINGS.contains(&name) {
        true => found.map(|value| tx.open(value, || place(name))).transpose(),
        false => Ok(found),
    }
}

pub async fn put_setting(tx: &Tx<'_>, name: &str, value: &str) -> Result<()> {
    let stored = match SECRET_SETTINGS.contains(&name) {
        true => tx.seal(value, || place(name))?,
        false => value.into(),
    };
    tx.execute(PUT_SETTING, args![name, &*stored]).await.map(drop)
}

fn place(name: &str) -> String {
    format!("settings.value/{name}")
}

pub async fn find_user(tx: &Tx<'_>, localpart: &str) -> Result<Option<UserNum>> {
    tx.find(FIND_USER, args![localpart], |row| row.get(0).map(UserNum)).await
}

/// Takes the name, or answers the number of whoever has it already, and whether it was free.
pub async fn claim_user(tx: &Tx<'_>, localpart: &str) -> Result<(UserNum, bool)> {
    if let Some(taken) = find_user(tx, localpart).await? {
        return Ok((taken, false));
    }
    let number: i64 = tx.one(NEXT_NUMBER, args!["user"], |row| row.get(0)).await?;
    if tx.execute(INSERT_USER, args![localpart, number]).await? == 0 {
        return Err(crate::Error::Conflict("the user name was taken meanwhile"));
    }
    Ok((UserNum(number), true))
}

pub async fn find_room(tx: &Tx<'_>, room_id: &str) -> Result<Option<RoomNum>> {
    tx.find(FIND_ROOM, args![room_id], |row| row.get(0).map(RoomNum)).await
}

pub async fn next_room(tx: &Tx<'_>) -> Result<RoomNum> {
    tx.one(NEXT_NUMBER, args!["room"], |row| row.get(0).map(RoomNum)).await
}

/// Gives a room its id; answers `false` where another room has it.
pub async fn insert_room(tx: &Tx<'_>, room_id: &str, room: RoomNum) -> Result<bool> {
    Ok(tx.execute(INSERT_ROOM, args![room_id, room]).await? == 1)
}

/// The pair's key: the same whoever asks.
fn pair(one: UserNum, other: UserNum) -> String {
    format!("{}:{}", one.min(other).0, one.max(other).0)
}

pub async fn find_direct_room(tx: &Tx<'_>, one: UserNum, other: UserNum) -> Result<Option<RoomNum>> {
    tx.find(FIND_DIRECT_ROOM, args![&pair(one, other)], |row| row.get(0).map(RoomNum)).await
}

pub async fn put_direct_room(tx: &Tx<'_>, one: UserNum, other: UserNum, room: RoomNum) -> Result<()> {
    tx.execute(PUT_DIRECT_ROOM, args![&pair(one, other), room]).await.map(drop)
}
