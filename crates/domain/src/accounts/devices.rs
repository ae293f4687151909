//! The devices that somebody is logged in on (specification, 11.10 Client devices).

use aside_store::Side;
use aside_store::users;
pub use aside_store::users::Device;
use ruma::{DeviceId, OwnedDeviceId};

use super::Session;
use crate::{Error, Homeserver, Result, UserNum, keys};

/// Devices that one request may name.
const DEVICES_MAX: usize = 1_000;
const NAME_CHARS_MAX: usize = 100;

/// The user's devices, by their id.
pub async fn list(hs: &Homeserver, session: &Session) -> Result<Vec<Device>> {
    let user = session.user;
    Ok(hs.store.read(Side::User(user), async move |tx| users::list_devices(tx, user).await).await?)
}

/// # Errors
/// [`Error::NotFound`] where the user has no such device.
pub async fn find(hs: &Homeserver, session: &Session, device_id: &DeviceId) -> Result<Device> {
    let (user, device_id) = (session.user, device_id.to_owned());
    let found = hs
        .store
        .read(Side::User(user), async move |tx| users::find_device(tx, user, device_id.as_str()).await)
        .await?;
    found.ok_or(Error::NotFound("device"))
}

/// Names a device; `None` leaves its name as it is.
///
/// # Errors
/// [`Error::NotFound`] where the user has no such device, [`Error::TooLarge`].
pub async fn rename(
    hs: &Homeserver,
    session: &Session,
    device_id: &DeviceId,
    name: Option<String>,
) -> Result<()> {
    let Some(name) = name else { return find(hs, session, device_id).await.map(drop) };
    check_name(&name)?;
    let (user, device_id) = (session.user, device_id.to_owned());
    let found = hs
        .store
        .write(Side::User(user), async move |tx| {
            users::rename_device(tx, user, device_id.as_str(), Some(&name)).await
        })
        .await?;
    if found { Ok(()) } else { Err(Error::NotFound("device")) }
}

/// # Errors
/// [`Error::TooLarge`].
pub(super) fn check_name(name: &str) -> Result<()> {
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::TooLarge(format!("a device's name is longer than {NAME_CHARS_MAX} characters")));
    }
    Ok(())
}

/// Checks how many devices a request wants to delete.
///
/// # Errors
/// [`Error::Invalid`].
pub fn check_count(devices: &[OwnedDeviceId]) -> Result<()> {
    if devices.len() > DEVICES_MAX {
        return Err(Error::invalid("devices", format!("more than {DEVICES_MAX} devices")));
    }
    Ok(())
}

/// Deletes devices with everything that belongs to them. Those that don't exist are passed over.
pub async fn delete(hs: &Homeserver, user: UserNum, devices: Vec<OwnedDeviceId>) -> Result<()> {
    for device_id in devices {
        keys::forget_device(hs, user, &device_id).await?;
        let tokens = hs
            .store
            .write(Side::User(user), async move |tx| users::delete_device(tx, user, device_id.as_str()).await)
            .await?;
        hs.sessions.forget(tokens);
        hs.pushers.forget(user);
    }
    Ok(())
}
