//! What holds between people, what is known of them, and what they chose to show.

use aside_model::UserNum;
use aside_store::facts::{self, Facts};
use aside_store::ties::{self, Tie};
use aside_store::{Result, Side, Store, Tx, privacy};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);
const BOB: UserNum = UserNum(2);
const NOBODY: UserNum = UserNum(0);

fn tie(kind: &str, other: UserNum, outgoing: bool, since_ts: i64) -> Tie {
    Tie {
        other,
        kind: kind.into(),
        item: String::new(),
        outgoing,
        label: None,
        committed: false,
        declined: false,
        since_ts,
        until_ts: None,
    }
}

/// On Alice's side.
async fn write<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
) -> T {
    store.write(Side::User(ALICE), work).await.unwrap()
}

async fn put(store: &Store, ties: Vec<Tie>) {
    let put = async move |tx: &Tx<'_>| {
        for tie in &ties {
            ties::put(tx, ALICE, tie).await?;
        }
        Ok(())
    };
    write(store, put).await;
}

async fn list(
    store: &Store,
    outgoing: bool,
    kind: &'static str,
    behind: ties::Place,
    limit: i64,
) -> Vec<(i64, i64)> {
    let found =
        write(store, async move |tx| ties::list(tx, ALICE, outgoing, kind, &behind, limit).await).await;
    found.into_iter().map(|tie| (tie.other.0, tie.since_ts)).collect()
}

on_both_engines! {
    async fn what_goes_out_to_somebody_and_to_groups_is_read_together(database) {
        let store = database.open().await;
        let chess = Tie { item: "chess".into(), label: Some("Chess club".into()), ..tie("group", NOBODY, true, 3) };
        put(&store, vec![
            tie("follow", BOB, true, 1),
            tie("follow", UserNum(3), true, 1),
            tie("contact", BOB, false, 2),
            chess.clone(),
        ]).await;
        let found = write(&store, async |tx| ties::list_between(tx, ALICE, BOB).await).await;
        assert_eq!(found, [tie("follow", BOB, true, 1), chess]);
        let theirs = store.read(Side::User(BOB), async |tx| ties::list_between(tx, BOB, ALICE).await).await;
        assert_eq!(theirs.unwrap(), []);
    }

    async fn a_tie_written_again_keeps_its_beginning(database) {
        let store = database.open().await;
        let order = Tie { item: "o1".into(), ..tie("order", BOB, true, 5) };
        let later = Tie { committed: true, until_ts: Some(9), label: Some("A lamp".into()), since_ts: 7, ..order.clone() };
        put(&store, vec![order.clone(), later.clone()]).await;
        let found = write(&store, async |tx| ties::find(tx, ALICE, BOB, "order", "o1", true).await).await;
        assert_eq!(found, Some(Tie { since_ts: 5, ..later }));
        assert_eq!(write(&store, async |tx| ties::find(tx, ALICE, BOB, "order", "o1", false).await).await, None);
    }

    async fn ties_are_listed_a_page_at_a_time_the_newest_first(database) {
        let store = database.open().await;
        let followed = [(2, 10), (3, 30), (4, 20), (5, 20)];
        put(&store, followed.map(|(other, since)| tie("follow", UserNum(other), true, since)).to_vec()).await;
        put(&store, vec![tie("follow", UserNum(6), false, 99), tie("mute", UserNum(7), true, 99)]).await;
        assert_eq!(list(&store, true, "follow", ties::start(), 2).await, [(3, 30), (5, 20)]);
        assert_eq!(list(&store, true, "follow", (20, 5, String::new()), 9).await, [(4, 20), (2, 10)]);
        assert_eq!(list(&store, false, "follow", ties::start(), 9).await, [(6, 99)]);
        assert_eq!(write(&store, async |tx| ties::count(tx, ALICE, "follow").await).await, 4);
        let newest = write(&store, async |tx| ties::list_others(tx, ALICE, "follow", 2).await).await;
        assert_eq!(newest[0], UserNum(3));
    }

    async fn a_declined_request_is_listed_no_longer_and_stays_declined(database) {
        let store = database.open().await;
        put(&store, vec![tie("contact", BOB, false, 1)]).await;
        let decline = async |store: &Store, declined: bool| {
            write(store, async move |tx| ties::set_declined(tx, ALICE, BOB, "contact", declined).await).await
        };
        assert!(decline(&store, true).await);
        assert_eq!(list(&store, false, "contact", ties::start(), 9).await, []);
        // Whoever asked takes it back and asks again.
        assert!(!write(&store, async |tx| ties::delete(tx, ALICE, BOB, "contact", "", false).await).await);
        put(&store, vec![tie("contact", BOB, false, 5)]).await;
        assert_eq!(list(&store, false, "contact", ties::start(), 9).await, []);
        assert!(decline(&store, false).await);
        assert_eq!(list(&store, false, "contact", ties::start(), 9).await, [(2, 1)]);
        assert!(write(&store, async |tx| ties::delete(tx, ALICE, BOB, "contact", "", false).await).await);
        assert!(!decline(&store, true).await, "nobody asks");
    }

    async fn what_a_side_knows_of_two_people_is_read_together(database) {
        let store = database.open().await;
        put(&store, vec![
            tie("follow", BOB, true, 1),
            tie("follow", BOB, false, 2),
            tie("contact", BOB, false, 3),
            tie("contact", UserNum(3), true, 4),
        ]).await;
        let found = write(&store, async |tx| ties::list_with(tx, ALICE, BOB).await).await;
        let found: Vec<_> = found.into_iter().map(|tie| (tie.kind, tie.outgoing)).collect();
        assert_eq!(found, [("contact".to_owned(), false), ("follow".to_owned(), false), ("follow".to_owned(), true)]);
    }

    async fn what_is_known_of_somebody_is_replaced_as_a_whole(database) {
        let store = database.open().await;
        assert_eq!(write(&store, async |tx| facts::find(tx, ALICE).await).await, None);
        let all = Facts {
            birth_date: Some("2001-02-28".into()),
            age_min: Some(13),
            age_max: Some(17),
            verified: true,
            badges: Some("[\"artist\"]".into()),
            page: true,
            open: true,
            trust_from_ts: Some(7),
        };
        for facts in [all, Facts::default()] {
            let wanted = facts.clone();
            write(&store, async move |tx| facts::put(tx, ALICE, &facts).await).await;
            assert_eq!(write(&store, async |tx| facts::find(tx, ALICE).await).await, Some(wanted));
        }
    }

    async fn chosen_settings_are_kept_until_they_are_taken_back(database) {
        let store = database.open().await;
        write(&store, async |tx| {
            privacy::put(tx, ALICE, "typing", "true").await?;
            privacy::put(tx, ALICE, "typing", "false").await?;
            privacy::put(tx, ALICE, "read_receipts", "false").await?;
            privacy::delete(tx, ALICE, "read_receipts").await
        }).await;
        let chosen = write(&store, async |tx| privacy::list(tx, ALICE).await).await;
        assert_eq!(chosen, [("typing".to_owned(), "false".to_owned())]);
    }
}
