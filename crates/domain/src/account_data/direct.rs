//! Which rooms are direct conversations, and with whom (`m.direct`; specification, 10.16 Direct Messaging).
//!
//! Clients keep this list, and the server lists a request's room there for both once it was accepted. A client that doesn't know
//! yet adds the same room, so each room is kept once for a person, whoever wrote it.

use ruma::{OwnedUserId, RoomId};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{GLOBAL, change};
use crate::{Error, Homeserver, Result, UserNum};

pub(super) const DIRECT: &str = "m.direct";

/// Rooms that the server lists for one person; clients may list more.
const ROOMS_MAX: usize = 100;

/// Lists a room among somebody's direct conversations with another person, as clients do.
///
/// # Errors
/// [`Error::Internal`].
pub(crate) async fn note_direct(
    hs: &Homeserver,
    user: UserNum,
    other: &OwnedUserId,
    room_id: &RoomId,
) -> Result<()> {
    let (other, room_id) = (other.to_string(), room_id.to_string());
    let changed = change(hs, user, GLOBAL, DIRECT, move |content| {
        let mut people: Map<String, Value> =
            content.and_then(|content| serde_json::from_str(&content).ok()).unwrap_or_default();
        let rooms = people.entry(other.clone()).or_insert_with(|| json!([]));
        if !rooms.is_array() {
            *rooms = json!([]);
        }
        let Some(rooms) = rooms.as_array_mut() else { return Ok(None) };
        if rooms.len() >= ROOMS_MAX || rooms.iter().any(|room| *room == room_id.as_str()) {
            return Ok(None);
        }
        rooms.push(json!(room_id));
        Ok(Some(Value::Object(people).to_string()))
    });
    match changed.await {
        // Somebody with a thousand types of account data has to do without this one.
        Err(Error::TooLarge(_)) => Ok(()),
        changed => changed,
    }
}

/// The list as a client wrote it, with each room once for a person; what isn't understood of it stays as it is.
pub(super) fn each_once(content: &RawValue) -> String {
    let Ok(mut people) = serde_json::from_str::<Map<String, Value>>(content.get()) else {
        return content.get().to_owned();
    };
    let mut repeats = false;
    for rooms in people.values_mut().filter_map(Value::as_array_mut) {
        let mut seen = std::collections::HashSet::new();
        let before = rooms.len();
        rooms.retain(|room| room.as_str().is_none_or(|room| seen.insert(room.to_owned())));
        repeats |= rooms.len() < before;
    }
    match repeats {
        true => Value::Object(people).to_string(),
        false => content.get().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_listed_once_for_a_person_and_the_rest_stays_as_it_was_written() {
        for (written, kept) in [
            (r#"{"@a:b":["!1","!2","!1"],"@c:d":["!1"]}"#, r#"{"@a:b":["!1","!2"],"@c:d":["!1"]}"#),
            (r#"{ "@a:b": ["!1"], "more": 7 }"#, r#"{ "@a:b": ["!1"], "more": 7 }"#),
            (r#"{"@a:b":[1,1,null]}"#, r#"{"@a:b":[1,1,null]}"#),
        ] {
            let raw = RawValue::from_string(written.to_owned()).expect("it is JSON");
            assert_eq!(each_once(&raw), kept);
        }
    }
}
