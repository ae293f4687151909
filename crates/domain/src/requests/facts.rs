//! What helps to judge who asks, and whether what they say belongs apart.

use aside_store::{Side, queue};
use ruma::OwnedUserId;

use crate::{Homeserver, Result, UserNum, accounts, ephemeral, relations};

/// What the recipient of a request may know of its sender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub display_name: Option<String>,
    pub avatar_url: Option<String>,
    pub verified: bool,
    pub badges: Vec<String>,
    pub is_page: bool,
    /// When the account was made, in milliseconds since 1970.
    pub created_ts: i64,
    /// Rooms that both are in.
    pub shared_rooms: usize,
    /// People whom both know.
    pub mutuals: usize,
}

pub(super) async fn facts(hs: &Homeserver, user: UserNum, sender: UserNum) -> Result<Facts> {
    let profile = accounts::profile(hs, sender).await?;
    let text = |field: &str| Some(profile.0.get(field)?.as_str()?.to_owned());
    let known = relations::facts(hs, sender).await?;
    Ok(Facts {
        display_name: text("displayname"),
        avatar_url: text("avatar_url"),
        verified: known.verified,
        badges: known.badges,
        is_page: known.is_page,
        created_ts: known.created_ms,
        shared_rooms: shared_rooms(hs, user, sender).await?,
        mutuals: mutuals(hs, user, sender).await?,
    })
}

/// People in the circles of both.
async fn mutuals(hs: &Homeserver, user: UserNum, sender: UserNum) -> Result<usize> {
    let (own, theirs) = (relations::circle(hs, user).await?, relations::circle(hs, sender).await?);
    Ok(own.iter().filter(|person| theirs.binary_search(person).is_ok()).count())
}

async fn shared_rooms(hs: &Homeserver, user: UserNum, sender: UserNum) -> Result<usize> {
    // Most strangers share nothing, which is known without reading their rooms.
    if !ephemeral::contacts_of(hs, user).await?.contains(&sender) {
        return Ok(0);
    }
    let joined = async |user: UserNum| -> Result<std::collections::HashSet<crate::RoomNum>> {
        let rooms =
            hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
        Ok(rooms.into_iter().filter(|room| room.membership == "join").map(|room| room.room).collect())
    };
    Ok(joined(user).await?.intersection(&joined(sender).await?).count())
}

/// The user id of whoever asked.
pub(super) async fn sender_id(hs: &Homeserver, sender: UserNum) -> Result<OwnedUserId> {
    accounts::user_id(hs, sender).await
}
