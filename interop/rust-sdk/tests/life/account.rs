//! A person's account: from its registration to its deactivation.

use matrix_sdk::{
    HttpError,
    ruma::{
        OwnedDeviceId,
        api::{
            client::{session::get_login_types::v3::LoginType, uiaa::AuthType},
            error::ErrorKind,
        },
    },
};

use crate::{
    device::{Device, Person},
    homeserver::Homeserver,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_lives_and_ends() {
    let homeserver = Homeserver::start().await;
    let mut alice = Person::new("alice", &homeserver);
    let bob = Person::new("bob", &homeserver);

    registration_has_a_dummy_stage(&alice).await;
    let phone = alice.register().await;
    let tablet = bob.register().await;
    people_find_each_other(&phone, &tablet, &bob).await;

    the_password_alone_lets_in(&alice).await;
    let laptop = alice.log_in("laptop").await;
    a_device_is_deleted_with_the_password(&phone, &laptop, &alice).await;
    the_password_is_changed(&phone, &mut alice).await;

    let laptop = alice.log_in("laptop").await;
    laptop.client.logout().await.expect("logout");
    assert_refused(&laptop).await;
    the_account_is_deactivated(&phone, &alice).await;
}

async fn registration_has_a_dummy_stage(person: &Person) {
    let visitor = person.visitor().await;
    let asked = visitor.matrix_auth().register(person.registration(None)).await.unwrap_err();
    let flows = &asked.as_uiaa_response().expect("the stages of registration").flows;
    assert!(flows.iter().any(|flow| flow.stages == [AuthType::Dummy]), "{flows:?}");
}

async fn people_find_each_other(phone: &Device, tablet: &Device, bob: &Person) {
    tablet.client.account().set_display_name(Some("Robert")).await.expect("a new display name");
    let found = phone.client.search_users(&bob.localpart, 10).await.expect("search").results;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].user_id, bob.user_id);
    assert_eq!(found[0].display_name.as_deref(), Some("Robert"));

    let mine = tablet.client.account().get_display_name().await.expect("the profile");
    assert_eq!(mine.as_deref(), Some("Robert"));
}

async fn the_password_alone_lets_in(person: &Person) {
    let visitor = person.visitor().await;
    let types = visitor.matrix_auth().get_login_types().await.expect("the ways to log in").flows;
    assert!(types.iter().any(|flow| matches!(flow, LoginType::Password(_))), "{types:?}");

    let guess = visitor.matrix_auth().login_username(&person.localpart, "a guess").send().await;
    let refusal = guess.unwrap_err();
    assert!(matches!(refusal.client_api_error_kind(), Some(ErrorKind::Forbidden)), "{refusal}");
}

async fn a_device_is_deleted_with_the_password(phone: &Device, laptop: &Device, alice: &Person) {
    let ids = [laptop.client.device_id().expect("an ID").to_owned()];
    assert_eq!(names(phone).await.get(&ids[0]), Some(&"laptop".to_owned()));

    let asked = phone.client.delete_devices(&ids, None).await.unwrap_err();
    let session = session(&asked, AuthType::Password);
    let guess = alice.auth("a guess", session.clone());
    let refusal = phone.client.delete_devices(&ids, Some(guess)).await.unwrap_err();
    assert!(refusal.as_uiaa_response().is_some(), "{refusal}");
    assert!(names(phone).await.contains_key(&ids[0]), "a guess deletes nothing");

    let auth = alice.auth(&alice.password, session);
    phone.client.delete_devices(&ids, Some(auth)).await.expect("the deletion");
    assert!(!names(phone).await.contains_key(&ids[0]));
    assert_refused(laptop).await;
}

async fn the_password_is_changed(phone: &Device, alice: &mut Person) {
    let account = phone.client.account();
    let asked = account.change_password("a second long password", None).await.unwrap_err();
    let session = asked.as_uiaa_response().expect("the stages").session.clone();
    let auth = alice.auth(&alice.password, session);
    account.change_password("a second long password", Some(auth)).await.expect("the change");

    let visitor = alice.visitor().await;
    let old = visitor.matrix_auth().login_username(&alice.localpart, &alice.password).send().await;
    assert!(matches!(old.unwrap_err().client_api_error_kind(), Some(ErrorKind::Forbidden)));
    alice.password = "a second long password".to_owned();
}

async fn the_account_is_deactivated(phone: &Device, alice: &Person) {
    let account = phone.client.account();
    let asked = account.deactivate(None, None, true).await.unwrap_err();
    let session = asked.as_uiaa_response().expect("the stages").session.clone();
    let auth = alice.auth(&alice.password, session);
    account.deactivate(None, Some(auth), true).await.expect("the deactivation");
    assert_refused(phone).await;

    let visitor = alice.visitor().await;
    let ghost = visitor.matrix_auth().login_username(&alice.localpart, &alice.password).send().await;
    let refusal = ghost.unwrap_err();
    assert_eq!(refusal.as_client_api_error().expect("an error").status_code.as_u16(), 403);
}

async fn names(device: &Device) -> std::collections::BTreeMap<OwnedDeviceId, String> {
    let devices = device.client.devices().await.expect("the devices").devices;
    devices.into_iter().map(|d| (d.device_id, d.display_name.unwrap_or_default())).collect()
}

/// The session of user-interactive authentication, which is to offer the stage.
fn session(asked: &HttpError, stage: AuthType) -> Option<String> {
    let info = asked.as_uiaa_response().unwrap_or_else(|| panic!("no stages: {asked}"));
    assert!(info.flows.iter().any(|flow| flow.stages.contains(&stage)), "{:?}", info.flows);
    info.session.clone()
}

async fn assert_refused(device: &Device) {
    let refusal = device.client.whoami().await.unwrap_err();
    assert!(
        matches!(refusal.client_api_error_kind(), Some(ErrorKind::UnknownToken(_))),
        "{device} got another answer: {refusal}"
    );
}
