//! Names of rooms, and the public room directory.

use aside_model::RoomNum;
use aside_store::aliases::{self, Alias};
use aside_store::{Side, Store};

use crate::on_both_engines;

fn alias(name: &str, room: i64) -> Alias {
    Alias {
        alias: format!("#{name}:localhost"),
        room: RoomNum(room),
        room_id: format!("!{room}:localhost"),
        creator: "@alice:localhost".into(),
    }
}

async fn insert(store: &Store, alias: Alias) -> bool {
    store.write(Side::Named, async move |tx| aliases::insert(tx, &alias).await).await.unwrap()
}

async fn list(store: &Store, room: i64) -> Vec<String> {
    store.read(Side::Named, async move |tx| aliases::list(tx, RoomNum(room)).await).await.unwrap()
}

async fn find(store: &Store, name: &str) -> Option<Alias> {
    let name = format!("#{name}:localhost");
    store.read(Side::Named, async move |tx| aliases::find(tx, &name).await).await.unwrap()
}

on_both_engines! {
    async fn a_name_is_given_once_until_it_is_taken_away(database) {
        let store = database.open().await;
        assert!(insert(&store, alias("b", 1)).await);
        assert!(insert(&store, alias("a", 1)).await);
        assert!(!insert(&store, alias("a", 2)).await);
        assert_eq!(find(&store, "a").await, Some(alias("a", 1)));
        assert_eq!(list(&store, 1).await, ["#a:localhost", "#b:localhost"]);
        assert_eq!(list(&store, 2).await, Vec::<String>::new());
        let delete = async |tx: &aside_store::Tx<'_>| aliases::delete(tx, &alias("a", 1)).await;
        store.write(Side::Named, delete).await.unwrap();
        assert_eq!((find(&store, "a").await, list(&store, 1).await), (None, vec!["#b:localhost".into()]));
        assert!(insert(&store, alias("a", 2)).await);
    }

    async fn a_name_goes_to_another_room(database) {
        let store = database.open().await;
        insert(&store, alias("a", 1)).await;
        let set_room = async |tx: &aside_store::Tx<'_>| {
            aliases::set_room(tx, &alias("a", 1), RoomNum(2), "!2:localhost").await
        };
        store.write(Side::Named, set_room).await.unwrap();
        assert_eq!(find(&store, "a").await, Some(alias("a", 2)));
        assert_eq!((list(&store, 1).await, list(&store, 2).await), (vec![], vec!["#a:localhost".into()]));
    }

    async fn rooms_are_listed_until_they_are_not(database) {
        let store = database.open().await;
        let found = store
            .write(Side::Named, async |tx| {
                for room in [1, 2, 3, 2] {
                    aliases::set_listed(tx, RoomNum(room), true).await?;
                }
                aliases::set_listed(tx, RoomNum(1), false).await?;
                aliases::set_listed(tx, RoomNum(9), false).await?;
                let is_listed =
                    (aliases::is_listed(tx, RoomNum(1)).await?, aliases::is_listed(tx, RoomNum(2)).await?);
                Ok((aliases::list_listed(tx, 10).await?, aliases::list_listed(tx, 1).await?, is_listed))
            })
            .await
            .unwrap();
        assert_eq!(found, (vec![RoomNum(3), RoomNum(2)], vec![RoomNum(3)], (false, true)));
    }
}
