//! Tags: how a person sorts their rooms; kept as the room's account data `m.tag` (specification, 10.22 Room tagging).

use ruma::RoomId;
use ruma::events::tag::{TagInfo, TagName, Tags};
use serde_json::{Map, Value, json};

use super::known_room;
use crate::accounts::Session;
use crate::rooms::find_room_num;
use crate::{Error, Homeserver, Result};

const TAG: &str = "m.tag";
const NAME_BYTES_MAX: usize = 255;
const TAGS_MAX: usize = 100;

/// A room's tags; none where the user never tagged it.
///
/// # Errors
/// [`Error::Internal`].
pub async fn tags(hs: &Homeserver, session: &Session, room_id: &RoomId) -> Result<Tags> {
    let Some(room) = find_room_num(hs, room_id).await? else { return Ok(Tags::new()) };
    let content = super::find(hs, session.user, room, TAG).await?;
    let tags = named(content.as_deref()).into_iter();
    Ok(tags.filter_map(|(name, info)| Some((TagName::from(name), info_of(info)?))).collect())
}

/// Clients may write `m.tag` as a whole, with anything in it.
fn info_of(value: Value) -> Option<TagInfo> {
    serde_json::from_value(value).ok()
}

fn named(content: Option<&str>) -> Map<String, Value> {
    let content: Option<Value> = content.and_then(|content| serde_json::from_str(content).ok());
    match content.and_then(|mut content| content.get_mut("tags").map(Value::take)) {
        Some(Value::Object(tags)) => tags,
        _ => Map::new(),
    }
}

/// Tags a room, or changes the tag's place.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Forbidden`] where the user has nothing to do with the room.
pub async fn put_tag(
    hs: &Homeserver,
    session: &Session,
    room_id: &RoomId,
    tag: String,
    info: TagInfo,
) -> Result<()> {
    if tag.len() > NAME_BYTES_MAX {
        return Err(Error::TooLarge(format!("the tag is longer than {NAME_BYTES_MAX} bytes")));
    }
    let room = known_room(hs, session.user, room_id).await?;
    let info = serde_json::to_value(info).map_err(Error::internal)?;
    super::change(hs, session.user, room, TAG, move |content| {
        let mut tags = named(content.as_deref());
        tags.insert(tag.clone(), info.clone());
        if tags.len() > TAGS_MAX {
            return Err(Error::TooLarge(format!("the room has {TAGS_MAX} tags already")));
        }
        Ok(Some(json!({ "tags": tags }).to_string()))
    })
    .await
}

/// Takes a tag off a room; one that isn't there is no error.
///
/// # Errors
/// [`Error::Forbidden`] where the user has nothing to do with the room.
pub async fn delete_tag(hs: &Homeserver, session: &Session, room_id: &RoomId, tag: String) -> Result<()> {
    let room = known_room(hs, session.user, room_id).await?;
    super::change(hs, session.user, room, TAG, move |content| {
        let mut tags = named(content.as_deref());
        let was_there = tags.remove(&tag).is_some();
        Ok(was_there.then(|| json!({ "tags": tags }).to_string()))
    })
    .await
}
