//! Pushers read their owner's queue as devices do.

use aside_model::{RoomNum, UserNum};
use aside_store::notifications::{self, Brought};
use aside_store::pushers;
use aside_store::queue::{self, Delivery, Notification};
use aside_store::receipts::{self, Mark};
use aside_store::users::{self, User};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

const BOB: UserNum = UserNum(1);
const ROOM: RoomNum = RoomNum(7);

async fn write<T: Send + 'static>(
    store: &Store,
    side: Side,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(side, work).await.unwrap()
}

async fn open(database: &crate::engines::Database) -> Store {
    let store = database.open().await;
    let bob = User {
        num: BOB,
        localpart: "bob".into(),
        password_hash: None,
        created_ts: 1,
        deactivated: false,
        admin: false,
    };
    write(&store, Side::User(BOB), async move |tx| users::insert(tx, &bob).await.map(drop)).await;
    store
}

/// Brings events up to a position, of which those named notify.
async fn brings(store: &Store, upto_pos: i64, notifying: &[i64]) {
    let notification =
        |pos: &i64| Notification { pos: *pos, highlight: false, sound: None, thread_id: None, ts: *pos };
    let delivery = Delivery {
        room: ROOM,
        upto_pos,
        upto_receipt_pos: 0,
        membership: "join".into(),
        membership_pos: 1,
        notifications: notifying.iter().map(notification).collect(),
        ts: 1_000,
        after_pos: None,
    };
    write(store, Side::User(BOB), async move |tx| queue::deliver(tx, BOB, &delivery).await).await;
}

async fn pusher(store: &Store) -> pushers::Pusher {
    write(store, Side::User(BOB), async |tx| pushers::list(tx, BOB).await).await.remove(0)
}

async fn brought(store: &Store, since: i64, limit: i64) -> Vec<(i64, i64)> {
    let list = async move |tx: &Tx<'_>| notifications::list_brought(tx, BOB, since, 1_000, limit).await;
    let listed: Vec<Brought> = store.read(Side::User(BOB), list).await.unwrap();
    listed.iter().map(|brought| (brought.seq, brought.notification.pos)).collect()
}

on_both_engines! {
    async fn a_pusher_begins_with_what_comes_after_it_and_keeps_its_place(database) {
        let store = open(&database).await;
        brings(&store, 3, &[2, 3]).await;
        let put = async |tx: &Tx<'_>| pushers::put(tx, BOB, ("app", "key"), "{}", "PHONE", 5).await;
        write(&store, Side::User(BOB), put).await;
        let head = pusher(&store).await.pushed_seq;
        assert!(head > 0 && brought(&store, head, 10).await.is_empty());
        brings(&store, 6, &[5, 6]).await;
        let new = brought(&store, head, 10).await;
        assert_eq!(new.iter().map(|(_, pos)| *pos).collect::<Vec<_>>(), [6, 5], "the newest first");
        assert_eq!(brought(&store, head, 1).await.len(), 1);
        let seq = new[0].0;
        let set = async move |tx: &Tx<'_>| pushers::set_pushed(tx, BOB, ("app", "key"), seq, 2).await;
        write(&store, Side::User(BOB), set).await;
        // Who comes late with an older place changes nothing, and registering again neither.
        write(&store, Side::User(BOB), async |tx| pushers::set_pushed(tx, BOB, ("app", "key"), 1, 9).await).await;
        write(&store, Side::User(BOB), async |tx| pushers::put(tx, BOB, ("app", "key"), "[]", "PHONE", 9).await).await;
        let kept = pusher(&store).await;
        assert_eq!((kept.pushed_seq, kept.badge, kept.created_ts, kept.pusher.as_str()), (seq, 2, 5, "[]"));
        write(&store, Side::User(BOB), async |tx| users::delete_devices(tx, BOB).await.map(drop)).await;
        assert!(write(&store, Side::User(BOB), async |tx| pushers::list(tx, BOB).await).await.is_empty());
    }

    async fn what_was_read_is_not_brought_to_a_pusher(database) {
        let store = open(&database).await;
        brings(&store, 3, &[2, 3]).await;
        let mark = Mark { kind: "m.read".into(), thread_id: String::new(), event_id: "$2".into(), pos: 2, ts: 9 };
        write(&store, Side::User(BOB), async move |tx| receipts::put_mark(tx, BOB, ROOM, &mark).await).await;
        assert_eq!(brought(&store, 0, 10).await.iter().map(|(_, pos)| *pos).collect::<Vec<_>>(), [3]);
    }
}
