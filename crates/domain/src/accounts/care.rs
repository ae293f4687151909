//! Changing the password, giving the account up, and seeing where it is in use (specification, 5.7 Account management).

use std::sync::Arc;

use aside_store::{Side, profiles, queue, second_factors, users};
use futures_util::{StreamExt, stream};
use ruma::{OwnedDeviceId, UserId};

use super::{Session, devices, find_user_num, password, profile};
use crate::{Error, Homeserver, Result, UserNum, directory, identity, keys, rooms, scheduled};

/// Whether a password may be chosen.
///
/// # Errors
/// [`Error::WeakPassword`], [`Error::TooLarge`].
pub fn check_new_password(hs: &Homeserver, session: &Session, new_password: &str) -> Result<()> {
    password::check(hs, new_password, Some(session.user_id.localpart()))
}

/// Changes the password of the session's user, who has proven to be them. Their other devices are logged out where
/// `logout_devices`.
///
/// # Errors
/// As [`check_new_password`].
pub async fn change_password(
    hs: &Homeserver,
    session: &Session,
    new_password: String,
    logout_devices: bool,
) -> Result<()> {
    check_new_password(hs, session, &new_password)?;
    let user = session.user;
    let hash = password::hash(hs, new_password).await?;
    hs.store.write(Side::User(user), async move |tx| users::set_password(tx, user, &hash).await).await?;
    if !logout_devices {
        return Ok(());
    }
    let all = devices::list(hs, session).await?;
    let others: Vec<OwnedDeviceId> = all.into_iter().map(|device| device.device_id.into()).collect();
    let others = others.into_iter().filter(|device_id| *device_id != session.device_id).collect();
    devices::delete(hs, user, others).await
}

/// Gives the account of the session's user up for good: they leave every room, and their devices, keys and profile are
/// deleted. The name stays taken, so that nobody can pass for them.
pub async fn deactivate(hs: &Arc<Homeserver>, session: &Session, erase: bool) -> Result<()> {
    let (hs, session) = (Arc::clone(hs), session.clone());
    // A task of its own: who asked may not wait for the end.
    tokio::spawn(async move { deactivate_now(&hs, &session, erase).await }).await.map_err(Error::internal)?
}

/// Closes an account because moderators decided so; nothing more happens where it is closed already.
pub(crate) async fn remove(hs: &Arc<Homeserver>, user: UserNum) -> Result<()> {
    let found = hs.store.read(Side::User(user), async move |tx| users::find(tx, user).await).await?;
    if found.is_none_or(|found| found.deactivated) {
        return Ok(());
    }
    deactivate(hs, &Session::without_device(hs, user).await?, false).await
}

/// The rooms come first: if the server dies meanwhile, the account is still there and its owner can ask again.
async fn deactivate_now(hs: &Arc<Homeserver>, session: &Session, erase: bool) -> Result<()> {
    let user = session.user;
    let former = profile(hs, user).await?;
    keys::forget_user(hs, user).await?;
    leave_everywhere(hs, session).await?;
    scheduled::forget(hs, user).await?;
    identity::forget(hs, user).await?;
    let tokens = hs
        .store
        .write(Side::User(user), async move |tx| {
            users::deactivate(tx, user, erase).await?;
            profiles::delete_all(tx, user).await?;
            second_factors::delete(tx, user).await?;
            users::delete_devices(tx, user).await
        })
        .await?;
    hs.sessions.forget(tokens);
    hs.pushers.forget(user);
    directory::remove(hs, user, &session.user_id, former.display_name()).await
}

/// Rooms left at the same time.
const AT_ONCE_MAX: usize = 8;

async fn leave_everywhere(hs: &Arc<Homeserver>, session: &Session) -> Result<()> {
    let user = session.user;
    let found =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let present =
        found.into_iter().filter(|room| matches!(room.membership.as_str(), "join" | "invite" | "knock"));
    let left = stream::iter(present).map(async |user_room| {
        let room = rooms::load(hs, user_room.room).await?;
        rooms::leave(hs, session, &room.room_id, None).await
    });
    let results: Vec<Result<()>> = left.buffer_unordered(AT_ONCE_MAX).collect().await;
    results.into_iter().collect()
}

/// Where a device was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub device_id: String,
    pub ip: Option<String>,
    /// Milliseconds since 1970.
    pub last_seen_ts: Option<i64>,
}

/// Where a user's devices were last seen, for the user and for administrators.
///
/// # Errors
/// [`Error::Forbidden`] for anybody else, [`Error::NotFound`].
pub async fn list_connections(
    hs: &Homeserver,
    session: &Session,
    user_id: &UserId,
) -> Result<Vec<Connection>> {
    let asker = session.user;
    let asker = hs.store.read(Side::User(asker), async move |tx| users::find(tx, asker).await).await?;
    if *user_id != session.user_id && !asker.is_some_and(|user| user.admin) {
        return Err(Error::forbidden("Only administrators see where others are."));
    }
    let user = find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    let found = hs.store.read(Side::User(user), async move |tx| users::list_devices(tx, user).await).await?;
    let connection = |device: users::Device| Connection {
        device_id: device.device_id,
        ip: device.last_seen_ip,
        last_seen_ts: device.last_seen_ts,
    };
    Ok(found.into_iter().map(connection).collect())
}
