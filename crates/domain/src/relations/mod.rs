//! Relations: who follows, knows, likes or blocks whom, and what the platform knows of each person. The policy decides by
//! them who may write to whom.
//!
//! A relation goes out from one person and is decided about on their side. The one whom it points at has a copy, to list
//! who follows or asks them; it is written first and deleted last, so that whoever got no answer can repeat what they
//! asked for. A connection, and whatever else takes two, is two relations, one each way.

mod circle;
mod facts;
mod list;
mod own;
mod person;
mod platform;
mod write;

pub use aside_model::relation::{Between, Direction, Facts, RelationKind, Tie};
use aside_store::{Side, ties};
use futures_util::future::try_join;

pub(crate) use circle::Circles;
pub use circle::circle;
pub use facts::facts;
pub use list::{Listed, Way, Which, list, list_of};
pub use own::{decline, delete, put};
pub use person::{Common, Person, find_person};
pub use platform::{PersonUpdate, RelationUpdate, Written, find_facts, write_people, write_relations};
pub use write::Edge;

use crate::{Homeserver, Result, UserNum};

/// Everything that holds between two people.
pub async fn between(hs: &Homeserver, a: UserNum, b: UserNum) -> Result<Between> {
    let (from_a, from_b) = try_join(outgoing(hs, a, b), outgoing(hs, b, a)).await?;
    Ok(Between::of(&from_a, &from_b, hs.clock.now_ms()))
}

/// What goes out from somebody to another one, and to groups.
async fn outgoing(hs: &Homeserver, user: UserNum, other: UserNum) -> Result<Vec<Tie>> {
    let found =
        hs.store.read(Side::User(user), async move |tx| ties::list_between(tx, user, other).await).await?;
    Ok(found.into_iter().filter_map(known).collect())
}

/// A kind that a later version wrote is none of ours.
fn known(tie: ties::Tie) -> Option<Tie> {
    let kind = RelationKind::parse(&tie.kind)?;
    Some(Tie {
        kind,
        item: tie.item,
        committed: tie.committed,
        since_ms: tie.since_ts,
        until_ms: tie.until_ts,
    })
}
