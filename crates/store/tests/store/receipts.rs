//! How far people have read, and what is unread because of it.

use aside_model::{RoomNum, UserNum};
use aside_store::notifications::{self, Count, NEWEST, Place};
use aside_store::queue::{self, Delivery, Notification};
use aside_store::receipts::{self, Mark, Receipt};
use aside_store::users::{self, User};
use aside_store::{Side, Store, rooms};

use crate::engines::Database;
use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);
const ROOM: RoomNum = RoomNum(7);

async fn open_with_alice(database: &Database) -> Store {
    let store = database.open().await;
    let alice = User {
        num: ALICE,
        localpart: "alice".into(),
        password_hash: None,
        created_ts: 1,
        deactivated: false,
        admin: false,
    };
    store.write(Side::User(ALICE), async move |tx| users::insert(tx, &alice).await.map(drop)).await.unwrap();
    store
}

fn notification(pos: i64, highlight: bool, thread_id: Option<&str>) -> Notification {
    Notification { pos, highlight, sound: None, thread_id: thread_id.map(str::to_owned), ts: 1_000 + pos }
}

async fn deliver(
    store: &Store,
    room: RoomNum,
    membership: &str,
    membership_pos: i64,
    found: Vec<Notification>,
) {
    let delivery = Delivery {
        room,
        upto_pos: found.iter().map(|one| one.pos).max().unwrap_or(0).max(membership_pos),
        upto_receipt_pos: 0,
        membership: membership.into(),
        membership_pos,
        notifications: found,
        ts: 1_000,
        after_pos: None,
    };
    let write = async move |tx: &aside_store::Tx<'_>| queue::deliver(tx, ALICE, &delivery).await;
    assert!(store.write(Side::User(ALICE), write).await.unwrap());
}

async fn mark(store: &Store, kind: &'static str, thread_id: &'static str, pos: i64) -> bool {
    let mark =
        Mark { kind: kind.into(), thread_id: thread_id.into(), event_id: format!("${pos}"), pos, ts: 5 };
    let write = async move |tx: &aside_store::Tx<'_>| receipts::put_mark(tx, ALICE, ROOM, &mark).await;
    store.write(Side::User(ALICE), write).await.unwrap()
}

/// Thread, notifications and highlights, asked for the room alone and for all rooms at once.
async fn unread(store: &Store) -> Vec<(Option<String>, i64, i64)> {
    let (one, all) = store
        .read(Side::User(ALICE), async |tx| {
            let place = queue::find_user_room(tx, ALICE, ROOM).await?.unwrap();
            let one = notifications::count(tx, ALICE, ROOM, place.joined_pos).await?;
            Ok((one, notifications::count_all(tx, ALICE).await?))
        })
        .await
        .unwrap();
    let sorted = |counts: Vec<Count>| {
        let of_room = counts.into_iter().filter(|count| count.room == ROOM);
        let mut counts: Vec<_> =
            of_room.map(|count| (count.thread_id, count.notifications, count.highlights)).collect();
        counts.sort();
        counts
    };
    let one = sorted(one);
    assert_eq!(one, sorted(all));
    one
}

on_both_engines! {
    async fn a_mark_moves_forwards_and_takes_the_unread_below_it_along(database) {
        let store = open_with_alice(&database).await;
        deliver(&store, ROOM, "invite", 3, vec![notification(3, false, None)]).await;
        deliver(&store, ROOM, "join", 4, Vec::new()).await;
        assert!(unread(&store).await.is_empty(), "an accepted invite is read");
        let found = vec![
            notification(5, true, None),
            notification(6, false, Some("$t")),
            notification(7, false, None),
            notification(8, true, Some("$t")),
        ];
        deliver(&store, ROOM, "join", 4, found).await;
        let thread = || Some("$t".to_owned());
        assert_eq!(unread(&store).await, [(None, 2, 1), (thread(), 2, 1)]);
        assert!(mark(&store, "m.read", "$t", 6).await);
        assert_eq!(unread(&store).await, [(None, 2, 1), (thread(), 1, 1)]);
        assert!(mark(&store, "m.read.private", "main", 5).await);
        assert_eq!(unread(&store).await, [(None, 1, 0), (thread(), 1, 1)]);
        assert!(mark(&store, "m.read", "", 7).await);
        assert_eq!(unread(&store).await, [(thread(), 1, 1)]);
        assert!(!mark(&store, "m.read", "", 7).await, "the same again");
        assert!(!mark(&store, "m.read", "", 2).await, "backwards");
        assert!(mark(&store, "m.read.private", "", 8).await);
        assert!(unread(&store).await.is_empty());
        let marks = store.read(Side::User(ALICE), async |tx| receipts::list_marks(tx, ALICE, ROOM).await);
        assert_eq!(marks.await.unwrap().len(), 4);
    }

    async fn a_change_of_name_keeps_the_unread_and_coming_back_does_not(database) {
        let store = open_with_alice(&database).await;
        deliver(&store, ROOM, "join", 1, vec![notification(2, false, None)]).await;
        deliver(&store, ROOM, "join", 3, Vec::new()).await;
        assert_eq!(unread(&store).await, [(None, 1, 0)], "a new name");
        deliver(&store, ROOM, "leave", 4, Vec::new()).await;
        deliver(&store, ROOM, "join", 6, vec![notification(7, false, None)]).await;
        assert_eq!(unread(&store).await, [(None, 1, 0)], "only what came since");
    }

    async fn notifications_are_listed_newest_first_page_by_page(database) {
        let store = open_with_alice(&database).await;
        deliver(&store, ROOM, "join", 1, vec![notification(2, true, None), notification(9, false, None)]).await;
        deliver(&store, RoomNum(8), "join", 1, vec![notification(5, false, None)]).await;
        let list = async |after: Place, only_highlights: bool, limit: i64| {
            let read = async move |tx: &aside_store::Tx<'_>| {
                notifications::list(tx, ALICE, after, only_highlights, limit).await
            };
            let listed = store.read(Side::User(ALICE), read).await.unwrap();
            listed.into_iter().map(|(room, one)| (room.0, one.pos)).collect::<Vec<_>>()
        };
        assert_eq!(list(NEWEST, false, 10).await, [(7, 9), (8, 5), (7, 2)]);
        assert_eq!(list(NEWEST, true, 10).await, [(7, 2)]);
        assert_eq!(list(Place { ts: 1_009, room: ROOM, pos: 9 }, false, 1).await, [(8, 5)]);
        let trim = async |tx: &aside_store::Tx<'_>| notifications::trim(tx, ALICE, ROOM, 9, 1_005).await;
        store.write(Side::User(ALICE), trim).await.unwrap();
        assert_eq!(list(NEWEST, false, 10).await, [(7, 9), (8, 5)], "what is old and read goes");
    }

    async fn a_public_receipt_takes_a_position_each_time_it_moves(database) {
        let store = database.open().await;
        let make = async |tx: &aside_store::Tx<'_>| rooms::insert(tx, ROOM, "!r", "12", 9, "$8").await;
        store.write(Side::Room(ROOM), make).await.unwrap();
        let put = async |user_id: &str, thread_id: &str, event_pos: i64| {
            let receipt = Receipt {
                user_id: user_id.into(),
                kind: "m.read".into(),
                thread_id: thread_id.into(),
                event_id: format!("${event_pos}"),
                event_pos,
                ts: 5,
            };
            let write = async move |tx: &aside_store::Tx<'_>| receipts::put(tx, ROOM, &receipt).await;
            store.write(Side::Room(ROOM), write).await.unwrap()
        };
        assert_eq!(put("@alice:a", "", 3).await, Some(1));
        assert_eq!(put("@bob:a", "", 3).await, Some(2));
        assert_eq!(put("@alice:a", "", 3).await, None);
        assert_eq!(put("@alice:a", "", 2).await, None);
        assert_eq!(put("@alice:a", "main", 2).await, Some(3));
        assert_eq!(put("@alice:a", "", 5).await, Some(4));
        let range = async |from: i64, to: i64| {
            let read = async move |tx: &aside_store::Tx<'_>| receipts::range(tx, ROOM, from, to, 10).await;
            let found = store.read(Side::Room(ROOM), read).await.unwrap();
            found.into_iter().map(|one| (one.user_id, one.thread_id, one.event_pos)).collect::<Vec<_>>()
        };
        let (alice, bob) = ("@alice:a".to_owned(), "@bob:a".to_owned());
        let expected = [(alice.clone(), String::new(), 5), (alice, "main".into(), 2), (bob, String::new(), 3)];
        assert_eq!(range(1, 4).await, expected);
        assert!(range(1, 1).await.is_empty(), "it has moved on");
    }
}
