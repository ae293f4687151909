//! One direct room per pair of people.

use std::sync::Arc;
use std::time::Duration;

use aside_store::{Side, names};
use ruma::OwnedRoomId;
use ruma::api::client::room::create_room::v3::RoomPreset;

use super::{NewRoom, Room, load};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, RoomNum, UserNum};

/// How long a pair's room may take to be made by somebody else before it counts as never made.
const WAIT_MS: u64 = 50;
const WAITS: usize = 20;

/// Whether somebody asks for just "the conversation with this person".
pub(super) fn is_plain_request(hs: &Homeserver, wanted: &NewRoom) -> bool {
    hs.settings.reuse_direct_rooms
        && wanted.is_direct
        && wanted.invite.len() == 1
        && !wanted.is_public
        && wanted.preset != Some(RoomPreset::PublicChat)
}

/// Answers the pair's existing direct room where it serves; otherwise the pair's room is `num` from now on.
pub(super) async fn claim(
    hs: &Arc<Homeserver>,
    session: &Session,
    other: UserNum,
    num: RoomNum,
    wanted: &NewRoom,
) -> Result<Option<OwnedRoomId>> {
    let user = session.user;
    let existing = hs
        .store
        .write(Side::Named, async move |tx| {
            let existing = names::find_direct_room(tx, user, other).await?;
            if existing.is_none() {
                names::put_direct_room(tx, user, other, num).await?;
            }
            Ok(existing)
        })
        .await?;
    let Some(existing) = existing else { return Ok(None) };
    if let Some(room) = load_when_made(hs, existing).await?
        && serves(&room, user, other, wanted)
    {
        return Ok(Some(room.room_id.clone()));
    }
    hs.store.write(Side::Named, async move |tx| names::put_direct_room(tx, user, other, num).await).await?;
    Ok(None)
}

/// The claimed room may still be on its way into the database: both people may press "Message" at the same moment.
async fn load_when_made(hs: &Homeserver, num: RoomNum) -> Result<Option<Arc<Room>>> {
    for _ in 0..WAITS {
        match load(hs, num).await {
            Ok(room) => return Ok(Some(room)),
            Err(Error::NotFound(_)) => tokio::time::sleep(Duration::from_millis(WAIT_MS)).await,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether a room is the conversation of these two.
pub(crate) async fn is_direct_room(
    hs: &Homeserver,
    room: &Room,
    one: UserNum,
    other: UserNum,
) -> Result<bool> {
    if room.requests.get(&other).or(room.requests.get(&one)).is_some_and(|row| row.direct) {
        return Ok(true);
    }
    if room.state.members().keys().any(|num| *num != one && *num != other) {
        return Ok(false);
    }
    let found =
        hs.store.read(Side::Named, async move |tx| names::find_direct_room(tx, one, other).await).await?;
    Ok(found == Some(room.num))
}

/// Whether both people are still in the room and the request asks for nothing that it lacks.
fn serves(room: &Room, user: UserNum, other: UserNum, wanted: &NewRoom) -> bool {
    let is_in = |user| {
        room.member(user).is_some_and(|member| matches!(member.membership.as_str(), "join" | "invite"))
    };
    let state_is = |kind: &str, key: &str, content: &serde_json::Value| {
        room.state.get(kind, key).and_then(|pdu| pdu.content_as::<serde_json::Value>()).as_ref()
            == Some(content)
    };
    let named = |kind: &str, field: &str, text: &Option<String>| match text {
        Some(text) => room
            .state
            .get(kind, "")
            .and_then(|pdu| pdu.content_as::<serde_json::Value>())
            .is_some_and(|content| content.get(field).and_then(|value| value.as_str()) == Some(text)),
        None => true,
    };
    let others_are_gone = room.state.members().iter().all(|(num, member)| {
        *num == user || *num == other || matches!(member.membership.as_str(), "leave" | "ban")
    });
    room.is_joined(user)
        && is_in(other)
        && others_are_gone
        && wanted.version.as_ref().is_none_or(|version| *version == room.version)
        && wanted.alias.is_none()
        && wanted.creation_content.is_empty()
        && wanted.power_levels.is_empty()
        && named("m.room.name", "name", &wanted.name)
        && named("m.room.topic", "topic", &wanted.topic)
        && wanted.initial_state.iter().all(|(kind, key, content)| {
            serde_json::from_str(content.get()).is_ok_and(|content| state_is(kind, key, &content))
        })
}
