//! How members are shown in their rooms.

use std::sync::Arc;

use ruma::UserId;
use ruma::events::StateEventType;
use serde_json::{Map, Value};

use super::{Draft, content, load};
use crate::messages::{Sender, append};
use crate::{Error, Homeserver, Result, RoomNum, UserNum, accounts};

/// Brings a member's event in a room up to date with their profile. Whoever has left meanwhile is left alone.
pub(crate) async fn show_profile(
    hs: &Arc<Homeserver>,
    user: UserNum,
    user_id: &UserId,
    num: RoomNum,
) -> Result<()> {
    let room = load(hs, num).await?;
    let Some(event) = room.state.get("m.room.member", user_id.as_str()) else { return Ok(()) };
    let Some(shown) = event.content_as::<Map<String, Value>>() else { return Ok(()) };
    if shown.get("membership").and_then(Value::as_str) != Some("join") {
        return Ok(());
    }
    let profile = accounts::profile(hs, user).await?;
    let mut wanted = shown.clone();
    for field in ["displayname", "avatar_url"] {
        match profile.0.get(field) {
            Some(value) => wanted.insert(field.to_owned(), value.clone()),
            None => wanted.remove(field),
        };
    }
    if wanted == shown {
        return Ok(());
    }
    // These were about the moment of joining.
    wanted.remove("reason");
    wanted.remove("join_authorised_via_users_server");
    let draft = Draft::state(StateEventType::RoomMember, user_id.as_str(), content(&wanted)?);
    match append(hs, num, Sender::without_txn(user_id), draft).await {
        // The room's rules have the last word, for instance on somebody who was banned a moment ago.
        Ok(_) | Err(Error::Forbidden(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
