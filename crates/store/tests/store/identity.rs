//! Documents by which somebody shows who they are.

use aside_model::UserNum;
use aside_store::identity::{self, Check, Document};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);

fn a_check(id: &str, state: &str, changed_ts: i64) -> Check {
    Check {
        user: ALICE,
        id: id.into(),
        purpose: "to sell".into(),
        state: state.into(),
        note: None,
        created_ts: 5,
        changed_ts,
        due_ts: 99,
    }
}

fn document(content: &str) -> Document {
    Document { content_type: "image/png".into(), content: content.into() }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(Side::User(ALICE), work).await.unwrap()
}

on_both_engines! {
    async fn a_check_moves_on_and_those_that_wait_are_found(database) {
        let store = database.open().await;
        write(&store, async |tx| {
            for wanted in [a_check("1.a", "asked", 5), a_check("1.b", "asked", 6), a_check("1.c", "handed_in", 7)] {
                identity::insert(tx, &wanted).await?;
            }
            let handed_in = Check { note: Some("thanks".into()), due_ts: 120, ..a_check("1.a", "handed_in", 6) };
            identity::set_state(tx, &handed_in).await
        })
        .await;
        let found = write(&store, async |tx| identity::find(tx, ALICE, "1.a").await).await.unwrap();
        assert_eq!((found.note.as_deref(), found.due_ts), (Some("thanks"), 120));
        let waiting = store.read(Side::Sweep, async |tx| identity::list_handed_in(tx, 10).await).await.unwrap();
        assert_eq!(waiting.iter().map(|check| check.id.as_str()).collect::<Vec<_>>(), ["1.a", "1.c"]);
        assert_eq!(write(&store, async |tx| identity::list(tx, ALICE, 2).await).await.len(), 2);
        let rejected = Check { due_ts: 98, ..a_check("1.c", "rejected", 8) };
        write(&store, async move |tx| identity::set_state(tx, &rejected).await).await;
        let open = write(&store, async |tx| identity::list_open(tx, ALICE).await).await;
        assert_eq!(open.iter().map(|check| check.id.as_str()).collect::<Vec<_>>(), ["1.b", "1.a"]);
    }

    async fn documents_are_replaced_and_go_with_everything_else(database) {
        let store = database.open().await;
        write(&store, async |tx| identity::insert(tx, &a_check("1.a", "asked", 5)).await).await;
        for documents in [vec![document("old")], vec![document("front"), document("back")]] {
            write(&store, async move |tx| identity::set_documents(tx, ALICE, "1.a", &documents).await).await;
        }
        let list = async |tx: &Tx<'_>| identity::list_documents(tx, ALICE, "1.a").await;
        assert_eq!(write(&store, list).await, [document("front"), document("back")]);
        assert!(write(&store, async |tx| identity::delete_all(tx, ALICE).await).await);
        assert_eq!(write(&store, list).await, []);
        assert!(!write(&store, async |tx| identity::delete_all(tx, ALICE).await).await);
    }
}
