//! Words that begin like this, on both engines in the same order, whatever the database's own order of letters is.

use aside_model::UserNum;
use aside_store::{Side, directory};

use crate::on_both_engines;

on_both_engines! {
    async fn words_are_found_by_their_beginning(database) {
        let store = database.open().await;
        store
            .write(Side::Named, async |tx| {
                for (word, user) in
                    [("al", 3), ("alice", 1), ("alice", 2), ("alž", 4), ("al-b", 5), ("b", 6), ("am", 7), ("🦊🦊", 8)]
                {
                    directory::put_word(tx, word, UserNum(user)).await?;
                    directory::put_word(tx, word, UserNum(user)).await?;
                }
                let mut found = Vec::new();
                for (beginning, limit) in [("al", 10), ("al", 2), ("alice", 10), ("🦊", 10), ("c", 10), ("a\0", 10)] {
                    let users = directory::list_beginning(tx, beginning, limit).await?;
                    found.push(users.into_iter().map(|(_, user)| user.0).collect::<Vec<_>>());
                }
                assert_eq!(found, [vec![3, 5, 1, 2, 4], vec![3, 5], vec![1, 2], vec![8], vec![], vec![]]);
                directory::delete_word(tx, "alice", UserNum(1)).await?;
                let left = directory::list_beginning(tx, "alice", 10).await?;
                assert_eq!(left, [("alice".to_owned(), UserNum(2))]);
                Ok(())
            })
            .await
            .unwrap();
    }
}
