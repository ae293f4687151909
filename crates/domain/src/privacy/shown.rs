//! Who shows what to whom.

use aside_model::policy::Profile;
use ruma::UserId;

use super::{Audience, PrivacySettings, rules, settings};
use crate::account_data::ignored;
use crate::relations::circle;
use crate::{Homeserver, Result, UserNum};

/// Whether others see how far a user has read.
pub(crate) async fn shows_receipts(hs: &Homeserver, user: UserNum) -> Result<bool> {
    Ok(receipts(&*settings(hs, user).await?, &*rules(hs, user).await?))
}

/// Whether a user sees how far others have read.
pub(crate) async fn sees_receipts(hs: &Homeserver, user: UserNum) -> Result<bool> {
    let rules = rules(hs, user).await?;
    Ok(!rules.receipts.reciprocal || receipts(&*settings(hs, user).await?, &rules))
}

fn receipts(settings: &PrivacySettings, rules: &Profile) -> bool {
    let rule = &rules.receipts;
    settings.read_receipts.filter(|_| rule.user_switch).unwrap_or(rule.default)
}

/// Whether others see a user typing.
pub(crate) async fn shows_typing(hs: &Homeserver, user: UserNum) -> Result<bool> {
    Ok(typing(&*settings(hs, user).await?, &*rules(hs, user).await?))
}

/// Whether a user sees others typing.
pub(crate) async fn sees_typing(hs: &Homeserver, user: UserNum) -> Result<bool> {
    let rules = rules(hs, user).await?;
    Ok(!rules.typing.reciprocal || typing(&*settings(hs, user).await?, &rules))
}

fn typing(settings: &PrivacySettings, rules: &Profile) -> bool {
    let rule = &rules.typing;
    settings.typing.filter(|_| rule.user_switch).unwrap_or(rule.default)
}

/// Who sees whether a user is there.
pub(crate) async fn presence_audience(hs: &Homeserver, user: UserNum) -> Result<Audience> {
    Ok(presence(&*settings(hs, user).await?, &*rules(hs, user).await?))
}

/// Whether a user sees who is there.
pub(crate) async fn sees_presence(hs: &Homeserver, user: UserNum) -> Result<bool> {
    let rules = rules(hs, user).await?;
    Ok(!rules.presence.reciprocal || presence(&*settings(hs, user).await?, &rules) != Audience::NoOne)
}

pub(super) fn presence(settings: &PrivacySettings, rules: &Profile) -> Audience {
    let rule = &rules.presence;
    let default = if rule.default { Audience::Everyone } else { Audience::NoOne };
    if !rule.user_switch {
        return default;
    }
    match settings.appear_offline {
        Some(true) => Audience::NoOne,
        _ => settings.active_status.unwrap_or(default),
    }
}

/// Whether somebody may see whether somebody else is there.
pub(crate) async fn may_see_presence(hs: &Homeserver, viewer: UserNum, subject: UserNum) -> Result<bool> {
    if viewer == subject {
        return Ok(true);
    }
    Ok(sees_presence(hs, viewer).await?
        && is_among(hs, presence_audience(hs, subject).await?, Some(viewer), subject).await?)
}

/// What strangers may not get to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// What somebody's profile says beside name and picture, and whom they know.
    Details,
    /// That they are there, for whoever searches for a name.
    Directory,
}

/// Whether somebody may see an aspect of somebody else; `None` is whoever asks without an account. Whoever is blocked sees as
/// little as there is.
pub(crate) async fn is_shown(
    hs: &Homeserver,
    aspect: Aspect,
    viewer: Option<(UserNum, &UserId)>,
    subject: UserNum,
) -> Result<bool> {
    if viewer.is_some_and(|(user, _)| user == subject) {
        return Ok(true);
    }
    let settings = settings(hs, subject).await?;
    let chosen = match aspect {
        Aspect::Details => settings.profile_details,
        Aspect::Directory => settings.findable,
    };
    if let Some((_, user_id)) = viewer
        && ignored(hs, subject).await?.contains(user_id)
    {
        return Ok(false);
    }
    is_among(hs, chosen.unwrap_or(Audience::Everyone), viewer.map(|(user, _)| user), subject).await
}

async fn is_among(
    hs: &Homeserver,
    audience: Audience,
    viewer: Option<UserNum>,
    subject: UserNum,
) -> Result<bool> {
    match (audience, viewer) {
        (Audience::Everyone, _) => Ok(true),
        (Audience::NoOne, _) | (Audience::Contacts, None) => Ok(false),
        (Audience::Contacts, Some(viewer)) => Ok(circle(hs, subject).await?.binary_search(&viewer).is_ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(default: bool, user_switch: bool) -> Profile {
        let mut rules = Profile::default();
        (rules.presence.default, rules.presence.user_switch) = (default, user_switch);
        (rules.receipts.default, rules.receipts.user_switch) = (default, user_switch);
        (rules.typing.default, rules.typing.user_switch) = (default, user_switch);
        rules
    }

    #[test]
    fn who_sees_that_somebody_is_there_follows_from_what_they_chose() {
        use Audience::{Contacts, Everyone, NoOne};
        for (active_status, appear_offline, default, user_switch, wanted) in [
            (None, None, true, true, Everyone),
            (None, None, false, true, NoOne),
            (Some(Contacts), None, true, true, Contacts),
            (Some(Everyone), None, false, true, Everyone),
            (Some(Everyone), Some(true), true, true, NoOne),
            (Some(Contacts), Some(false), true, true, Contacts),
            (Some(NoOne), Some(true), true, false, Everyone),
        ] {
            let settings = PrivacySettings { active_status, appear_offline, ..PrivacySettings::default() };
            assert_eq!(presence(&settings, &rules(default, user_switch)), wanted, "{settings:?}");
        }
    }

    #[test]
    fn a_switch_that_the_policy_keeps_is_as_the_policy_says() {
        for (chosen, default, user_switch, wanted) in [
            (None, true, true, true),
            (None, false, true, false),
            (Some(false), true, true, false),
            (Some(true), false, true, true),
            (Some(false), true, false, true),
            (Some(true), false, false, false),
        ] {
            let settings =
                PrivacySettings { read_receipts: chosen, typing: chosen, ..PrivacySettings::default() };
            let rules = rules(default, user_switch);
            assert_eq!(
                (receipts(&settings, &rules), typing(&settings, &rules)),
                (wanted, wanted),
                "{chosen:?}"
            );
        }
    }
}
