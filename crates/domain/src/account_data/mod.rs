//! Account data: settings that a person's clients keep here and share with each other, global and of rooms
//! (specification, 10.21 Client config).

mod direct;
mod ignored;
mod tags;

use aside_store::queue::{Entry, Kind};
use aside_store::{Side, Tx, account_data, queue};
use ruma::{RoomId, UserId};
use serde_json::value::RawValue;

use crate::accounts::Session;
use crate::rooms::find_room_num;
use crate::{Error, Homeserver, Result, RoomNum, UserNum, push, safety};

pub(crate) use direct::note_direct;
pub use ignored::ignored;
pub(crate) use ignored::{IGNORED_USER_LIST, Ignored};
pub use tags::{delete_tag, put_tag, tags};

/// Stands for no room.
pub(crate) const GLOBAL: RoomNum = RoomNum(0);

pub(crate) const PUSH_RULES: &str = "m.push_rules";
pub(crate) const FULLY_READ: &str = "m.fully_read";

/// The longest type, in bytes, as of events.
const TYPE_BYTES_MAX: usize = 255;
/// Types that a user may have, globally and in each room.
const TYPES_MAX: i64 = 1_000;

/// Checks that a request about a user comes from that user.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn check_own(session: &Session, user_id: &UserId) -> Result<()> {
    if session.user_id == user_id {
        return Ok(());
    }
    Err(Error::forbidden("You can't see or change the settings of other users."))
}

/// What a user has set, globally or of a room.
///
/// # Errors
/// [`Error::NotFound`] where they set nothing of this type.
pub async fn get(
    hs: &Homeserver,
    session: &Session,
    room_id: Option<&RoomId>,
    kind: &str,
) -> Result<Box<RawValue>> {
    let nothing = Error::NotFound("account data");
    let room = match room_id {
        Some(room_id) => find_room_num(hs, room_id).await?.ok_or(nothing)?,
        None if kind == PUSH_RULES => return push::rules_content(hs, session.user).await,
        None => GLOBAL,
    };
    let content = find(hs, session.user, room, kind).await?.ok_or(Error::NotFound("account data"))?;
    RawValue::from_string(content).map_err(Error::internal)
}

pub(crate) async fn find(
    hs: &Homeserver,
    user: UserNum,
    room: RoomNum,
    kind: &str,
) -> Result<Option<String>> {
    let kind = kind.to_owned();
    let found = hs
        .store
        .read(Side::User(user), async move |tx| account_data::find(tx, user, room, &kind).await)
        .await?;
    Ok(found.map(|found| found.content))
}

/// Sets account data on behalf of a user, globally or of a room that they are in, were in or are invited to.
///
/// # Errors
/// [`Error::KeptByServer`] for what the server itself sets, [`Error::TooLarge`], [`Error::Forbidden`] where the user has nothing to do
/// with the room.
pub async fn put(
    hs: &Homeserver,
    session: &Session,
    room_id: Option<&RoomId>,
    kind: &str,
    content: &RawValue,
) -> Result<()> {
    match (room_id, kind) {
        (_, FULLY_READ) => return Err(Error::KeptByServer("m.fully_read")),
        (_, PUSH_RULES) => return Err(Error::KeptByServer("m.push_rules")),
        _ => {}
    }
    if kind.len() > TYPE_BYTES_MAX {
        return Err(Error::TooLarge(format!("the type is longer than {TYPE_BYTES_MAX} bytes")));
    }
    let room = match room_id {
        Some(room_id) => known_room(hs, session.user, room_id).await?,
        None => GLOBAL,
    };
    if room == GLOBAL && kind == IGNORED_USER_LIST {
        return safety::set_ignored(hs, session, content).await;
    }
    let content = match room == GLOBAL && kind == direct::DIRECT {
        true => direct::each_once(content),
        false => content.get().to_owned(),
    };
    set(hs, session.user, room, kind, content).await
}

/// The number of a room that the user has to do with.
async fn known_room(hs: &Homeserver, user: UserNum, room_id: &RoomId) -> Result<RoomNum> {
    let Some(room) = find_room_num(hs, room_id).await? else { return Err(Error::not_in_room()) };
    let found =
        hs.store.read(Side::User(user), async move |tx| queue::find_user_room(tx, user, room).await).await?;
    found.map(|_| room).ok_or_else(Error::not_in_room)
}

/// Sets account data and brings it to the user's devices.
pub(crate) async fn set(
    hs: &Homeserver,
    user: UserNum,
    room: RoomNum,
    kind: &str,
    content: String,
) -> Result<()> {
    change(hs, user, room, kind, move |_| Ok(Some(content.clone()))).await
}

/// Changes account data from what it was, in one transaction, and brings it to the user's devices. An edit that answers
/// `None` changes nothing.
pub(crate) async fn change<F>(
    hs: &Homeserver,
    user: UserNum,
    room: RoomNum,
    kind: &str,
    edit: F,
) -> Result<()>
where
    F: Fn(Option<String>) -> Result<Option<String>> + Send + Sync + 'static,
{
    let (subject, now) = (kind.to_owned(), hs.clock.now_ms());
    let changed = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            let before = account_data::find(tx, user, room, &subject).await?;
            if before.is_none() && account_data::count_others(tx, user, room, &subject).await? >= TYPES_MAX {
                return Ok(Err(Error::TooLarge(format!(
                    "you have {TYPES_MAX} types of account data already"
                ))));
            }
            let content = match edit(before.map(|before| before.content)) {
                Ok(Some(content)) => content,
                Ok(None) => return Ok(Ok(false)),
                Err(error) => return Ok(Err(error)),
            };
            put_at(tx, user, room, &subject, &content, seq, now).await?;
            Ok(Ok(true))
        })
        .await??;
    if changed {
        if room == GLOBAL {
            hs.ignored.changed(user, kind);
            hs.rulebook.changed(user, kind);
            hs.restraints.changed(user, kind);
        }
        hs.bell.ring(user);
    }
    Ok(())
}

/// Writes account data and its queue entry at a position taken in this transaction.
async fn put_at(
    tx: &Tx<'_>,
    user: UserNum,
    room: RoomNum,
    kind: &str,
    content: &str,
    seq: i64,
    now: i64,
) -> aside_store::Result<()> {
    account_data::put(tx, user, room, kind, content, seq).await?;
    let entry =
        Entry { seq, kind: Kind::AccountData, room, from_pos: 0, to_pos: 0, subject: Some(kind.to_owned()) };
    queue::insert(tx, user, &entry, now).await
}
