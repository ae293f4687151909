//! What its author asks not to pass on.

use ruma::{OwnedEventId, OwnedRoomId};
use serde::Deserialize;

use crate::accounts::Session;
use crate::{Error, Homeserver, Result, history, rooms};

/// In the content of a message: its author asks not to pass it on. It may stand beside an encrypted message's ciphertext.
const NO_FORWARD: &str = "org.aside.no_forward";
/// In the content of a message that was passed on: where it is from.
const FORWARDED_FROM: &str = "org.aside.forwarded_from";

#[derive(Deserialize)]
struct Forwarded {
    #[serde(rename = "org.aside.forwarded_from")]
    from: Original,
}

#[derive(Deserialize)]
struct Original {
    room_id: OwnedRoomId,
    event_id: OwnedEventId,
}

#[derive(Deserialize)]
struct Marked {
    sender: String,
    content: serde_json::Map<String, serde_json::Value>,
}

/// Checks that a message which says that it was passed on may be.
///
/// # Errors
/// [`Error::Forbidden`] where the author of the original asks not to, [`Error::NotFound`] where the sender can't read the original,
/// [`Error::Invalid`] where it isn't named well.
pub(crate) async fn check_forward(hs: &Homeserver, session: &Session, content: &str) -> Result<()> {
    // Most messages are not passed on; looking for the word is cheaper than parsing.
    if !content.contains(FORWARDED_FROM) {
        return Ok(());
    }
    let Ok(Forwarded { from }) = serde_json::from_str::<Forwarded>(content) else {
        return Err(Error::invalid(FORWARDED_FROM, "names a room_id and an event_id"));
    };
    let unknown = |error| if matches!(error, Error::Forbidden(_)) { Error::NotFound("event") } else { error };
    let visible = rooms::access_visible_room(hs, session, &from.room_id).await.map_err(unknown)?;
    let original = history::event(hs, &visible, &from.event_id).await?;
    let original: Marked = serde_json::from_str(original.json().get()).map_err(Error::internal)?;
    let is_marked = original.content.get(NO_FORWARD).is_some_and(|mark| mark == true);
    if is_marked && original.sender != session.user_id.as_str() {
        return Err(Error::forbidden("Whoever wrote this asks not to pass it on; ask them first."));
    }
    Ok(())
}
