//! How the keys to a conversation go from device to device, and survive the loss of all of them.

use matrix_sdk::{
    encryption::verification::{SasVerification, Verification, VerificationRequest},
    ruma::{OwnedEventId, RoomId},
};

use crate::{
    device::{Device, Person, message, within},
    homeserver::Homeserver,
};

#[tokio::test(flavor = "multi_thread")]
async fn keys_outlive_devices() {
    let homeserver = Homeserver::start().await;
    let alice = Person::new("alice", &homeserver);
    let bob = Person::new("bob", &homeserver);
    let phone = alice.register().await;
    let tablet = bob.register().await;

    let room = phone.client.create_dm(&bob.user_id).await.expect("a direct message");
    let room_id = room.room_id();
    tablet.invited_to(room_id).await.join().await.expect("joining");
    let old = tablet.says("Long ago", room_id, &phone).await;

    let recovery_key = the_keys_are_backed_up(&phone).await;
    let laptop = a_second_device_is_verified_by_emoji(&alice, &phone).await;
    reads_history(&laptop, room_id, &old).await;
    tablet.says("To all your devices", room_id, &laptop).await;

    let lost = [&phone, &laptop].map(|device| device.client.device_id().expect("an ID").to_owned());
    drop((phone, laptop));
    let fresh = a_fresh_device_recovers(&alice, &recovery_key).await;
    reads_history(&fresh, room_id, &old).await;

    let asked = fresh.client.delete_devices(&lost, None).await.unwrap_err();
    let session = asked.as_uiaa_response().expect("the stages").session.clone();
    let auth = alice.auth(&alice.password, session);
    fresh.client.delete_devices(&lost, Some(auth)).await.expect("the deletion of the lost devices");
    tablet
        .until("the fresh device as Alice's only one, signed by her", async |tablet| {
            let devices = tablet.client.encryption().get_user_devices(&alice.user_id).await.ok()?;
            let mut devices = devices.devices();
            let only =
                devices.next().filter(|device| Some(device.device_id()) == fresh.client.device_id())?;
            (devices.next().is_none() && only.is_cross_signed_by_owner()).then_some(())
        })
        .await;
    fresh.says("I am back", room_id, &tablet).await;
}

/// Backs the room keys up under a recovery key, and returns it.
async fn the_keys_are_backed_up(phone: &Device) -> String {
    let encryption = phone.client.encryption();
    let status = encryption.cross_signing_status().await.expect("cross-signing");
    assert!(status.is_complete(), "{status:?}");
    let recovery = encryption.recovery();
    let key = within("the backup", async { recovery.enable().wait_for_backups_to_upload().await }).await;
    assert!(encryption.backups().are_enabled().await);
    key.expect("a recovery key")
}

async fn a_second_device_is_verified_by_emoji(alice: &Person, phone: &Device) -> Device {
    let laptop = alice.log_in("laptop").await;
    assert!(!is_verified(&laptop).await, "the laptop is not verified before");
    let laptop_id = laptop.client.device_id().expect("an ID");
    phone
        .until("the laptop among the devices", async |phone| {
            phone.client.encryption().get_device(&alice.user_id, laptop_id).await.ok()?
        })
        .await;

    let identity = laptop.client.encryption().request_user_identity(&alice.user_id).await;
    let identity = identity.expect("a key query").expect("the identity of Alice");
    let sent = identity.request_verification().await.expect("the request to be sent");
    let received = phone
        .until("the request from the laptop", async |phone| {
            phone.client.encryption().get_verification_request(&alice.user_id, sent.flow_id()).await
        })
        .await;
    received.accept().await.expect("the request to be accepted");
    let (asking, answering) = emoji_verification(&laptop, phone, sent, received).await;

    let mut shown = Vec::new();
    for (device, sas) in [(&laptop, &asking), (phone, &answering)] {
        shown.push(
            device.until("the emoji to compare", async |_| sas.emoji()).await.map(|emoji| emoji.symbol),
        );
    }
    assert_eq!(shown[0], shown[1]);
    asking.confirm().await.expect("the laptop to confirm");
    answering.confirm().await.expect("the phone to confirm");
    for (device, sas) in [(&laptop, &asking), (phone, &answering)] {
        device.until("the verification being done", async |_| sas.is_done().then_some(())).await;
    }

    laptop
        .until("being verified, with the secrets from the phone", async |laptop| {
            let status = laptop.client.encryption().cross_signing_status().await?;
            let backups = laptop.client.encryption().backups().are_enabled().await;
            (is_verified(laptop).await && status.is_complete() && backups).then_some(())
        })
        .await;
    laptop
}

async fn emoji_verification(
    laptop: &Device,
    phone: &Device,
    sent: VerificationRequest,
    received: VerificationRequest,
) -> (SasVerification, SasVerification) {
    laptop.until("the phone accepting the request", async |_| sent.is_ready().then_some(())).await;
    let asking = sent.start_sas().await.expect("the start to be sent").expect("emoji in common");
    let answering = phone
        .until("the start from the laptop", async |phone| {
            let encryption = phone.client.encryption();
            let flow = encryption.get_verification(received.other_user_id(), received.flow_id());
            flow.await.and_then(Verification::sas)
        })
        .await;
    answering.accept().await.expect("the start to be accepted");
    (asking, answering)
}

async fn a_fresh_device_recovers(alice: &Person, recovery_key: &str) -> Device {
    let fresh = alice.log_in("new phone").await;
    assert!(!is_verified(&fresh).await, "the new phone is not verified before");
    let recovery = fresh.client.encryption().recovery();
    within("the recovery", recovery.recover(recovery_key)).await.expect("the right recovery key");
    assert!(is_verified(&fresh).await);
    assert!(fresh.client.encryption().cross_signing_status().await.expect("cross-signing").is_complete());
    fresh
}

/// Awaits that a message from before the device was there can be read.
async fn reads_history(device: &Device, room_id: &RoomId, event_id: &OwnedEventId) {
    let event = device
        .until("an old message decrypted with a key from the backup", async |device| {
            let event = device.room(room_id).event(event_id, None).await.ok()?;
            event.encryption_info().is_some().then_some(event)
        })
        .await;
    assert_eq!(message(event.raw().deserialize().expect("an event")).body(), "Long ago");
}

async fn is_verified(device: &Device) -> bool {
    let own = device.client.encryption().get_own_device().await.expect("the store");
    own.expect("the device itself").is_cross_signed_by_owner()
}
