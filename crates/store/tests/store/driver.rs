//! Transactions: all or nothing, each on its own, repeatable reads.

use aside_model::UserNum;
use aside_store::users::{self, User};
use aside_store::{Error, Side, Tx, names};

use crate::on_both_engines;

fn user(num: i64) -> User {
    User {
        num: UserNum(num),
        localpart: format!("user{num}"),
        password_hash: None,
        created_ts: 1,
        deactivated: false,
        admin: false,
    }
}

on_both_engines! {
    async fn work_that_fails_leaves_nothing_and_harms_no_neighbour(database) {
        let store = database.open().await;
        let writes = (1..=40).map(|num| {
            let store = store.clone();
            async move {
                let side = Side::User(UserNum(num));
                store
                    .write(side, async move |tx| {
                        users::insert(tx, &user(num)).await?;
                        if num % 2 == 0 { Err(Error::Conflict("as wished")) } else { Ok(()) }
                    })
                    .await
            }
        });
        let results = futures_util::future::join_all(writes).await;
        for (num, result) in (1..=40).zip(results) {
            let found =
                store.read(Side::User(UserNum(num)), async move |tx| users::find(tx, UserNum(num)).await);
            assert_eq!(found.await.unwrap().is_some(), result.is_ok(), "user {num}");
            assert_eq!(result.is_ok(), num % 2 == 1);
        }
    }

    async fn what_follows_is_written_where_the_first_is_each_for_itself(database) {
        let store = database.open().await;
        let side = |num| Side::User(UserNum(num));
        let insert = move |num: i64, fails: bool| {
            async move |tx: &Tx<'_>| {
                users::insert(tx, &user(num)).await?;
                if fails { Err(Error::Conflict("as wished")) } else { Ok(num) }
            }
        };
        let then = vec![(side(2), insert(2, false)), (side(3), insert(3, true)), (side(4), insert(4, false))];
        let (told, hears) = tokio::sync::oneshot::channel();
        let committed = move |(first, followed): &(i64, Vec<aside_store::Result<i64>>)| {
            told.send((*first, followed.len())).unwrap();
        };
        let (first, followed) = store.write_then(side(1), insert(1, false), then, committed).await.unwrap();
        assert_eq!(hears.await.unwrap(), (1, 3));
        assert_eq!(first, 1);
        assert_eq!(followed.iter().map(|result| result.as_ref().ok()).collect::<Vec<_>>(), [Some(&2), None, Some(&4)]);
        let refused = store.write_then(side(5), insert(5, true), vec![(side(6), insert(6, false))], |_| panic!("nothing was committed"));
        assert!(refused.await.is_err());

        let mut found = Vec::new();
        for num in 1..=6 {
            let find = async move |tx: &Tx<'_>| users::find(tx, UserNum(num)).await;
            found.push(store.read(side(num), find).await.unwrap().is_some());
        }
        assert_eq!(found, [true, true, false, true, false, false]);
    }

    async fn a_panic_in_one_work_is_an_error_for_it_alone(database) {
        let store = database.open().await;
        let panics = store
            .write(Side::Named, async |tx| {
                names::put_setting(tx, "lost", "1").await?;
                if names::find_setting(tx, "lost").await?.is_some() {
                    panic!("as wished");
                }
                Ok(())
            })
            .await;
        assert!(panics.is_err());
        store.write(Side::Named, async |tx| names::put_setting(tx, "kept", "2").await).await.unwrap();
        let lost = store.read(Side::Named, async |tx| names::find_setting(tx, "lost").await).await.unwrap();
        let kept = store.read(Side::Named, async |tx| names::find_setting(tx, "kept").await).await.unwrap();
        assert_eq!((lost, kept.as_deref()), (None, Some("2")));
    }

    async fn one_name_is_claimed_by_one(database) {
        let (one, other) = (database.open().await, database.open().await);
        let claims = (0..32).map(|turn| {
            let store = if turn % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move {
                loop {
                    match store.write(Side::Named, async |tx| names::claim_user(tx, "alice").await).await {
                        Err(Error::Conflict(_)) => {}
                        result => return result.unwrap(),
                    }
                }
            })
        });
        let claims: Vec<_> = futures_util::future::join_all(claims).await;
        let claims: Vec<(UserNum, bool)> = claims.into_iter().map(Result::unwrap).collect();
        assert_eq!(claims.iter().filter(|(_, free)| *free).count(), 1);
        assert!(claims.iter().all(|(num, _)| *num == claims[0].0), "everybody hears the same number");
    }

    async fn opening_again_finds_everything(database) {
        database.open().await.write(Side::Named, async |tx| names::put_setting(tx, "a", "b").await).await.unwrap();
        let store = database.open().await;
        let found = store.read(Side::Named, async |tx| names::find_setting(tx, "a").await).await.unwrap();
        assert_eq!(found.as_deref(), Some("b"));
    }
}
