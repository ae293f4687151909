//! Which events relate to which.

use aside_model::RoomNum;
use aside_store::events::{self, Direction, Event};
use aside_store::relations::{self, Kinds, Relation};
use aside_store::{Result, Side, Store, Tx};

use crate::engines::Database;
use crate::on_both_engines;

const ROOM: RoomNum = RoomNum(7);

fn event(pos: i64, sender: &str, kind: &str) -> Event {
    Event {
        pos,
        event_id: format!("${pos}"),
        sender: sender.into(),
        kind: kind.into(),
        state_key: None,
        origin_server_ts: pos,
        content: "{}".into(),
        pdu: "{}".into(),
        device_id: None,
        txn: None,
        redacted_by: None,
        related: false,
        withheld: false,
    }
}

/// What is said about the event at position 1: position, sender, relation and type; and what is said about that.
const SAID: [(i64, i64, &str, &str, &str); 6] = [
    (2, 1, "@alice", "m.thread", "m.room.message"),
    (3, 1, "@bob", "m.annotation", "m.reaction"),
    (4, 1, "@bob", "m.reference", "m.poll.response"),
    (5, 1, "@alice", "m.replace", "m.room.message"),
    (6, 1, "@bob", "m.thread", "m.room.encrypted"),
    (7, 6, "@alice", "m.annotation", "m.reaction"),
];

async fn say(tx: &Tx<'_>) -> Result<()> {
    events::insert(tx, ROOM, &event(1, "@alice", "m.room.message")).await?;
    for (pos, parent, sender, rel_type, kind) in SAID {
        events::insert(tx, ROOM, &event(pos, sender, kind)).await?;
        let relation = Relation {
            parent_id: format!("${parent}"),
            pos,
            rel_type: rel_type.into(),
            kind: kind.into(),
            sender: sender.into(),
            annotation: None,
            withheld: false,
        };
        relations::insert(tx, ROOM, &relation).await?;
    }
    Ok(())
}

async fn open(database: &Database) -> Store {
    let store = database.open().await;
    store.write(Side::Room(ROOM), async |tx| say(tx).await).await.unwrap();
    store
}

async fn read<T: Send + 'static>(
    store: &Store,
    work: impl AsyncFn(&Tx<'_>) -> Result<T> + Send + 'static,
) -> T {
    store.read(Side::Room(ROOM), work).await.unwrap()
}

async fn page(store: &Store, kinds: Kinds, span: (i64, i64), direction: Direction, limit: i64) -> Vec<i64> {
    let found =
        read(store, async move |tx| relations::page(tx, ROOM, "$1", &kinds, span, direction, limit).await);
    found.await.into_iter().map(|event| event.pos).collect()
}

on_both_engines! {
    async fn what_is_said_about_an_event_is_paged_through(database) {
        let store = open(&database).await;
        let all = (1, i64::MAX);
        let kinds = |rel_type: Option<&str>, kind: Option<&str>| Kinds {
            rel_type: rel_type.map(str::to_owned),
            kind: kind.map(str::to_owned),
        };
        for (kinds, span, direction, limit, expected) in [
            (kinds(None, None), all, Direction::Forwards, 9, vec![2, 3, 4, 5, 6]),
            (kinds(None, None), all, Direction::Backwards, 2, vec![6, 5]),
            (kinds(None, None), (3, 5), Direction::Backwards, 9, vec![5, 4, 3]),
            (kinds(Some("m.thread"), None), all, Direction::Forwards, 9, vec![2, 6]),
            (kinds(Some("m.thread"), Some("m.room.encrypted")), all, Direction::Forwards, 9, vec![6]),
            (kinds(None, Some("m.room.message")), all, Direction::Forwards, 9, vec![2, 5]),
            (kinds(Some("m.other"), None), all, Direction::Forwards, 9, vec![]),
        ] {
            assert_eq!(page(&store, kinds.clone(), span, direction, limit).await, expected, "{kinds:?} {span:?}");
        }
    }

    async fn what_is_told_together_with_an_event_leaves_reactions_out(database) {
        let store = open(&database).await;
        let bundled = read(&store, async |tx| relations::list_bundled(tx, ROOM, "$1").await).await;
        assert_eq!(bundled.iter().map(|relation| relation.pos).collect::<Vec<_>>(), [2, 4, 5, 6]);
        let references = read(&store, async |tx| relations::list_references(tx, ROOM, "$1", 9).await).await;
        assert_eq!(references, [(4, "$4".to_owned())]);
    }

    async fn relations_are_followed_by_children(database) {
        let store = open(&database).await;
        let children = read(&store, async |tx| relations::list_children(tx, ROOM, "$1", 9).await).await;
        let related: Vec<_> = children.iter().map(|child| (child.pos, child.related)).collect();
        assert_eq!(related, [(2, false), (3, false), (4, false), (5, false), (6, true)]);
        let children = read(&store, async |tx| relations::list_children(tx, ROOM, "$1", 1).await).await;
        assert_eq!((children.len(), children[0].event_id.as_str()), (1, "$2"));
    }

    async fn threads_are_listed_by_their_newest_reply(database) {
        let store = open(&database).await;
        let threads = async |user_id: &'static str, before| {
            let found = read(&store, async move |tx| relations::list_threads(tx, ROOM, user_id, before, 9).await);
            let found = found.await.into_iter();
            found.map(|thread| (thread.root_id, thread.latest_pos, thread.has_reply_of_user)).collect::<Vec<_>>()
        };
        assert_eq!(threads("@bob", 100).await, [("$1".to_owned(), 6, true)]);
        assert_eq!(threads("@carol", 7).await, [("$1".to_owned(), 6, false)]);
        assert_eq!(threads("@bob", 6).await, []);
    }

    async fn a_redacted_event_says_nothing_any_more(database) {
        let store = open(&database).await;
        store.write(Side::Room(ROOM), async |tx| relations::delete(tx, ROOM, 6).await).await.unwrap();
        let kinds = Kinds { rel_type: Some("m.thread".into()), kind: None };
        assert_eq!(page(&store, kinds, (1, i64::MAX), Direction::Forwards, 9).await, [2]);
    }
}
