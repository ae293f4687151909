//! What somebody has to show beside their password.

use aside_model::UserNum;
use aside_store::second_factors::{self, SecondFactor};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

const ALICE: UserNum = UserNum(1);

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(Side::User(ALICE), work).await.unwrap()
}

on_both_engines! {
    async fn a_secret_may_be_replaced_until_it_is_confirmed(database) {
        let store = database.open().await;
        assert!(write(&store, async |tx| second_factors::begin(tx, ALICE, "ONE", 5).await).await);
        assert!(write(&store, async |tx| second_factors::begin(tx, ALICE, "TWO", 6).await).await);
        assert!(write(&store, async |tx| second_factors::confirm(tx, ALICE, 7).await).await);
        assert!(!write(&store, async |tx| second_factors::confirm(tx, ALICE, 8).await).await);
        assert!(!write(&store, async |tx| second_factors::begin(tx, ALICE, "THREE", 9).await).await);
        let found = write(&store, async |tx| second_factors::find(tx, ALICE).await).await;
        let wanted = SecondFactor {
            secret: "TWO".into(),
            confirmed_ts: Some(7),
            created_ts: 6,
            last_step: 0,
            failures: 0,
            locked_until: 0,
        };
        assert_eq!(found, Some(wanted));
    }

    async fn a_step_is_used_once_and_a_right_code_forgives_the_wrong_ones(database) {
        let store = database.open().await;
        write(&store, async |tx| second_factors::begin(tx, ALICE, "ONE", 5).await).await;
        write(&store, async |tx| second_factors::note_failure(tx, ALICE, 60).await).await;
        write(&store, async |tx| second_factors::note_failure(tx, ALICE, 70).await).await;
        let found = write(&store, async |tx| second_factors::find(tx, ALICE).await).await.unwrap();
        assert_eq!((found.failures, found.locked_until), (2, 70));
        let used = async |step| write(&store, async move |tx| second_factors::use_step(tx, ALICE, step).await).await;
        assert_eq!([used(9).await, used(9).await, used(8).await, used(10).await], [true, false, false, true]);
        let found = write(&store, async |tx| second_factors::find(tx, ALICE).await).await.unwrap();
        assert_eq!((found.failures, found.locked_until, found.last_step), (0, 0, 10));
    }

    async fn a_recovery_code_works_once_and_all_of_them_go_with_the_factor(database) {
        let store = database.open().await;
        write(&store, async |tx| second_factors::begin(tx, ALICE, "ONE", 5).await).await;
        write(&store, async |tx| second_factors::set_codes(tx, ALICE, &[[1; 32], [2; 32]]).await).await;
        write(&store, async |tx| second_factors::set_codes(tx, ALICE, &[[3; 32], [4; 32]]).await).await;
        let used = async |byte| write(&store, async move |tx| second_factors::use_code(tx, ALICE, &[byte; 32]).await).await;
        assert_eq!([used(1).await, used(3).await, used(3).await], [false, true, false]);
        assert_eq!(write(&store, async |tx| second_factors::count_codes(tx, ALICE).await).await, 1);
        assert!(write(&store, async |tx| second_factors::delete(tx, ALICE).await).await);
        assert!(!write(&store, async |tx| second_factors::delete(tx, ALICE).await).await);
        assert_eq!(write(&store, async |tx| second_factors::count_codes(tx, ALICE).await).await, 0);
    }
}
