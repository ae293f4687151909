//! Messages from device to device, past all rooms (specification, 10.11 Send-to-Device messaging).
//!
//! Each user's messages are written in one transaction together with the hash of the request, so that a request repeated
//! after any failure brings nobody a message twice.

use std::collections::BTreeMap;

use aside_store::queue::{Entry, Kind};
use aside_store::{Side, queue, to_device, users};
use futures_util::future::join_all;
use ruma::api::client::to_device::send_event_to_device::v3::Messages;
use ruma::events::{AnyToDeviceEventContent, ToDeviceEventType};
use ruma::serde::Raw;
use ruma::to_device::DeviceIdOrAllDevices;
use ruma::{OwnedUserId, UserId};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::account_data::ignored;
use crate::accounts::{Session, find_user_num};
use crate::{Error, Homeserver, Limited, QueuePosition, Result, RoomNum, UserNum, rooms};

/// Messages in one request; clients send a few hundred.
const MESSAGES_MAX: usize = 10_000;
const TYPE_BYTES_MAX: usize = 255;
/// People brought their messages at the same time.
const CHUNK: usize = 256;

/// Messages of one blocked person that are kept for somebody at most; older ones go.
const HELD_MAX: usize = 200;
/// What is kept back of blocked people rather than passed over. Clients send a room's key once, so that without it nothing that is
/// said after the block could be read.
const HELD_KINDS: [&str; 2] = ["m.room.encrypted", "m.room_key.withheld"];

/// Sends messages to devices: of each user to those named, or to all. Unknown users and devices are passed over, and so is whoever
/// blocked the sender. The same `txn_id` from the same device with the same type sends once.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::BadJson`], [`Error::LimitExceeded`].
pub async fn send(
    hs: &Homeserver,
    session: &Session,
    kind: &ToDeviceEventType,
    txn_id: &str,
    messages: Messages,
) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let kind = kind.to_string();
    if messages.values().map(BTreeMap::len).sum::<usize>() > MESSAGES_MAX {
        return Err(Error::TooLarge(format!("at most {MESSAGES_MAX} messages")));
    }
    if kind.len() > TYPE_BYTES_MAX {
        return Err(Error::invalid("eventType", format!("longer than {TYPE_BYTES_MAX} bytes")));
    }
    let request = request_hash(session, &kind, txn_id);
    let mut parcels = Vec::with_capacity(messages.len());
    for (user_id, devices) in messages {
        let Some(user) = find_user_num(hs, &user_id).await? else { continue };
        let is_blocked = user != session.user && ignored(hs, user).await?.contains(&session.user_id);
        if is_blocked && !HELD_KINDS.contains(&kind.as_str()) {
            continue;
        }
        let events =
            devices.into_iter().map(|(device, content)| Ok((device, event(session, &kind, &content)?)));
        let held_from = is_blocked.then(|| session.user_id.clone());
        parcels.push(Parcel { user, request, events: events.collect::<Result<_>>()?, held_from });
    }
    while !parcels.is_empty() {
        let chunk = parcels.split_off(parcels.len().saturating_sub(CHUNK));
        let mut deliveries = Vec::with_capacity(chunk.len());
        for parcel in chunk {
            deliveries.push(deliver(hs, parcel));
        }
        for delivered in join_all(deliveries).await {
            delivered?;
        }
    }
    Ok(())
}

/// One user's messages of one request.
struct Parcel {
    user: UserNum,
    request: [u8; 32],
    events: Vec<(DeviceIdOrAllDevices, String)>,
    /// The sender, where the user has blocked them.
    held_from: Option<OwnedUserId>,
}

fn request_hash(session: &Session, kind: &str, txn_id: &str) -> [u8; 32] {
    let parts = [session.user_id.as_str(), session.device_id.as_str(), kind, txn_id];
    let mut hash = Sha256::new();
    for part in parts {
        // Lengths keep different parts from running into the same text.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The event as the receiving device gets it.
fn event(session: &Session, kind: &str, content: &Raw<AnyToDeviceEventContent>) -> Result<String> {
    #[derive(Serialize)]
    struct Event<'a> {
        content: &'a RawValue,
        sender: &'a str,
        #[serde(rename = "type")]
        kind: &'a str,
    }
    let content = rooms::check_object(content)?;
    let event = Event { content: &content, sender: session.user_id.as_str(), kind };
    serde_json::to_string(&event).map_err(Error::internal)
}

async fn deliver(hs: &Homeserver, parcel: Parcel) -> Result<()> {
    let (user, now) = (parcel.user, hs.clock.now_ms());
    let is_news = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            let mut addressed: BTreeMap<String, &str> = BTreeMap::new();
            for device in users::list_devices(tx, user).await? {
                let event = parcel.events.iter().find(|(wanted, _)| is_for(wanted, &device.device_id));
                addressed.extend(event.map(|(_, event)| (device.device_id, event.as_str())));
            }
            if addressed.is_empty() || !to_device::insert_request(tx, user, &parcel.request, now).await? {
                return Ok(false);
            }
            if let Some(sender) = &parcel.held_from {
                for (device_id, event) in addressed {
                    to_device::hold(tx, user, &device_id, seq, event, sender.as_str(), HELD_MAX).await?;
                }
                return Ok(false);
            }
            for (device_id, event) in addressed {
                to_device::insert(tx, user, &device_id, seq, event).await?;
            }
            queue::insert(tx, user, &entry(seq), now).await?;
            Ok(true)
        })
        .await?;
    if is_news {
        hs.bell.ring(user);
    }
    Ok(())
}

/// Brings somebody's devices what was kept back of a person whom they have blocked no longer.
pub(crate) async fn release(hs: &Homeserver, user: UserNum, sender: &UserId) -> Result<()> {
    let (sender, now) = (sender.to_string(), hs.clock.now_ms());
    let is_news = hs
        .store
        .write(Side::User(user), async move |tx| {
            let Some(seq) = to_device::release(tx, user, &sender).await? else { return Ok(false) };
            queue::insert(tx, user, &entry(seq), now).await?;
            Ok(true)
        })
        .await?;
    if is_news {
        hs.bell.ring(user);
    }
    Ok(())
}

fn entry(seq: QueuePosition) -> Entry {
    Entry { seq, kind: Kind::ToDevice, room: RoomNum(0), from_pos: 0, to_pos: 0, subject: None }
}

/// A device named in a request comes before all devices in the order of the map, so it gets what was meant for it alone.
fn is_for(wanted: &DeviceIdOrAllDevices, device_id: &str) -> bool {
    match wanted {
        DeviceIdOrAllDevices::AllDevices => true,
        DeviceIdOrAllDevices::DeviceId(wanted) => wanted.as_str() == device_id,
    }
}
