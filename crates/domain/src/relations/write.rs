//! Writing relations to their two sides.

use aside_store::{Side, ties};

use super::RelationKind;
use crate::{Homeserver, Result, UserNum};

/// A relation of somebody with somebody else, or (without `to`) with a group.
#[derive(Debug, Clone)]
pub struct Edge {
    pub kind: RelationKind,
    pub from: UserNum,
    pub to: Option<UserNum>,
    /// The id of what it is about; empty where the kind has none.
    pub item: String,
    pub label: Option<String>,
    pub committed: bool,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    pub until_ms: Option<i64>,
}

/// One side of an edge.
pub(super) struct Half {
    pub(super) user: UserNum,
    pub(super) tie: ties::Tie,
}

impl Half {
    pub(super) async fn put(&self, tx: &aside_store::Tx<'_>) -> aside_store::Result<()> {
        ties::put(tx, self.user, &self.tie).await
    }

    pub(super) async fn delete(&self, tx: &aside_store::Tx<'_>) -> aside_store::Result<()> {
        let ties::Tie { other, kind, item, outgoing, .. } = &self.tie;
        ties::delete(tx, self.user, *other, kind, item, *outgoing).await.map(drop)
    }
}

impl Edge {
    /// A relation about nothing in particular, for good.
    pub fn new(kind: RelationKind, from: UserNum, to: UserNum, now_ms: i64) -> Edge {
        let (item, label, since_ms) = (String::new(), None, now_ms);
        Edge { kind, from, to: Some(to), item, label, committed: false, since_ms, until_ms: None }
    }

    /// The half of the one from whom it goes out.
    pub(super) fn outgoing(&self) -> Half {
        Half { user: self.from, tie: self.tie(self.to.unwrap_or(UserNum(0)), true) }
    }

    /// The copy of the one whom it points at.
    pub(super) fn copy(&self) -> Option<Half> {
        self.to.map(|to| Half { user: to, tie: self.tie(self.from, false) })
    }

    pub(super) fn reversed(&self) -> Option<Edge> {
        self.to.map(|to| Edge { from: to, to: Some(self.from), ..self.clone() })
    }

    fn tie(&self, other: UserNum, outgoing: bool) -> ties::Tie {
        ties::Tie {
            other,
            kind: self.kind.as_str().to_owned(),
            item: self.item.clone(),
            outgoing,
            label: self.label.clone(),
            committed: self.committed,
            declined: false,
            since_ts: self.since_ms,
            until_ts: self.until_ms,
        }
    }

    /// Writes the relation, first the copy.
    pub async fn put(&self, hs: &Homeserver) -> Result<()> {
        if let Some(copy) = self.copy() {
            hs.store.write(Side::User(copy.user), async move |tx| copy.put(tx).await).await?;
        }
        let own = self.outgoing();
        hs.store.write(Side::User(own.user), async move |tx| own.put(tx).await).await?;
        hs.circles.forget(self.from);
        Ok(())
    }

    /// Deletes the relation, last the copy.
    pub async fn delete(&self, hs: &Homeserver) -> Result<()> {
        let own = self.outgoing();
        hs.store.write(Side::User(own.user), async move |tx| own.delete(tx).await).await?;
        hs.circles.forget(self.from);
        if let Some(copy) = self.copy() {
            hs.store.write(Side::User(copy.user), async move |tx| copy.delete(tx).await).await?;
        }
        Ok(())
    }
}
