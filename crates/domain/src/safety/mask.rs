//! Where the policy profile keeps people on the platform until they have agreed, contacts are taken out of what the other side
//! says, until the platform says that buyer and seller have agreed.

use aside_model::policy::PiiMode;
use ruma::UserId;

use super::pair::other_of_pair;
use crate::rooms::Room;
use crate::{Homeserver, Result, UserNum, relations};

/// Whether contacts are taken out of what a user reads in a room. What is encrypted from end to end the server can't read.
pub(crate) async fn masks(hs: &Homeserver, user: UserNum, user_id: &UserId, room: &Room) -> Result<bool> {
    let rules = hs.policy_for(user).await?;
    if rules.content.pii_mode != PiiMode::BlockUntilCommit || room.is_encrypted() {
        return Ok(false);
    }
    let Some((other, _)) = other_of_pair(room, user_id) else { return Ok(false) };
    Ok(!relations::between(hs, user, other).await?.committed)
}
