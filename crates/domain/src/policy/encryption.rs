//! Whether conversations are encrypted, by the profile of whoever makes them.

use aside_model::policy::{E2ee, Scope, refused_encryption};

use crate::accounts::Session;
use crate::rooms::Room;
use crate::{Error, Homeserver, Result};

/// What holds for a new conversation.
pub(crate) async fn encryption(hs: &Homeserver, session: &Session, scope: Scope) -> Result<E2ee> {
    Ok(hs.policy_for(session.user).await?.encryption(scope))
}

pub(crate) fn no_encryption() -> Error {
    Error::Policy(Box::new(refused_encryption()))
}

/// Checks that a conversation may be encrypted from now on.
///
/// # Errors
/// [`Error::Policy`].
pub(crate) async fn check_encryption(hs: &Homeserver, session: &Session, room: &Room) -> Result<()> {
    let scope = if room.state.members().len() <= 2 { Scope::OneToOne } else { Scope::Group };
    match encryption(hs, session, scope).await? {
        E2ee::Off if !room.is_encrypted() => Err(no_encryption()),
        _ => Ok(()),
    }
}
