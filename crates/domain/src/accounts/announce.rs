//! Telling a user's rooms and the directory of their new display name or avatar, after the user has gone on.
//!
//! One task at a time announces for a user, and what changes meanwhile is covered by its next round: what is told last is
//! what was set last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aside_store::{Side, queue};
use futures_util::{StreamExt, stream};
use ruma::OwnedUserId;

use super::{Session, profile};
use crate::{Homeserver, Result, UserNum, directory, rooms};

/// Rooms told at the same time.
const AT_ONCE_MAX: usize = 4;

/// Users with something to announce, and the display names that they have given up since. A user is listed while somebody
/// announces for them.
#[derive(Default)]
pub struct Announcements(Mutex<HashMap<UserNum, Option<Vec<String>>>>);

/// Announces the user's profile as it is now; `former_name` is the display name that they had before.
pub(super) fn announce_soon(hs: &Arc<Homeserver>, session: &Session, former_name: Option<String>) {
    let mut waiting = hs.announcements.0.lock().unwrap_or_else(PoisonError::into_inner);
    match waiting.get_mut(&session.user) {
        Some(names) => names.get_or_insert_default().extend(former_name),
        None => {
            waiting.insert(session.user, Some(former_name.into_iter().collect()));
            tokio::spawn(announce_in_rounds(Arc::clone(hs), session.user, session.user_id.clone()));
        }
    }
}

async fn announce_in_rounds(hs: Arc<Homeserver>, user: UserNum, user_id: OwnedUserId) {
    loop {
        let former_names = {
            let mut waiting = hs.announcements.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(names) = waiting.get_mut(&user).and_then(Option::take) else {
                waiting.remove(&user);
                return;
            };
            names
        };
        if let Err(error) = announce(&hs, user, &user_id, &former_names).await {
            tracing::error!(%error, %user_id, "a new profile was not told everywhere");
        }
    }
}

async fn announce(
    hs: &Arc<Homeserver>,
    user: UserNum,
    user_id: &OwnedUserId,
    former_names: &[String],
) -> Result<()> {
    let current = profile(hs, user).await?;
    directory::rename(hs, user, user_id, former_names, current.display_name()).await?;
    let found =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let joined = found.into_iter().filter(|room| room.membership == "join");
    let told = stream::iter(joined).map(|room| rooms::show_profile(hs, user, user_id, room.room));
    let results: Vec<Result<()>> = told.buffer_unordered(AT_ONCE_MAX).collect().await;
    results.into_iter().collect()
}
