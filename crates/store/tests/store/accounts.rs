//! Accounts, devices, tokens, profiles and registration tokens.

use aside_model::UserNum;
use aside_store::registration::{self, RegistrationToken};
use aside_store::users::{self, Token, User};
use aside_store::{Result, Side, Tx, profiles};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(7);

async fn insert_alice(tx: &Tx<'_>) -> Result<bool> {
    let user = User {
        num: ALICE,
        localpart: "alice".into(),
        password_hash: Some("hash".into()),
        created_ts: 1,
        deactivated: false,
        admin: true,
    };
    users::insert(tx, &user).await
}

fn token(device_id: &str, refresh: bool, pair: u8, pending: bool) -> Token {
    Token { device_id: device_id.into(), refresh, pair: vec![pair], pending, expires_ts: None }
}

on_both_engines! {
    async fn an_account_is_made_once_and_can_be_given_up(database) {
        let store = database.open().await;
        store
            .write(Side::User(ALICE), async |tx| {
                assert!(insert_alice(tx).await?);
                assert!(!insert_alice(tx).await?);
                users::set_password(tx, ALICE, "newer").await?;
                let found = users::find(tx, ALICE).await?.unwrap();
                assert_eq!(found.password_hash.as_deref(), Some("newer"));
                assert!(found.admin && !found.deactivated);
                users::deactivate(tx, ALICE, true).await?;
                let found = users::find(tx, ALICE).await?.unwrap();
                assert_eq!((found.password_hash, found.deactivated), (None, true));
                assert!(users::find(tx, UserNum(8)).await?.is_none());
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_device_keeps_its_name_and_is_deleted_with_its_tokens(database) {
        let store = database.open().await;
        store
            .write(Side::User(ALICE), async |tx| {
                users::put_device(tx, ALICE, "PHONE", Some("old"), Some("192.0.2.1"), 10).await?;
                users::put_device(tx, ALICE, "PHONE", Some("new"), None, 20).await?;
                users::put_device(tx, ALICE, "LAPTOP", None, None, 30).await?;
                let phone = users::find_device(tx, ALICE, "PHONE").await?.unwrap();
                assert_eq!(phone.display_name.as_deref(), Some("old"));
                assert_eq!((phone.last_seen_ip, phone.last_seen_ts), (None, Some(20)));
                users::set_device_seen(tx, ALICE, "PHONE", Some("192.0.2.2"), 40).await?;
                assert!(users::rename_device(tx, ALICE, "PHONE", Some("a\0b")).await?);
                assert!(!users::rename_device(tx, ALICE, "NONE", None).await?);
                let ids: Vec<String> =
                    users::list_devices(tx, ALICE).await?.into_iter().map(|device| device.device_id).collect();
                assert_eq!(ids, ["LAPTOP", "PHONE"]);
                users::insert_token(tx, ALICE, b"1", &token("PHONE", false, 1, false)).await?;
                users::insert_token(tx, ALICE, b"2", &token("LAPTOP", false, 2, false)).await?;
                assert_eq!(users::delete_device(tx, ALICE, "PHONE").await?, [b"1"]);
                assert!(users::find_device(tx, ALICE, "PHONE").await?.is_none());
                assert_eq!(users::find_token(tx, ALICE, b"1").await?, None);
                assert_eq!(users::delete_devices(tx, ALICE).await?, [b"2"]);
                assert!(users::list_devices(tx, ALICE).await?.is_empty());
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_pair_in_use_replaces_all_others_of_its_device(database) {
        let store = database.open().await;
        store
            .write(Side::User(ALICE), async |tx| {
                for (hash, token) in [
                    (b"a", token("PHONE", false, 1, false)),
                    (b"b", token("PHONE", true, 1, false)),
                    (b"c", token("PHONE", false, 2, true)),
                    (b"d", token("PHONE", true, 2, true)),
                    (b"e", token("LAPTOP", false, 3, false)),
                ] {
                    users::insert_token(tx, ALICE, hash, &token).await?;
                }
                let mut replaced = users::settle_pair(tx, ALICE, "PHONE", &[2]).await?;
                replaced.sort();
                assert_eq!(replaced, [b"a", b"b"]);
                let settled = token("PHONE", true, 2, false);
                assert_eq!(users::find_token(tx, ALICE, b"d").await?, Some(settled));
                assert!(users::find_token(tx, ALICE, b"e").await?.is_some());
                assert_eq!(users::delete_tokens_of_device(tx, ALICE, "PHONE").await?.len(), 2);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn profile_fields_are_listed_by_name(database) {
        let store = database.open().await;
        store
            .write(Side::User(ALICE), async |tx| {
                for (field, value) in [("displayname", "\"A\""), ("avatar_url", "\"mxc\""), ("displayname", "\"B\"")] {
                    profiles::put(tx, ALICE, field, value).await?;
                }
                let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
                let listed = profiles::list(tx, ALICE).await?;
                assert_eq!(listed, [pair("avatar_url", "\"mxc\""), pair("displayname", "\"B\"")]);
                profiles::delete(tx, ALICE, "avatar_url").await?;
                assert_eq!(profiles::list(tx, ALICE).await?.len(), 1);
                profiles::delete_all(tx, ALICE).await?;
                assert!(profiles::list(tx, ALICE).await?.is_empty());
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_registration_token_counts_its_uses(database) {
        let store = database.open().await;
        store
            .write(Side::Named, async |tx| {
                registration::insert_token(tx, &RegistrationToken::for_admin("sesame".into())).await?;
                assert!(registration::use_token(tx, "sesame").await?);
                assert!(!registration::use_token(tx, "sesame").await?);
                let found = registration::find_token(tx, "sesame").await?.unwrap();
                assert!(found.admin && !found.is_valid(0));
                registration::give_back(tx, "sesame").await?;
                registration::give_back(tx, "sesame").await?;
                let found = registration::find_token(tx, "sesame").await?.unwrap();
                assert_eq!((found.uses_completed, found.is_valid(0)), (0, true));
                assert!(registration::find_token(tx, "a\0b").await?.is_none());
                Ok(())
            })
            .await
            .unwrap();
    }
}
