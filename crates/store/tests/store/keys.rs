use std::collections::BTreeSet;

use aside_model::UserNum;
use aside_store::backup::{Session, Which};
use aside_store::keys::OneTimeKey;
use aside_store::users::User;
use aside_store::{Side, Store, backup, keys, queue, to_device, users};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);
const CURVE: &str = "signed_curve25519";

async fn with_alice(database: &crate::engines::Database) -> Store {
    let store = database.open().await;
    let user = User {
        num: ALICE,
        localpart: "alice".into(),
        password_hash: None,
        created_ts: 1,
        deactivated: false,
        admin: false,
    };
    store.write(Side::User(ALICE), async move |tx| users::insert(tx, &user).await).await.unwrap();
    store
}

async fn uploads(store: &Store, names: Vec<String>) {
    let key = |name| OneTimeKey { algorithm: CURVE.into(), key_id: name, key: "{}".into() };
    let keys: Vec<OneTimeKey> = names.into_iter().map(key).collect();
    store
        .write(Side::User(ALICE), async move |tx| {
            queue::take_head(tx, ALICE).await?;
            keys::insert_one_time(tx, ALICE, "DEVICE", &keys).await
        })
        .await
        .unwrap();
}

async fn claims(store: &Store) -> Option<String> {
    let claimed = store
        .write(Side::User(ALICE), async move |tx| keys::claim_one_time(tx, ALICE, "DEVICE", CURVE).await)
        .await;
    claimed.unwrap().map(|key| key.key_id)
}

on_both_engines! {
    /// Two pools stand for two processes, where the engine allows more than one.
    async fn each_key_is_claimed_once_by_many_at_once(database) {
        let store = with_alice(&database).await;
        let other = if store.is_shared() { database.open().await } else { store.clone() };
        uploads(&store, (0..50).map(|number| format!("key{number}")).collect()).await;
        let claims: Vec<_> = (0..64)
            .map(|number| {
                let store = if number % 2 == 0 { store.clone() } else { other.clone() };
                tokio::spawn(async move { claims(&store).await })
            })
            .collect();
        let mut claimed = Vec::new();
        for claim in claims {
            claimed.extend(claim.await.unwrap());
        }
        assert_eq!(claimed.len(), 50);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 50);
    }

    async fn the_oldest_upload_is_claimed_first(database) {
        let store = with_alice(&database).await;
        for names in [["z", "y"], ["b", "a"]] {
            uploads(&store, names.map(str::to_owned).to_vec()).await;
        }
        let mut claimed = Vec::new();
        while let Some(key) = claims(&store).await {
            claimed.push(key);
        }
        assert_eq!(claimed, ["y", "z", "a", "b"]);
    }

    async fn what_is_left_of_keys_is_counted_by_algorithm(database) {
        let store = with_alice(&database).await;
        uploads(&store, vec!["a".into(), "b".into()]).await;
        let left = store
            .write(Side::User(ALICE), async |tx| {
                let fallback = OneTimeKey { algorithm: CURVE.into(), key_id: "f".into(), key: "{}".into() };
                keys::put_fallback(tx, ALICE, "DEVICE", &fallback).await?;
                let unused = keys::list_left(tx, ALICE, "DEVICE").await?;
                keys::use_fallback(tx, ALICE, "DEVICE", CURVE).await?;
                Ok((unused, keys::list_left(tx, ALICE, "DEVICE").await?))
            })
            .await
            .unwrap();
        let told = |left: &[keys::Left]| (left.iter().map(|left| left.one_time).sum::<i64>(), left.iter().any(|left| left.unused_fallback));
        assert_eq!(told(&left.0), (2, true));
        assert_eq!(told(&left.1), (2, false));
    }

    async fn a_device_s_messages_stay_in_order_until_they_are_deleted(database) {
        let store = with_alice(&database).await;
        let (listed, first, fresh) = store
            .write(Side::User(ALICE), async |tx| {
                for seq in [1, 2, 3] {
                    to_device::insert(tx, ALICE, "DEVICE", seq, &format!("{seq}")).await?;
                    to_device::insert(tx, ALICE, "OTHER", seq, "other").await?;
                }
                let listed = to_device::list(tx, ALICE, "DEVICE", 1, 3, 10).await?;
                to_device::delete_upto(tx, ALICE, "DEVICE", 2).await?;
                let first = to_device::find_first(tx, ALICE, "DEVICE").await?;
                let fresh = to_device::insert_request(tx, ALICE, b"request", 5).await?
                    && !to_device::insert_request(tx, ALICE, b"request", 6).await?;
                to_device::delete_requests(tx, ALICE, 6).await?;
                Ok((listed, first, fresh && to_device::insert_request(tx, ALICE, b"request", 7).await?))
            })
            .await
            .unwrap();
        assert_eq!(listed, [(2, "2".to_owned()), (3, "3".to_owned())]);
        assert_eq!(first, Some(3));
        assert!(fresh, "a request is new once, and again after it was forgotten");
    }

    async fn what_is_kept_back_of_a_sender_comes_when_it_is_released(database) {
        let store = with_alice(&database).await;
        let (before, released, after, again) = store
            .write(Side::User(ALICE), async |tx| {
                for event in ["first", "second", "third"] {
                    let seq = queue::take_head(tx, ALICE).await?;
                    to_device::hold(tx, ALICE, "DEVICE", seq, event, "@bob:localhost", 2).await?;
                }
                let seq = queue::take_head(tx, ALICE).await?;
                to_device::hold(tx, ALICE, "DEVICE", seq, "other", "@eve:localhost", 2).await?;
                to_device::delete_upto(tx, ALICE, "DEVICE", seq).await?;
                let before = (
                    to_device::list(tx, ALICE, "DEVICE", 0, 100, 10).await?,
                    to_device::find_first(tx, ALICE, "DEVICE").await?,
                );
                let released = to_device::release(tx, ALICE, "@bob:localhost").await?;
                let after = to_device::list(tx, ALICE, "DEVICE", 0, 100, 10).await?;
                let again = to_device::release(tx, ALICE, "@bob:localhost").await?;
                Ok((before, released, after, again))
            })
            .await
            .unwrap();
        assert_eq!(before, (Vec::new(), None), "no list reaches it");
        assert_eq!(after, [(5, "second".to_owned()), (6, "third".to_owned())], "the newest, oldest first");
        assert_eq!((released, again), (Some(6), None));
    }

    async fn a_deleted_backup_version_keeps_its_number(database) {
        let store = with_alice(&database).await;
        store
            .write(Side::User(ALICE), async |tx| {
                let first = backup::insert_version(tx, ALICE, "algorithm", "{}").await?;
                let second = backup::insert_version(tx, ALICE, "algorithm", "{}").await?;
                let session = Session {
                    room_id: "!room".into(),
                    session_id: "session".into(),
                    first_message_index: 1,
                    forwarded_count: 2,
                    is_verified: true,
                    session_data: "{}".into(),
                };
                backup::put_session(tx, ALICE, second, &session).await?;
                assert_eq!(backup::list_sessions(tx, ALICE, second, &Which::All).await?, [session]);
                assert_eq!(backup::find_current(tx, ALICE).await?.map(|current| current.version), Some(second));
                backup::delete_version(tx, ALICE, second).await?;
                assert_eq!(backup::list_sessions(tx, ALICE, second, &Which::All).await?, []);
                assert_eq!(backup::find_current(tx, ALICE).await?.map(|current| current.version), Some(first));
                assert!(backup::was_version(tx, ALICE, second).await?);
                assert!(backup::insert_version(tx, ALICE, "algorithm", "{}").await? > second);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_change_of_keys_is_to_be_announced_until_it_was(database) {
        let store = with_alice(&database).await;
        let left = store
            .write(Side::User(ALICE), async |tx| {
                keys::put_unannounced(tx, ALICE, 4).await?;
                keys::put_unannounced(tx, ALICE, 7).await?;
                keys::delete_unannounced(tx, ALICE, 4).await
            })
            .await;
        left.unwrap();
        let list = async || store.read(Side::Sweep, async |tx| keys::list_unannounced(tx, 10).await).await.unwrap();
        assert_eq!(list().await, [(ALICE, 7)], "a newer change is still to be announced");
        store.write(Side::User(ALICE), async |tx| keys::delete_unannounced(tx, ALICE, 7).await).await.unwrap();
        assert_eq!(list().await, []);
    }
}
