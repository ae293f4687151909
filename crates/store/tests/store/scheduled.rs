//! Messages that are to be sent later.

use aside_model::{RoomNum, UserNum};
use aside_store::scheduled::{self, Counted, Scheduled};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);
const ROOM: RoomNum = RoomNum(7);

fn message(id: &str, send_ts: i64) -> Scheduled {
    Scheduled {
        id: id.into(),
        room: ROOM,
        kind: "m.room.message".into(),
        content: format!("{{\"body\":\"{id}\"}}"),
        send_ts,
        state: "waiting".into(),
        failure: None,
        failure_rule: None,
        created_ts: 5,
        changed_ts: 5,
    }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(Side::User(ALICE), work).await.unwrap()
}

async fn put(store: &Store, messages: Vec<Scheduled>) {
    write(store, async move |tx| {
        for message in &messages {
            scheduled::insert(tx, ALICE, message).await?;
        }
        Ok(())
    })
    .await;
}

fn ids(messages: &[Scheduled]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

on_both_engines! {
    async fn what_is_scheduled_is_listed_in_its_order_and_taken_when_it_is_time(database) {
        let store = database.open().await;
        put(&store, vec![message("c", 30), message("b", 20), message("a", 20)]).await;
        assert_eq!(write(&store, async |tx| scheduled::find(tx, ALICE, "b").await).await, Some(message("b", 20)));
        let all = write(&store, async |tx| scheduled::list(tx, ALICE).await).await;
        assert_eq!(ids(&all), ["a", "b", "c"]);
        assert_eq!(write(&store, async |tx| scheduled::find_next(tx, ALICE).await).await, Some(20));
        assert!(write(&store, async |tx| scheduled::take(tx, ALICE, 19).await).await.is_empty());
        let taken = write(&store, async |tx| scheduled::take(tx, ALICE, 20).await).await;
        assert_eq!(ids(&taken), ["a", "b"]);
        let again = write(&store, async |tx| scheduled::take(tx, ALICE, 20).await).await;
        assert_eq!(again, taken, "what was not settled is taken again");
    }

    async fn what_is_being_sent_can_be_neither_changed_nor_deleted(database) {
        let store = database.open().await;
        put(&store, vec![message("a", 20)]).await;
        let change = async |tx: &Tx<'_>| scheduled::change(tx, ALICE, "a", "{}", 40, 6).await;
        let delete = async |tx: &Tx<'_>| scheduled::delete(tx, ALICE, "a").await;
        assert!(write(&store, change).await);
        let taken = write(&store, async |tx| scheduled::take(tx, ALICE, 40).await).await;
        assert_eq!((taken[0].content.as_str(), taken[0].send_ts, taken[0].changed_ts), ("{}", 40, 6));
        assert!(!write(&store, change).await);
        assert!(!write(&store, delete).await);
        write(&store, async |tx| scheduled::put_back(tx, ALICE, "a").await).await;
        assert_eq!(write(&store, async |tx| scheduled::find_next(tx, ALICE).await).await, Some(40));
        assert!(write(&store, delete).await);
        assert_eq!(write(&store, async |tx| scheduled::find_next(tx, ALICE).await).await, None);
    }

    async fn what_was_sent_goes_and_what_failed_stays_for_a_while(database) {
        let store = database.open().await;
        put(&store, vec![message("a", 20), message("b", 20), message("c", 90)]).await;
        let (counted, failed, oldest) = write(&store, async |tx| {
            scheduled::delete_sent(tx, ALICE, "a").await?;
            scheduled::take(tx, ALICE, 20).await?;
            scheduled::delete_sent(tx, ALICE, "a").await?;
            scheduled::set_failed(tx, ALICE, "b", "No.", Some("start.who"), 21).await?;
            let counted = scheduled::count(tx, ALICE).await?;
            Ok((counted, scheduled::find(tx, ALICE, "b").await?, scheduled::find_oldest_failed(tx, ALICE).await?))
        }).await;
        assert_eq!(counted, Counted { waiting: 1, failed: 1 });
        let failed = failed.unwrap();
        assert_eq!((failed.state.as_str(), failed.failure.as_deref()), ("failed", Some("No.")));
        assert_eq!((failed.failure_rule.as_deref(), oldest), (Some("start.who"), Some(21)));
        let deleted = async |upto| write(&store, async move |tx| scheduled::delete_failed(tx, ALICE, upto).await).await;
        assert_eq!((deleted(20).await, deleted(21).await), (0, 1));
    }

    async fn what_somebody_wrote_for_a_room_or_at_all_is_erased(database) {
        let store = database.open().await;
        put(&store, vec![message("a", 20), message("b", 20), Scheduled { room: RoomNum(8), ..message("c", 90) }]).await;
        write(&store, async |tx| scheduled::take(tx, ALICE, 20).await).await;
        assert_eq!(write(&store, async |tx| scheduled::delete_of_room(tx, ALICE, ROOM).await).await, 2);
        assert_eq!(write(&store, async |tx| scheduled::delete_all(tx, ALICE).await).await, 1);
        assert_eq!(write(&store, async |tx| scheduled::count(tx, ALICE).await).await, Counted::default());
    }
}
