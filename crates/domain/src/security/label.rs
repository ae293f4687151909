//! The label of one conversation.

use std::collections::{BTreeMap, BTreeSet};

use aside_store::{Side, events, rooms as room_store};
use ruma::encryption::DeviceKeys;
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;

use super::metadata::{self, Metadata};
use crate::accounts::Session;
use crate::rooms::{JoinedRoom, Room};
use crate::{Homeserver, Result, keys, timers};

/// Members whose devices are looked at; in larger conversations nobody can know everybody's.
const MEMBERS_MAX: usize = 100;

/// How well a conversation is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Only the members' devices can read what is said.
    EndToEnd,
    /// The server can read it; on the way and on disk it is encrypted.
    InTransitAndAtRest,
    /// The server can read it; it is encrypted on the way only.
    InTransit,
    /// Nothing is encrypted, not even on the way. For trying things out on one machine.
    Nothing,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::EndToEnd => "end_to_end",
            Level::InTransitAndAtRest => "in_transit_and_at_rest",
            Level::InTransit => "in_transit",
            Level::Nothing => "nothing",
        }
    }
}

/// What lies on the server's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtRest {
    /// Sealed: reading it takes the disk and the operator's key.
    Sealed,
    /// As it is: reading it takes the disk.
    Plain,
}

/// Since when a conversation is encrypted end-to-end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    pub algorithm: String,
    /// Milliseconds since 1970.
    pub since_ts: i64,
    /// Whether something was said before, which stays readable by the server.
    pub after_plain_messages: bool,
}

/// Somebody who can read what is said now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// The people in the conversation, on their devices.
    Members,
    /// The world, because the room says so.
    World,
    /// Those who come later, because the room shows its history to them.
    LaterMembers,
    /// Devices in the conversation that their owners have not confirmed to be theirs: anybody who got into an account could
    /// have added one.
    UnverifiedDevices { count: usize, owners: Vec<OwnedUserId> },
    /// Push gateways that members' devices have chosen, because the operator lets those that ask have what messages say.
    PushGateways,
    /// Whoever runs the server, through the running server.
    Operator,
    /// Whoever reads the server's disks or its backups.
    DiskAccess,
}

impl Reader {
    pub fn as_str(&self) -> &'static str {
        match self {
            Reader::Members => "members",
            Reader::World => "world",
            Reader::LaterMembers => "later_members",
            Reader::UnverifiedDevices { .. } => "unverified_devices",
            Reader::PushGateways => "push_gateways",
            Reader::Operator => "operator",
            Reader::DiskAccess => "disk_access",
        }
    }
}

/// What protects a conversation now.
#[derive(Debug, Clone)]
pub struct Label {
    pub level: Level,
    pub encryption: Option<Encryption>,
    pub at_rest: AtRest,
    /// Who can read what is said now, and nobody else: no advertiser or other third party is given any of it.
    pub readers: Vec<Reader>,
    pub metadata: Vec<Metadata>,
    /// How long messages stay, in milliseconds; `None` for as long as nobody deletes them.
    pub disappears_after_ms: Option<i64>,
    /// Whether what is said can be searched on the server.
    pub searchable: bool,
    /// The whole of it in one sentence or two.
    pub text: String,
}

/// What the label depends on without looking at anybody's devices; what is announced when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) level: Level,
    pub(super) at_rest: AtRest,
    pub(super) disappears_after_ms: Option<i64>,
}

impl Facts {
    pub(super) fn of(hs: &Homeserver, room: &Room) -> Facts {
        let at_rest = if hs.store.is_sealed() { AtRest::Sealed } else { AtRest::Plain };
        let is_private_line = hs.settings.base_url.starts_with("https://");
        let level = match (room.is_encrypted(), is_private_line, at_rest) {
            (true, ..) => Level::EndToEnd,
            (false, true, AtRest::Sealed) => Level::InTransitAndAtRest,
            (false, true, AtRest::Plain) => Level::InTransit,
            (false, false, _) => Level::Nothing,
        };
        Facts { level, at_rest, disappears_after_ms: timers::shortest_ms(hs, room) }
    }

    pub(super) fn text(&self) -> String {
        let mut text = match (self.level, self.at_rest) {
            (Level::EndToEnd, _) => {
                "Messages are encrypted end-to-end: only the devices of the people in this conversation can read \
                 them. The server still knows who writes to whom and when."
            }
            (_, AtRest::Sealed) => {
                "Messages are not encrypted end-to-end: whoever runs this server can read them. On its disks they are \
                 sealed."
            }
            (_, AtRest::Plain) => {
                "Messages are not encrypted end-to-end: whoever runs this server or reads its disks can read them."
            }
        }
        .to_owned();
        if self.level == Level::Nothing {
            text += " They also travel unencrypted.";
        }
        if let Some(after_ms) = self.disappears_after_ms {
            text += &format!(
                " They are deleted {} after they were sent or read.",
                crate::messages::describe((after_ms / 1000).max(1))
            );
        }
        text
    }
}

/// The label of a conversation as it is now.
pub async fn label(hs: &Homeserver, session: &Session, room: &JoinedRoom) -> Result<Label> {
    let facts = Facts::of(hs, room);
    let encryption = encryption(hs, room).await?;
    let mut readers = vec![Reader::Members];
    if room.is_world_readable() {
        readers.push(Reader::World);
    }
    match &encryption {
        Some(_) => readers.extend(unverified(hs, session, room).await?),
        None => {
            if shows_history(room) {
                readers.push(Reader::LaterMembers);
            }
            if hs.settings.push_content && facts.disappears_after_ms.is_none() {
                readers.push(Reader::PushGateways);
            }
            readers.push(Reader::Operator);
            if facts.at_rest == AtRest::Plain {
                readers.push(Reader::DiskAccess);
            }
        }
    }
    Ok(Label {
        level: facts.level,
        searchable: encryption.is_none(),
        encryption,
        at_rest: facts.at_rest,
        readers,
        metadata: metadata::of(hs, room),
        disappears_after_ms: facts.disappears_after_ms,
        text: facts.text(),
    })
}

async fn encryption(hs: &Homeserver, room: &Room) -> Result<Option<Encryption>> {
    #[derive(Deserialize)]
    struct Content {
        algorithm: String,
    }
    let Some(event) = room.state.get("m.room.encryption", "") else { return Ok(None) };
    let num = room.num;
    let first = hs.store.read(Side::Room(num), async move |tx| {
        // Its settings may have been changed since it was switched on.
        let history = room_store::list_state_history(tx, num, "m.room.encryption", "").await?;
        let Some(first) = history.into_iter().next() else { return Ok(None) };
        Ok(Some((first.origin_server_ts, events::has_message_before(tx, num, first.pos).await?)))
    });
    let (since_ts, after_plain_messages) =
        first.await?.unwrap_or((i64::from(event.origin_server_ts.0), true));
    let algorithm = event.content_as::<Content>().map(|content| content.algorithm).unwrap_or_default();
    Ok(Some(Encryption { algorithm, since_ts, after_plain_messages }))
}

fn shows_history(room: &Room) -> bool {
    use ruma::events::room::history_visibility::HistoryVisibility;
    let setting = room.state.get("m.room.history_visibility", "");
    let setting = setting.map(|pdu| crate::events::history_visibility_of(pdu.content.get()));
    !matches!(setting, Some(HistoryVisibility::Joined | HistoryVisibility::Invited))
}

/// Devices with keys that their owner's identity has not signed.
async fn unverified(hs: &Homeserver, session: &Session, room: &Room) -> Result<Option<Reader>> {
    let members =
        room.state.joined().take(MEMBERS_MAX).map(|(_, member)| (member.user_id.clone(), Vec::new()));
    let found = keys::query(hs, session, members.collect::<BTreeMap<_, _>>()).await?.found;
    let (mut count, mut owners) = (0, BTreeSet::new());
    for (user_id, devices) in &found.device_keys {
        let signing: Vec<String> = found
            .self_signing_keys
            .get(user_id)
            .and_then(|key| key.deserialize().ok())
            .map(|key| key.keys.into_keys().map(|id| id.to_string()).collect())
            .unwrap_or_default();
        for device in devices.values() {
            let is_signed = device.deserialize().is_ok_and(|device| is_signed(&device, user_id, &signing));
            if !is_signed {
                count += 1;
                owners.insert(user_id.clone());
            }
        }
    }
    Ok((count > 0).then(|| Reader::UnverifiedDevices { count, owners: owners.into_iter().collect() }))
}

fn is_signed(device: &DeviceKeys, owner: &UserId, signing: &[String]) -> bool {
    device.signatures.get(owner).is_some_and(|signatures| {
        signatures.keys().any(|id| signing.iter().any(|signing| signing.as_str() == id.as_str()))
    })
}
