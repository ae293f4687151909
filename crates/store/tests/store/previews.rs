//! Link previews: kept for a while, and found by a hash alone.

use aside_store::previews::{self, Preview};
use aside_store::{Side, Store, Tx};

use crate::on_both_engines;

async fn write<T: Send + 'static>(
    store: &Store,
    side: Side,
    work: impl AsyncFn(&Tx<'_>) -> aside_store::Result<T> + Send + 'static,
) -> T {
    store.write(side, work).await.unwrap()
}

on_both_engines! {
    async fn previews_are_kept_for_a_while(database) {
        let store = database.open().await;
        let put = async |hash: &'static [u8], media_id: Option<&str>, expires_ts| {
            let preview = Preview { answer: "{}".into(), media_id: media_id.map(str::to_owned), expires_ts };
            write(&store, Side::Named, async move |tx| previews::put(tx, hash, &preview).await).await;
        };
        put(b"a", Some("cat"), 10).await;
        put(b"b", None, 20).await;
        put(b"c", None, 30).await;
        let find = async |hash: &'static [u8], now_ms| {
            store.read(Side::Named, async move |tx| previews::find(tx, hash, now_ms).await).await.unwrap()
        };
        assert_eq!((find(b"a", 9).await.as_deref(), find(b"a", 10).await, find(b"x", 0).await), (Some("{}"), None, None));
        let sweep = async |before_ts| {
            let list = async move |tx: &Tx<'_>| previews::list_expired(tx, before_ts, 10).await;
            store.read(Side::Sweep, list).await.unwrap()
        };
        assert_eq!(sweep(20).await, [(b"a".to_vec(), Some("cat".to_owned())), (b"b".to_vec(), None)]);
        let beyond = async |kept| store.read(Side::Sweep, async move |tx| previews::find_beyond(tx, kept).await).await.unwrap();
        assert_eq!((beyond(1).await, beyond(3).await), (Some(20), None));
        write(&store, Side::Named, async |tx| previews::delete(tx, b"b").await).await;
        write(&store, Side::Named, async |tx| previews::expire_all(tx).await).await;
        assert_eq!(sweep(0).await.len(), 2);
        let media = async |tx: &Tx<'_>| previews::find_media(tx, b"a").await;
        assert_eq!(store.read(Side::Named, media).await.unwrap().as_deref(), Some("cat"));
    }
}
