//! Message requests, and what senders may still do.

use aside_model::{RoomNum, UserNum};
use aside_store::budgets::{self, Counted, Decision};
use aside_store::requests::{self, Request, Waiting};
use aside_store::{Side, Store, complaints};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);
const BOB: UserNum = UserNum(2);
const ROOM: RoomNum = RoomNum(7);

fn waiting(sent: i64) -> Waiting {
    Waiting {
        user: BOB,
        sender: ALICE,
        state: "pending".into(),
        direct: true,
        stranger: true,
        folder: "requests".into(),
        sent,
        created_ts: 5,
        expires_ts: 9,
    }
}

fn request(room: i64, created_ts: i64) -> Request {
    Request {
        room: RoomNum(room),
        sender: ALICE,
        sender_id: "@alice:localhost".into(),
        state: "pending".into(),
        folder: "requests".into(),
        direct: true,
        stranger: true,
        unread: true,
        created_ts,
        changed_ts: created_ts,
        expires_ts: 100,
    }
}

async fn put(store: &Store, wanted: Request) {
    store.write(Side::User(BOB), async move |tx| requests::put(tx, BOB, &wanted).await).await.unwrap();
}

async fn find(store: &Store, room: i64) -> Option<Request> {
    store.read(Side::User(BOB), async move |tx| requests::find(tx, BOB, RoomNum(room)).await).await.unwrap()
}

on_both_engines! {
    async fn a_room_knows_whose_answer_it_waits_for(database) {
        let store = database.open().await;
        for sent in [0, 3] {
            let row = waiting(sent);
            store.write(Side::Room(ROOM), async move |tx| requests::put_waiting(tx, ROOM, &row).await).await.unwrap();
        }
        let list = async |tx: &aside_store::Tx<'_>| requests::list_waiting(tx, ROOM).await;
        assert_eq!(store.read(Side::Room(ROOM), list).await.unwrap(), [waiting(3)]);
        store.write(Side::Room(ROOM), async |tx| requests::delete_waiting(tx, ROOM, BOB).await).await.unwrap();
        assert_eq!(store.read(Side::Room(ROOM), list).await.unwrap(), []);
    }

    async fn a_request_is_brought_once_and_answered_once(database) {
        let store = database.open().await;
        put(&store, request(7, 10)).await;
        put(&store, request(8, 20)).await;
        let settle = async |tx: &aside_store::Tx<'_>| requests::settle(tx, BOB, ROOM, "declined", 30).await;
        assert!(store.write(Side::User(BOB), settle).await.unwrap());
        assert!(!store.write(Side::User(BOB), settle).await.unwrap(), "an answer is given once");
        put(&store, request(7, 10)).await;
        assert_eq!(find(&store, 7).await.unwrap().state, "declined", "a repeated delivery asks nothing again");
        let pending = async |tx: &aside_store::Tx<'_>| requests::list(tx, BOB, "pending", 10).await;
        assert_eq!(store.read(Side::User(BOB), pending).await.unwrap(), [request(8, 20)]);
        put(&store, request(7, 40)).await;
        assert_eq!(find(&store, 7).await.unwrap(), request(7, 40), "a later one asks again");
        let rooms: Vec<RoomNum> =
            store.read(Side::User(BOB), pending).await.unwrap().iter().map(|request| request.room).collect();
        assert_eq!(rooms, [RoomNum(7), RoomNum(8)], "the newest first");
    }

    async fn what_nobody_answers_in_time_is_found(database) {
        let store = database.open().await;
        put(&store, request(7, 10)).await;
        put(&store, request(8, 20)).await;
        let settle = async |tx: &aside_store::Tx<'_>| requests::settle(tx, BOB, RoomNum(8), "accepted", 30).await;
        store.write(Side::User(BOB), settle).await.unwrap();
        let expired = async |now| {
            store.read(Side::Sweep, async move |tx| requests::list_expired(tx, now, 10).await).await.unwrap()
        };
        assert_eq!((expired(99).await, expired(100).await), (vec![], vec![(BOB, ROOM)]));
    }

    async fn news_make_a_request_unread_and_may_move_it(database) {
        let store = database.open().await;
        put(&store, request(7, 10)).await;
        store.write(Side::User(BOB), async |tx| requests::set_read(tx, BOB, ROOM).await).await.unwrap();
        assert!(!find(&store, 7).await.unwrap().unread);
        store.write(Side::User(BOB), async |tx| requests::set_news(tx, BOB, ROOM, None, 11).await).await.unwrap();
        let found = find(&store, 7).await.unwrap();
        assert_eq!((found.unread, found.folder.as_str(), found.changed_ts), (true, "requests", 11));
        let spam = async |tx: &aside_store::Tx<'_>| requests::set_news(tx, BOB, ROOM, Some("spam"), 12).await;
        assert!(store.write(Side::User(BOB), spam).await.unwrap());
        assert_eq!(find(&store, 7).await.unwrap().folder, "spam");
        let by_sender = async |tx: &aside_store::Tx<'_>| requests::list_by_sender(tx, BOB, ALICE).await;
        assert_eq!(store.read(Side::User(BOB), by_sender).await.unwrap().len(), 1);
        let decline = async |tx: &aside_store::Tx<'_>| requests::settle(tx, BOB, ROOM, "declined", 13).await;
        store.write(Side::User(BOB), decline).await.unwrap();
        assert!(!store.write(Side::User(BOB), spam).await.unwrap());
        assert!(store.write(Side::User(BOB), async |tx| requests::clear(tx, BOB, ROOM, 14).await).await.unwrap());
        assert_eq!(find(&store, 7).await.unwrap().state, "deleted");
    }

    async fn consent_is_asked_given_and_taken_back(database) {
        let store = database.open().await;
        let steps = store
            .write(Side::User(BOB), async |tx| {
                let mut steps = Vec::new();
                requests::ask_consent(tx, BOB, ALICE, 1).await?;
                steps.push(requests::find_consent(tx, BOB, ALICE).await?);
                requests::put_consent(tx, BOB, ALICE, "accepted", 2).await?;
                requests::ask_consent(tx, BOB, ALICE, 3).await?;
                steps.push(requests::find_consent(tx, BOB, ALICE).await?);
                assert!(requests::withdraw_consent(tx, BOB, ALICE, 4).await?);
                assert!(!requests::withdraw_consent(tx, BOB, ALICE, 5).await?);
                steps.push(requests::find_consent(tx, BOB, ALICE).await?);
                Ok(steps)
            })
            .await
            .unwrap();
        let state = |state: &str, ts| Some((state.to_owned(), ts));
        assert_eq!(steps, [state("requested", 1), state("accepted", 2), state("withdrawn", 4)]);
    }

    async fn a_senders_budget_is_counted(database) {
        let store = database.open().await;
        let counted = store
            .write(Side::User(ALICE), async |tx| {
                assert_eq!(budgets::lock(tx, ALICE).await?, 0);
                budgets::set_paused(tx, ALICE, 50).await?;
                budgets::set_paused(tx, ALICE, 40).await?;
                assert_eq!(budgets::lock(tx, ALICE).await?, 50);
                for (room, ts) in [(1, 10), (2, 20), (3, 30), (3, 31)] {
                    budgets::insert_thread(tx, ALICE, RoomNum(room), BOB, ts).await?;
                }
                for (other, ts) in [(2, 5), (3, 15), (3, 16)] {
                    budgets::put_answer(tx, ALICE, UserNum(other), ts).await?;
                }
                complaints::put(tx, ALICE, UserNum(4), complaints::Kind::Block, 25, 0).await?;
                assert_eq!(budgets::list_threads(tx, ALICE, 10, 1).await?, [(RoomNum(3), BOB)]);
                budgets::count(tx, ALICE, 10, 0).await
            })
            .await
            .unwrap();
        assert_eq!(counted, Counted { threads: 2, answered: 2, blocked: 1 });
    }

    async fn the_same_text_is_counted_by_who_got_it(database) {
        let store = database.open().await;
        let counts = store
            .write(Side::User(ALICE), async |tx| {
                for (hash, other, ts) in [("x", 2, 1), ("x", 3, 5), ("x", 3, 6), ("y", 4, 6)] {
                    budgets::put_text(tx, ALICE, hash, UserNum(other), ts, 2).await?;
                }
                Ok([
                    budgets::count_text(tx, ALICE, "x", UserNum(9), 0).await?,
                    budgets::count_text(tx, ALICE, "x", UserNum(3), 0).await?,
                    budgets::count_text(tx, ALICE, "x", UserNum(9), 6).await?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(counts, [1, 0, 0], "what is too old is forgotten, and a repetition to one person is one");
    }

    async fn messages_of_a_day_are_counted_up_to_a_number(database) {
        let store = database.open().await;
        let passed = store
            .write(Side::User(ALICE), async |tx| {
                let mut passed = Vec::new();
                for day in [1, 1, 1, 2] {
                    passed.push(budgets::count_day(tx, ALICE, day, 2).await?);
                }
                Ok(passed)
            })
            .await
            .unwrap();
        assert_eq!(passed, [true, true, false, true]);
    }

    async fn the_newest_verdicts_are_kept(database) {
        let store = database.open().await;
        let decision = |user: i64, ts| Decision {
            user: UserNum(user),
            other: BOB,
            ts,
            profile: "aside".into(),
            inputs: "{}".into(),
            action: "deliver".into(),
            rule: "start.who".into(),
        };
        for (user, ts) in [(1, 10), (1, 10), (1, 12), (1, 13), (3, 5)] {
            let decision = decision(user, ts);
            store
                .write(Side::User(UserNum(user)), async move |tx| {
                    budgets::insert_decision(tx, &decision, 3, 0).await
                })
                .await
                .unwrap();
        }
        let list = async |tx: &aside_store::Tx<'_>| budgets::list_decisions(tx, 0, (UserNum(0), 0), 10).await;
        let found = store.read(Side::Sweep, list).await.unwrap();
        let times: Vec<(i64, i64)> = found.iter().map(|decision| (decision.user.0, decision.ts)).collect();
        assert_eq!(times, [(1, 11), (1, 12), (1, 13), (3, 5)]);
        let rest = async |tx: &aside_store::Tx<'_>| budgets::list_decisions(tx, 0, (UserNum(1), 12), 10).await;
        assert_eq!(store.read(Side::Sweep, rest).await.unwrap().len(), 2);
    }

    async fn somebody_is_in_a_group_or_in_none(database) {
        let store = database.open().await;
        let found = store
            .write(Side::User(ALICE), async |tx| {
                budgets::set_group(tx, ALICE, Some("staff")).await?;
                budgets::set_group(tx, ALICE, Some("minors")).await?;
                let found = budgets::find_group(tx, ALICE).await?;
                budgets::set_group(tx, ALICE, None).await?;
                Ok((found, budgets::find_group(tx, ALICE).await?))
            })
            .await
            .unwrap();
        assert_eq!(found, (Some("minors".to_owned()), None));
    }
}
