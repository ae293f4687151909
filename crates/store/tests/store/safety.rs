//! Complaints, measures, reports and the audit trail.

use aside_model::{RoomNum, UserNum};
use aside_store::complaints::{self, Kind};
use aside_store::measures::{self, Measure};
use aside_store::moderation::{self, Entry};
use aside_store::reports::{self, Report};
use aside_store::{Side, Tx};

use crate::on_both_engines;

const MALLORY: UserNum = UserNum(7);

fn report(reporter: i64, created_ts: i64) -> Report {
    Report {
        num: 0,
        kind: "message".into(),
        reporter: UserNum(reporter),
        subject: Some(MALLORY),
        room: Some(RoomNum(3)),
        event_id: Some("$event".into()),
        measure_id: None,
        reason: "spam".into(),
        comment: "sealed:again".into(),
        evidence: "{}".into(),
        open: true,
        decision: None,
        decided_by: None,
        created_ts,
        decided_ts: None,
    }
}

async fn note(tx: &Tx<'_>, action: &str) -> aside_store::Result<(i64, Vec<u8>)> {
    let (num, before) = moderation::take(tx).await?;
    let entry = Entry {
        num,
        ts: 1,
        actor: "@mia".into(),
        action: action.into(),
        report_num: Some(1),
        subject: None,
        detail: String::new(),
        hash: vec![num as u8; 32],
    };
    moderation::append(tx, &entry).await?;
    Ok((num, before))
}

on_both_engines! {
    async fn complaints_count_each_person_once_and_are_forgotten(database) {
        let store = database.open().await;
        store
            .write(Side::User(MALLORY), async |tx| {
                for (other, kind, ts) in
                    [(1, Kind::Report, 10), (1, Kind::Report, 30), (2, Kind::Report, 20), (1, Kind::Block, 20)]
                {
                    complaints::put(tx, MALLORY, UserNum(other), kind, ts, 0).await?;
                }
                let since = complaints::list_since(tx, MALLORY, Kind::Report, 20, 9).await?;
                assert_eq!(since, [UserNum(1), UserNum(2)]);
                assert_eq!(complaints::list_since(tx, MALLORY, Kind::Report, 21, 9).await?, [UserNum(1)]);
                assert_eq!(complaints::count_since(tx, MALLORY, Kind::Block, 0).await?, 1);
                complaints::put(tx, MALLORY, UserNum(3), Kind::Block, 90, 25).await?;
                assert_eq!(complaints::count_since(tx, MALLORY, Kind::Block, 0).await?, 1, "the old one is gone");
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_measure_is_lifted_once_and_appealed_once(database) {
        let store = database.open().await;
        let measure = |id: &str, begins_ts| Measure {
            measure_id: id.into(),
            kind: "suspend".into(),
            report_num: 1,
            reason: "hate".into(),
            message: "Be kind.".into(),
            begins_ts,
            ends_ts: Some(99),
            lifted: false,
            appeal_num: None,
        };
        let (one, two) = (measure("m1", 10), measure("m2", 20));
        store
            .write(Side::User(MALLORY), async move |tx| {
                measures::insert(tx, MALLORY, &one).await?;
                measures::insert(tx, MALLORY, &two).await?;
                assert_eq!(measures::list(tx, MALLORY, 9).await?, [two.clone(), one.clone()]);
                assert!(measures::set_appeal(tx, MALLORY, "m1", 5).await?);
                assert!(!measures::set_appeal(tx, MALLORY, "m1", 6).await?);
                assert!(measures::lift(tx, MALLORY, "m1").await?);
                assert!(!measures::lift(tx, MALLORY, "m1").await?);
                let found = measures::find(tx, MALLORY, "m1").await?.unwrap();
                assert_eq!((found.lifted, found.appeal_num), (true, Some(5)));
                assert_eq!(measures::find(tx, UserNum(8), "m1").await?, None);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn reports_are_numbered_listed_and_decided_once(database) {
        let store = database.open().await;
        store
            .write(Side::Named, async |tx| {
                for (reporter, ts) in [(1, 10), (2, 20), (1, 30)] {
                    reports::insert(tx, &report(reporter, ts)).await?;
                }
                let nums = |found: Vec<Report>| found.into_iter().map(|report| report.num).collect::<Vec<_>>();
                assert_eq!(nums(reports::list(tx, true, 0, 9).await?), [1, 2, 3]);
                assert!(reports::decide(tx, 2, "dismiss", UserNum(9), 40).await?);
                assert!(!reports::decide(tx, 2, "warn", UserNum(9), 41).await?);
                assert_eq!(nums(reports::list(tx, true, 0, 9).await?), [1, 3]);
                assert_eq!(nums(reports::list(tx, false, 1, 9).await?), [2, 3]);
                assert_eq!(nums(reports::list_of_reporter(tx, UserNum(1), 9, 9).await?), [3, 1]);
                assert_eq!(reports::count_of_reporter(tx, UserNum(1), 20).await?, 1);
                let found = reports::find(tx, 2).await?.unwrap();
                let expected = Report {
                    num: 2,
                    open: false,
                    decision: Some("dismiss".into()),
                    decided_by: Some(UserNum(9)),
                    decided_ts: Some(40),
                    ..report(2, 20)
                };
                assert_eq!(found, expected);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn the_trail_hands_on_the_hash_of_the_entry_before(database) {
        let store = database.open().await;
        store
            .write(Side::Named, async |tx| {
                assert_eq!(note(tx, "looked").await?, (1, vec![]));
                assert_eq!(note(tx, "decided").await?, (2, vec![1; 32]));
                let listed = moderation::list(tx, 1, 9).await?;
                assert_eq!((listed.len(), listed[0].action.as_str()), (1, "decided"));
                Ok(())
            })
            .await
            .unwrap();
    }
}
