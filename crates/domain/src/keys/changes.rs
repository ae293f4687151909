//! Whose keys changed between two syncs, for clients that ask instead of remembering.

use std::collections::BTreeSet;

use aside_store::{Side, queue};
use ruma::api::client::sync::sync_events::DeviceLists;

use super::lists;
use crate::accounts::Session;
use crate::{Homeserver, Result, SyncToken};

/// Entries looked at; where there are more, everybody counts as changed.
const ENTRIES_MAX: i64 = 50_000;

/// Whose devices changed, and who no longer shares a room with the session's user, from one sync token to another.
pub async fn changes(
    hs: &Homeserver,
    session: &Session,
    from: SyncToken,
    to: SyncToken,
) -> Result<DeviceLists> {
    let user = session.user;
    let known = from.epoch == hs.epoch;
    let upto = if to.epoch == hs.epoch { to.position } else { i64::MAX };
    let entries = hs
        .store
        .read(Side::User(user), async move |tx| {
            let head = queue::find_head(tx, user).await?;
            if !known || from.position < head.trimmed_seq || from.position > head.seq {
                return Ok(None);
            }
            let entries = queue::range(tx, user, from.position, upto.min(head.seq), ENTRIES_MAX + 1).await?;
            Ok(i64::try_from(entries.len()).is_ok_and(|count| count <= ENTRIES_MAX).then_some(entries))
        })
        .await?;
    if let Some(entries) = entries {
        return lists::between(hs, user, &entries).await;
    }
    // Nobody knows any more what happened since; to look at everybody again is slow and right.
    let mut everybody = BTreeSet::from([session.user_id.clone()]);
    for room in lists::joined_rooms(hs, user).await? {
        everybody.extend(room.state.joined().map(|(_, member)| member.user_id.clone()));
    }
    let mut lists = DeviceLists::new();
    lists.changed = everybody.into_iter().collect();
    Ok(lists)
}
