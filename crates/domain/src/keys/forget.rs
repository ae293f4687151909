//! What goes when a device or an account goes.

use aside_store::{Side, backup, cross_signing, keys, queue, to_device, users};
use ruma::DeviceId;

use super::lists;
use crate::accounts::user_id;
use crate::{Homeserver, Result, UserNum};

/// Deletes a device's keys, the signatures on them, and the messages that wait for it, and tells everybody whom that concerns.
/// To be called before the device itself is deleted, so that it can be repeated where that fails.
pub async fn forget_device(hs: &Homeserver, user: UserNum, device_id: &DeviceId) -> Result<()> {
    let (owner, device_id, now) = (user_id(hs, user).await?, device_id.to_owned(), hs.clock.now_ms());
    let changed = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            to_device::delete_of_device(tx, user, device_id.as_str()).await?;
            if !keys::delete_device(tx, user, device_id.as_str()).await? {
                return Ok(None);
            }
            cross_signing::delete_signatures_of(tx, user, device_id.as_str()).await?;
            lists::note(tx, user, owner.as_str(), seq, now).await?;
            Ok(Some(seq))
        })
        .await?;
    if let Some(seq) = changed {
        lists::announce(hs, user, seq).await;
    }
    Ok(())
}

/// Deletes everything that end-to-end encryption keeps of an account: the keys of all its devices, its cross-signing keys and
/// its backups; and tells everybody whom that concerns. To be called before the account leaves its rooms.
pub async fn forget_user(hs: &Homeserver, user: UserNum) -> Result<()> {
    let (owner, now) = (user_id(hs, user).await?, hs.clock.now_ms());
    let seq = hs
        .store
        .write(Side::User(user), async move |tx| {
            let seq = queue::take_head(tx, user).await?;
            for device in users::list_devices(tx, user).await? {
                to_device::delete_of_device(tx, user, &device.device_id).await?;
                keys::delete_device(tx, user, &device.device_id).await?;
            }
            cross_signing::delete_all(tx, user).await?;
            backup::delete_everything(tx, user).await?;
            lists::note(tx, user, owner.as_str(), seq, now).await?;
            Ok(seq)
        })
        .await?;
    lists::announce(hs, user, seq).await;
    Ok(())
}
