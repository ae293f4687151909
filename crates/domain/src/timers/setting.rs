//! What a conversation is set to.
//!
//! `org.aside.timer` says how long messages stay, in milliseconds: `{"after_ms": 30000}`; nothing or 0 is for ever. With
//! `unless_answered_ms`, a conversation's first messages go after that time unless somebody answers. It is a
//! state event, so it is announced, and changed by whom the room lets. MSC1763's `m.room.retention` is heeded beside it,
//! where a room has one: after `max_lifetime` milliseconds a message goes in any case. Single messages may name their own
//! end as Synapse reads it (MSC2228, `org.matrix.self_destruct_after`, milliseconds since 1970).

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rooms::{Pdu, Room};
use crate::{Error, Homeserver, Result};

pub(crate) const SETTING: &str = "org.aside.timer";
pub(crate) const RETENTION: &str = "m.room.retention";

#[derive(Debug, Default, Deserialize)]
struct Setting {
    #[serde(default)]
    after_ms: i64,
    #[serde(default)]
    unless_answered_ms: i64,
}

#[derive(Debug, Default, Deserialize)]
struct Retention {
    max_lifetime: Option<i64>,
}

fn read<T: Default + serde::de::DeserializeOwned>(pdu: &Pdu) -> T {
    pdu.content_as().unwrap_or_default()
}

/// How long messages stay in a conversation that is set so.
pub(crate) fn after_ms(room: &Room) -> Option<i64> {
    room.state.get(SETTING, "").map(|pdu| read::<Setting>(pdu).after_ms).filter(|after_ms| *after_ms > 0)
}

/// How long a conversation waits for its first answer.
pub(crate) fn unless_answered_ms(room: &Room) -> Option<i64> {
    let set = room.state.get(SETTING, "").map(|pdu| read::<Setting>(pdu).unless_answered_ms);
    set.filter(|after_ms| *after_ms > 0)
}

/// The longest that a message may stay by the room's retention.
pub(crate) fn retention_ms(room: &Room) -> Option<i64> {
    room.state.get(RETENTION, "").and_then(|pdu| read::<Retention>(pdu).max_lifetime).filter(|ms| *ms > 0)
}

/// Whether messages of a room may have to go because somebody has read them.
pub(super) fn was_ever_set(room: &Room) -> bool {
    room.state.get(SETTING, "").is_some()
}

/// The shortest time for which messages of a room may stay; `None` where nothing ends them. Where the profile has no messages
/// that disappear, because they may be evidence, no setting of a room makes them.
pub(crate) fn shortest_ms(hs: &Homeserver, room: &Room) -> Option<i64> {
    let ends = [after_ms(room), retention_ms(room)];
    ends.into_iter().flatten().min().filter(|_| are_offered(hs))
}

/// Whether a message may have to disappear one day, so that nothing of it should be where the server can't delete it.
pub(crate) fn may_disappear(hs: &Homeserver, room: &Room, content: &str) -> bool {
    let is_marked = content.contains("self_destruct") || content.contains("org.aside.view_once");
    is_marked || shortest_ms(hs, room).is_some() || unless_answered_ms(room).is_some()
}

/// Whether messages may disappear by the profile.
pub(super) fn are_offered(hs: &Homeserver) -> bool {
    !hs.policy().ephemeral.timers_s.is_empty()
}

/// Checks a piece of state that somebody wants to set, where it is a conversation's timer.
///
/// # Errors
/// [`Error::BadJson`]; [`Error::Forbidden`] where the profile doesn't offer this time.
pub(crate) fn check_setting(hs: &Homeserver, kind: &str, content: &RawValue) -> Result<()> {
    if kind != SETTING {
        return Ok(());
    }
    let Setting { after_ms, unless_answered_ms } = serde_json::from_str(content.get()).map_err(|error| {
        Error::BadJson(format!("{SETTING} has a number of milliseconds in `after_ms`: {error}"))
    })?;
    let profile = hs.policy();
    let rules = &profile.ephemeral;
    if unless_answered_ms != 0 && (unless_answered_ms < 1000 || rules.timers_s.is_empty()) {
        return Err(Error::forbidden("A conversation can't wait for an answer like this here."));
    }
    let is_offered = after_ms % 1000 == 0 && rules.timers_s.contains(&(after_ms / 1000));
    let is_custom = rules.custom && !rules.timers_s.is_empty() && after_ms >= 1000;
    if after_ms == 0 || is_offered || is_custom {
        return Ok(());
    }
    Err(Error::forbidden(match rules.timers_s.is_empty() {
        true => "Messages don't disappear here.".to_owned(),
        false => format!("Messages can disappear after {:?} seconds.", rules.timers_s),
    }))
}
