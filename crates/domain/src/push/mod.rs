//! Which events are worth a notification to whom.

use aside_store::queue::Notification;

use crate::messages::Appended;
use crate::rooms::{Member, Room};
use crate::{Homeserver, Result, UserNum};

/// The new events that a member's push rules find worth a notification.
pub(crate) async fn judge(
    _hs: &Homeserver,
    _room: &Room,
    _user: UserNum,
    _member: &Member,
    _events: &[Appended],
) -> Result<Vec<Notification>> {
    Ok(Vec::new())
}

/// Whom a user ignores.
pub(crate) async fn ignored(
    _hs: &Homeserver,
    _user: UserNum,
) -> Result<std::sync::Arc<std::collections::HashSet<ruma::OwnedUserId>>> {
    Ok(std::sync::Arc::default())
}
