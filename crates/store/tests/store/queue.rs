//! The inbox queue: positions appear in order, deliveries may be repeated, trimming is remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aside_model::{RoomNum, UserNum};
use aside_store::queue::{self, Delivery, Entry, Kind};
use aside_store::users::{self, User};
use aside_store::{Error, Side, Store};

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

fn delivery(room: RoomNum, upto_pos: i64) -> Delivery {
    Delivery {
        room,
        upto_pos,
        upto_receipt_pos: 0,
        membership: "join".into(),
        membership_pos: 1,
        notifications: Vec::new(),
        ts: 1_000,
        after_pos: None,
    }
}

async fn deliver(store: &Store, delivery: Delivery) -> bool {
    store.write(Side::User(ALICE), async move |tx| queue::deliver(tx, ALICE, &delivery).await).await.unwrap()
}

async fn read(store: &Store, since: i64) -> Vec<Entry> {
    store
        .read(Side::User(ALICE), async move |tx| {
            let head = queue::find_head(tx, ALICE).await?;
            queue::range(tx, ALICE, since, head.seq, 100_000).await
        })
        .await
        .unwrap()
}

fn spans(entries: &[Entry]) -> Vec<(i64, i64)> {
    entries.iter().map(|entry| (entry.from_pos, entry.to_pos)).collect()
}

on_both_engines! {
    async fn a_forgotten_room_stays_forgotten_until_its_user_comes_back(database) {
        let store = open_with_alice(&database).await;
        let as_member = |membership: &str, pos| Delivery {
            membership: membership.into(), membership_pos: pos, ..delivery(ROOM, pos)
        };
        let forgotten = async || {
            let find = async |tx: &aside_store::Tx<'_>| queue::find_user_room(tx, ALICE, ROOM).await;
            store.read(Side::User(ALICE), find).await.unwrap().unwrap().forgotten
        };
        deliver(&store, as_member("join", 1)).await;
        store.write(Side::User(ALICE), async |tx| queue::forget(tx, ALICE, ROOM).await).await.unwrap();
        // Forgetting may overtake the news of the leaving.
        deliver(&store, as_member("leave", 2)).await;
        assert!(forgotten().await);
        deliver(&store, as_member("invite", 3)).await;
        assert!(!forgotten().await);
    }

    async fn the_next_events_of_a_room_are_found_from_a_place_in_the_queue(database) {
        let store = open_with_alice(&database).await;
        for (room, upto_pos) in [(ROOM, 3), (RoomNum(8), 5), (ROOM, 6), (ROOM, 9)] {
            deliver(&store, delivery(room, upto_pos)).await;
        }
        let next = async |since| {
            let find = async move |tx: &aside_store::Tx<'_>| queue::find_next_events(tx, ALICE, ROOM, since).await;
            store.read(Side::User(ALICE), find).await.unwrap()
        };
        assert_eq!([next(0).await, next(1).await, next(3).await], [Some(1), Some(4), Some(7)]);
        assert_eq!(next(4).await, None);
    }

    async fn a_delivery_that_knows_what_was_before_is_refused_where_that_was_something_else(database) {
        let store = open_with_alice(&database).await;
        deliver(&store, delivery(ROOM, 3)).await;
        let after = async |after_pos, upto_pos| {
            let delivery = Delivery { after_pos: Some(after_pos), ..delivery(ROOM, upto_pos) };
            let work = async move |tx: &aside_store::Tx<'_>| queue::deliver(tx, ALICE, &delivery).await;
            store.write(Side::User(ALICE), work).await
        };
        for (after_pos, upto_pos) in [(2, 4), (4, 5), (2, 3)] {
            let refused = after(after_pos, upto_pos).await;
            assert!(matches!(refused, Err(Error::Conflict(_))), "after {after_pos}: {refused:?}");
        }
        assert!(after(3, 4).await.unwrap());
        assert_eq!(spans(&read(&store, 0).await), [(1, 3), (4, 4)]);
    }

    async fn a_delivery_may_be_repeated_late_or_lost(database) {
        let store = open_with_alice(&database).await;
        assert!(deliver(&store, delivery(ROOM, 3)).await);
        assert!(!deliver(&store, delivery(ROOM, 3)).await, "the same again");
        assert!(!deliver(&store, delivery(ROOM, 2)).await, "an older one that was late");
        assert!(deliver(&store, delivery(ROOM, 9)).await, "the next, after some were lost");
        assert_eq!(spans(&read(&store, 0).await), [(1, 3), (4, 9)]);
    }

    async fn a_change_of_membership_is_brought_with_its_events(database) {
        let store = open_with_alice(&database).await;
        let invited = Delivery { membership: "invite".into(), membership_pos: 5, ..delivery(ROOM, 5) };
        assert!(deliver(&store, invited).await);
        assert!(deliver(&store, Delivery { membership_pos: 6, ..delivery(ROOM, 8) }).await);
        let found = store
            .read(Side::User(ALICE), async |tx| queue::find_user_room(tx, ALICE, ROOM).await)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.membership.as_str(), found.membership_pos, found.last_pos), ("join", 6, 8));
        assert_eq!(spans(&read(&store, 0).await), [(5, 5), (6, 8)], "nothing from before the invite");
    }

    /// Writers on two connections pools, as two server processes, deliver to one user while a reader polls: no entry may
    /// appear at or below a position that the reader was told already, and every position of every room comes once.
    async fn positions_never_appear_out_of_order(database) {
        const ROOMS: i64 = 6;
        const POSITIONS: i64 = 60;
        let one = open_with_alice(&database).await;
        let other = database.open().await;
        let done = Arc::new(AtomicBool::new(false));
        let reader = tokio::spawn({
            let (store, done) = (other.clone(), Arc::clone(&done));
            async move {
                let (mut since, mut seen) = (0, Vec::new());
                loop {
                    let finished = done.load(Ordering::SeqCst);
                    let (head, entries) = store
                        .read(Side::User(ALICE), async move |tx| {
                            let head = queue::find_head(tx, ALICE).await?;
                            Ok((head.seq, queue::range(tx, ALICE, since, head.seq, 100_000).await?))
                        })
                        .await
                        .unwrap();
                    seen.extend(entries);
                    since = head;
                    if finished {
                        return seen;
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        let writers = (0..ROOMS * 2).map(|writer| {
            let store = if writer % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move {
                for pos in 1..=POSITIONS {
                    // Each room has two writers; every third delivery of one is left out and made good by the next.
                    if pos % 3 != 0 || writer % 2 == 0 || pos == POSITIONS {
                        deliver(&store, delivery(RoomNum(1 + writer / 2), pos)).await;
                    }
                }
            })
        });
        for writer in futures_util::future::join_all(writers).await {
            writer.unwrap();
        }
        done.store(true, Ordering::SeqCst);
        let seen = reader.await.unwrap();
        assert!(seen.windows(2).all(|pair| pair[0].seq < pair[1].seq), "entries came in order, each once");
        for room in (1..=ROOMS).map(RoomNum) {
            let of_room: Vec<Entry> = seen.iter().filter(|entry| entry.room == room).cloned().collect();
            let positions: Vec<i64> =
                of_room.iter().flat_map(|entry| entry.from_pos..=entry.to_pos).collect();
            assert_eq!(positions, (1..=POSITIONS).collect::<Vec<_>>(), "room {room:?}");
        }
        assert_eq!(read(&one, 0).await, seen, "what was read on the way is all there is");
    }

    async fn trimming_is_by_age_and_by_count_and_is_remembered(database) {
        let store = open_with_alice(&database).await;
        for pos in 1..=10 {
            deliver(&store, Delivery { ts: pos * 100, ..delivery(ROOM, pos) }).await;
        }
        let trim = async |before_ts: i64, keep_max: i64| {
            let side = Side::User(ALICE);
            let work = async move |tx: &aside_store::Tx<'_>| {
                match queue::find_trim(tx, ALICE, before_ts, keep_max).await? {
                    Some(upto) => queue::trim(tx, ALICE, upto).await,
                    None => Ok(0),
                }
            };
            store.write(side, work).await.unwrap()
        };
        assert_eq!(trim(301, 100).await, 3, "positions 1, 2 and 3 are 100 to 300 ms old");
        assert_eq!(trim(0, 5).await, 2, "ten less three less two leaves five");
        assert_eq!(trim(0, 5).await, 0);
        assert_eq!(spans(&read(&store, 0).await), (6..=10).map(|pos| (pos, pos)).collect::<Vec<_>>());
        let head = store.read(Side::User(ALICE), async |tx| queue::find_head(tx, ALICE).await).await.unwrap();
        assert_eq!((head.seq, head.trimmed_seq), (10, 5));
    }

    async fn receipts_have_positions_of_their_own(database) {
        let store = open_with_alice(&database).await;
        deliver(&store, delivery(ROOM, 2)).await;
        assert!(deliver(&store, Delivery { upto_receipt_pos: 4, ..delivery(ROOM, 2) }).await);
        assert!(deliver(&store, Delivery { upto_receipt_pos: 5, ..delivery(ROOM, 3) }).await);
        assert!(!deliver(&store, Delivery { upto_receipt_pos: 5, ..delivery(ROOM, 3) }).await);
        let entries = read(&store, 0).await;
        let kinds: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.from_pos, entry.to_pos)).collect();
        let expected = [
            (Kind::Timeline, 1, 2),
            (Kind::Receipts, 1, 4),
            (Kind::Timeline, 3, 3),
            (Kind::Receipts, 5, 5),
        ];
        assert_eq!(kinds, expected);
        assert!(entries.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    }
}
