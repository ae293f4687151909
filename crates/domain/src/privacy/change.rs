//! Choosing, and what has to be told then.

use std::sync::Arc;

use aside_store::{Side, privacy as store};

use super::settings::REVIEWED;
use super::{Audience, Setting, presence_audience, rules, sees_presence};
use crate::accounts::Session;
use crate::ephemeral::{presence, typing};
use crate::{Error, Homeserver, Limited, Result};

/// Chooses; `None` takes a choice back. Either all of it is chosen, or nothing.
///
/// # Errors
/// [`Error::Invalid`] for a setting that there isn't or a word that can't be chosen, [`Error::Forbidden`] where the policy
/// leaves no choice, [`Error::LimitExceeded`].
pub async fn change(
    hs: &Arc<Homeserver>,
    session: &Session,
    wanted: Vec<(String, Option<String>)>,
) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let user = session.user;
    let rules = rules(hs, user).await?;
    let mut chosen = Vec::with_capacity(wanted.len());
    for (name, word) in wanted {
        let setting =
            Setting::parse(&name).ok_or_else(|| Error::invalid("settings", "one of them is unknown"))?;
        let words = setting.words(&rules);
        if words.is_empty() {
            return Err(Error::forbidden(format!("{} is not yours to choose here.", setting.as_str())));
        }
        if let Some(word) = &word
            && !words.contains(&word.as_str())
        {
            return Err(Error::invalid(setting.as_str(), format!("must be one of: {}", words.join(", "))));
        }
        chosen.push((setting, word));
    }
    let before = (presence_audience(hs, user).await?, sees_presence(hs, user).await?);
    let write = chosen.clone();
    hs.store
        .write(Side::User(user), async move |tx| {
            for (setting, word) in &write {
                match word {
                    Some(word) => store::put(tx, user, setting.as_str(), word).await?,
                    None => store::delete(tx, user, setting.as_str()).await?,
                }
            }
            Ok(())
        })
        .await?;
    hs.privacy.forget(user);
    let after = (presence_audience(hs, user).await?, sees_presence(hs, user).await?);
    if before != after {
        presence::audience_changed(hs, user, after.0 == Audience::NoOne).await?;
    }
    if chosen.iter().any(|(setting, _)| *setting == Setting::Typing) && !super::shows_typing(hs, user).await?
    {
        typing::stop_everywhere(hs, user).await?;
    }
    Ok(())
}

/// Notes that the session's user has looked through their settings.
///
/// # Errors
/// [`Error::LimitExceeded`].
pub async fn review(hs: &Homeserver, session: &Session) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let (user, now) = (session.user, hs.clock.now_ms().to_string());
    hs.store.write(Side::User(user), async move |tx| store::put(tx, user, REVIEWED, &now).await).await?;
    hs.privacy.forget(user);
    Ok(())
}
