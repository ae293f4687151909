//! What the platform's own backend says of who keeps whom away, on the same lists as the people themselves.

use ruma::UserId;

use super::{Restraint, blocks, restraints};
use crate::relations::RelationKind;
use crate::{Homeserver, Result, UserNum};

/// Whether relations of a kind keep somebody away.
pub(crate) fn keeps_away(kind: RelationKind) -> bool {
    matches!(kind, RelationKind::Block | RelationKind::Restrict | RelationKind::Mute)
}

/// Brings a user's own list in line with a relation that the platform has written or deleted.
pub(crate) async fn follow_platform(
    hs: &Homeserver,
    kind: RelationKind,
    user: UserNum,
    (other_id, other): (&UserId, UserNum),
    holds: bool,
) -> Result<()> {
    let restraint = match kind {
        RelationKind::Block if holds => return blocks::add(hs, user, other_id, other).await,
        RelationKind::Block => return blocks::remove(hs, user, other_id).await,
        RelationKind::Restrict => Restraint::Restrict,
        RelationKind::Mute => Restraint::Mute,
        _ => return Ok(()),
    };
    match holds {
        true => restraints::add(hs, user, restraint, other_id, other).await,
        false => restraints::remove(hs, user, restraint, other_id).await,
    }
}
