//! Jobs: one row for the same work, taken by one at a time, finished only by who still holds it.

use aside_store::jobs::{self, Job, NewJob};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(Side::Sweep, work).await.unwrap()
}

async fn due(store: &Store, now_ms: i64) -> Vec<Job> {
    store.read(Side::Sweep, async move |tx| jobs::list_due(tx, false, now_ms, 100).await).await.unwrap()
}

fn new<'a>(job: &'a str, payload: &'a str, run_at: i64) -> NewJob<'a> {
    NewJob { job, kind: "k", payload, run_at, outside: false }
}

fn names(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.job.as_str()).collect()
}

on_both_engines! {
    async fn due_jobs_are_listed_by_time_and_the_next_is_known(database) {
        let store = database.open().await;
        for (job, run_at) in [("k/a", 30), ("k/b", 10), ("k/c", 20)] {
            write(&store, async move |tx| jobs::schedule(tx, &new(job, "{}", run_at), 1).await).await;
        }
        assert_eq!(names(&due(&store, 20).await), ["k/b", "k/c"]);
        let next = async || store.read(Side::Sweep, async |tx| jobs::find_next(tx, false).await).await.unwrap();
        assert_eq!(next().await, Some(10));
        write(&store, async |tx| jobs::cancel(tx, "k/b").await).await;
        assert_eq!((next().await, names(&due(&store, 9).await).len()), (Some(20), 0));
    }

    async fn a_job_is_taken_by_one_of_many(database) {
        let (one, other) = (database.open().await, database.open().await);
        write(&one, async |tx| jobs::schedule(tx, &new("k/a", "{}", 10), 1).await).await;
        let listed = due(&one, 10).await.remove(0);
        let takes = (0..16).map(|turn| {
            let store = if turn % 2 == 0 { one.clone() } else { other.clone() };
            let generation = listed.generation;
            tokio::spawn(async move {
                let take = async move |tx: &Tx<'_>| jobs::take(tx, "k/a", generation, 60).await;
                store.write(Side::Named, take).await.unwrap()
            })
        });
        let taken: Vec<Job> =
            futures_util::future::join_all(takes).await.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(taken.len(), 1);
        assert_eq!((taken[0].attempts, taken[0].run_at), (1, 60));
        assert!(due(&one, 59).await.is_empty(), "while the lease lasts it is nobody else's");
        assert_eq!(due(&one, 60).await.len(), 1, "who died is followed by somebody else");
    }

    async fn who_finishes_late_undoes_nothing(database) {
        let store = database.open().await;
        write(&store, async |tx| jobs::schedule(tx, &new("k/a", "1", 10), 1).await).await;
        let listed = due(&store, 10).await.remove(0);
        let generation = listed.generation;
        let held = write(&store, async move |tx| jobs::take(tx, "k/a", generation, 60).await).await.unwrap();
        write(&store, async |tx| jobs::schedule_at_latest(tx, &new("k/a", "2", 40), 2).await).await;
        let generation = held.generation;
        assert!(!write(&store, async move |tx| jobs::finish(tx, "k/a", generation).await).await);
        assert!(!write(&store, async move |tx| jobs::repeat(tx, "k/a", generation, 99, 3).await).await);
        assert!(!write(&store, async move |tx| jobs::retry(tx, "k/a", generation, 99, "no", 3).await).await);
        assert!(!write(&store, async move |tx| jobs::give_up(tx, "k/a", generation, "no", 3).await).await);
        let again = due(&store, 40).await.remove(0);
        assert_eq!((again.payload.as_str(), again.run_at, again.attempts), ("2", 40, 0));
    }

    async fn what_was_given_up_is_seen_and_may_be_scheduled_again(database) {
        let store = database.open().await;
        write(&store, async |tx| jobs::schedule(tx, &new("k/a", "{}", 10), 1).await).await;
        let listed = due(&store, 10).await.remove(0);
        let generation = listed.generation;
        let held = write(&store, async move |tx| jobs::take(tx, "k/a", generation, 60).await).await.unwrap();
        let generation = held.generation;
        assert!(write(&store, async move |tx| jobs::give_up(tx, "k/a", generation, "broken", 70).await).await);
        assert!(due(&store, 1_000).await.is_empty());
        let dead = store.read(Side::Sweep, async |tx| jobs::list_dead(tx, 10).await).await.unwrap();
        assert_eq!((dead[0].job.job.as_str(), dead[0].last_error.as_deref(), dead[0].updated_ts), ("k/a", Some("broken"), 70));
        assert_eq!(write(&store, async |tx| jobs::trim_dead(tx, 70).await).await, 0);
        write(&store, async |tx| jobs::schedule_at_latest(tx, &new("k/a", "{}", 2_000), 80).await).await;
        assert_eq!(names(&due(&store, 2_000).await), ["k/a"]);
        assert_eq!(write(&store, async |tx| jobs::trim_dead(tx, 1_000).await).await, 0, "alive again");
    }

    async fn a_process_alone_takes_up_what_its_predecessor_left(database) {
        let store = database.open().await;
        write(&store, async |tx| jobs::schedule(tx, &new("k/a", "{}", 10), 1).await).await;
        write(&store, async |tx| jobs::schedule(tx, &new("k/b", "{}", 99), 1).await).await;
        let generation = due(&store, 10).await.remove(0).generation;
        write(&store, async move |tx| jobs::take(tx, "k/a", generation, 60).await).await.unwrap();
        assert_eq!(write(&store, async |tx| jobs::release(tx, 20).await).await, 1);
        assert_eq!(names(&due(&store, 20).await), ["k/a"]);
    }

    async fn what_waits_already_keeps_its_time(database) {
        let store = database.open().await;
        write(&store, async |tx| jobs::schedule_unless_waiting(tx, &new("k/a", "{}", 10), 1).await).await;
        let generation = due(&store, 10).await.remove(0).generation;
        let take = async move |tx: &Tx<'_>| jobs::take(tx, "k/a", generation, 60).await;
        let held = write(&store, take).await.unwrap().generation;
        assert!(write(&store, async move |tx| jobs::retry(tx, "k/a", held, 500, "no", 3).await).await);
        write(&store, async |tx| jobs::schedule_unless_waiting(tx, &new("k/a", "{}", 20), 4).await).await;
        assert!(due(&store, 499).await.is_empty(), "who failed is not hurried by news");
        let failed = due(&store, 500).await.remove(0);
        assert_eq!(failed.attempts, 1);
        let generation = failed.generation;
        write(&store, async move |tx| jobs::take(tx, "k/a", generation, 900).await).await.unwrap();
        write(&store, async |tx| jobs::schedule_unless_waiting(tx, &new("k/a", "{}", 600), 5).await).await;
        assert_eq!(names(&due(&store, 600).await), ["k/a"], "who runs now runs again");
    }

    async fn work_outside_the_house_is_listed_by_itself(database) {
        let store = database.open().await;
        let outside = NewJob { outside: true, ..new("k/out", "{}", 10) };
        write(&store, async move |tx| jobs::schedule(tx, &outside, 1).await).await;
        write(&store, async |tx| jobs::schedule(tx, &new("k/in", "{}", 20), 1).await).await;
        assert_eq!(names(&due(&store, 50).await), ["k/in"]);
        let read = async |tx: &Tx<'_>| {
            Ok((jobs::list_due(tx, true, 50, 100).await?, jobs::find_next(tx, true).await?))
        };
        let (listed, next) = store.read(Side::Sweep, read).await.unwrap();
        assert_eq!((names(&listed), next), (vec!["k/out"], Some(10)));
    }
}
