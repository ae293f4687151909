//! Profiles: display name, avatar and whatever else people say about themselves (specification, 10.3 Profiles).

use std::sync::Arc;

use aside_store::{Side, profiles, users};
use ruma::UserId;
use serde_json::{Map, Value};

use super::{Session, announce, find_user_num};
use crate::privacy::{self, Aspect};
use crate::{Error, Homeserver, Limited, Result, UserNum, reports};

/// The specification's limits.
const PROFILE_BYTES_MAX: usize = 64 * 1024;
const KEY_BYTES_MAX: usize = 255;
const DISPLAY_NAME_CHARS_MAX: usize = 256;
const AVATAR_URL_BYTES_MAX: usize = 1_000;

/// A user's profile fields by name, as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile(pub Map<String, Value>);

impl Profile {
    pub fn display_name(&self) -> Option<&str> {
        self.0.get("displayname")?.as_str()
    }

    pub fn avatar_url(&self) -> Option<&str> {
        self.0.get("avatar_url")?.as_str()
    }

    /// Leaves what whoever shares a room sees anyway: name and picture.
    pub(crate) fn hide_details(&mut self) {
        self.0.retain(|field, _| matches!(field.as_str(), "displayname" | "avatar_url"));
    }

    pub(crate) fn of_stored(fields: Vec<(String, String)>) -> Profile {
        let parsed =
            fields.into_iter().filter_map(|(field, value)| Some((field, serde_json::from_str(&value).ok()?)));
        Profile(parsed.collect())
    }
}

pub(crate) async fn profile(hs: &Homeserver, user: UserNum) -> Result<Profile> {
    let fields = hs.store.read(Side::User(user), async move |tx| profiles::list(tx, user).await).await?;
    Ok(Profile::of_stored(fields))
}

/// What somebody says about themselves, to the session's user or to whoever asks without one.
///
/// # Errors
/// [`Error::NotFound`] where there is no such user, or not any more.
pub async fn find_profile(hs: &Homeserver, session: Option<&Session>, user_id: &UserId) -> Result<Profile> {
    let nobody = Error::NotFound("user");
    let Some(user) = find_user_num(hs, user_id).await? else { return Err(nobody) };
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            let is_active = users::find(tx, user).await?.is_some_and(|user| !user.deactivated);
            Ok(if is_active { Some(profiles::list(tx, user).await?) } else { None })
        })
        .await?;
    let mut profile = found.map(Profile::of_stored).ok_or(nobody)?;
    let viewer = session.map(|session| (session.user, &*session.user_id));
    if !privacy::is_shown(hs, Aspect::Details, viewer, user).await? {
        profile.hide_details();
    }
    Ok(profile)
}

/// Sets a field of one's own profile. People in the user's rooms hear of a new display name or avatar a little later.
///
/// # Errors
/// [`Error::Forbidden`] on somebody else's profile, [`Error::Invalid`], [`Error::KeyTooLarge`],
/// [`Error::ProfileTooLarge`], [`Error::LimitExceeded`].
pub async fn set_field(
    hs: &Arc<Homeserver>,
    session: &Session,
    user_id: &UserId,
    field: &str,
    value: Value,
) -> Result<()> {
    let value = checked(field, value)?;
    change_field(hs, session, user_id, field, value).await
}

/// Deletes a field of one's own profile, where it is there.
///
/// # Errors
/// As [`set_field`].
pub async fn delete_field(
    hs: &Arc<Homeserver>,
    session: &Session,
    user_id: &UserId,
    field: &str,
) -> Result<()> {
    check_key(field)?;
    change_field(hs, session, user_id, field, None).await
}

async fn change_field(
    hs: &Arc<Homeserver>,
    session: &Session,
    user_id: &UserId,
    field: &str,
    value: Option<Value>,
) -> Result<()> {
    if user_id != session.user_id {
        return Err(Error::forbidden("A profile is changed by its owner."));
    }
    hs.limit(Limited::Other, session.user_id.as_str())?;
    reports::check_may_act(hs, session).await?;
    let (user, name) = (session.user, field.to_owned());
    let text = value.as_ref().map(Value::to_string);
    let changed = hs
        .store
        .write(Side::User(user), async move |tx| {
            let mut profile = Profile::of_stored(profiles::list(tx, user).await?);
            let former = match &value {
                Some(value) => profile.0.insert(name.clone(), value.clone()),
                None => profile.0.remove(&name),
            };
            if serde_json::to_string(&profile.0).map_or(0, |json| json.len()) > PROFILE_BYTES_MAX {
                return Ok(Changed::TooLarge);
            }
            match &text {
                Some(text) => profiles::put(tx, user, &name, text).await?,
                None => profiles::delete(tx, user, &name).await?,
            }
            Ok(if former == value { Changed::Nothing } else { Changed::From(former) })
        })
        .await?;
    match changed {
        Changed::TooLarge => {
            Err(Error::ProfileTooLarge(format!("the profile would have more than {PROFILE_BYTES_MAX} bytes")))
        }
        Changed::From(former) if matches!(field, "displayname" | "avatar_url") => {
            let former_name = former.filter(|_| field == "displayname");
            announce::announce_soon(
                hs,
                session,
                former_name.and_then(|name| Some(name.as_str()?.to_owned())),
            );
            Ok(())
        }
        Changed::From(_) | Changed::Nothing => Ok(()),
    }
}

enum Changed {
    Nothing,
    From(Option<Value>),
    TooLarge,
}

/// The name of a field is an identifier of the specification's common grammar (appendix 4.4).
fn check_key(field: &str) -> Result<()> {
    if field.len() > KEY_BYTES_MAX {
        return Err(Error::KeyTooLarge(format!("the field's name has more than {KEY_BYTES_MAX} bytes")));
    }
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    if !field.starts_with(|first: char| first.is_ascii_lowercase()) || !field.bytes().all(allowed) {
        return Err(Error::invalid(
            "keyName",
            "a field is named by a letter, then letters, digits and any of - _ .",
        ));
    }
    Ok(())
}

/// What a field may be set to; `None` where that means to delete it.
fn checked(field: &str, value: Value) -> Result<Option<Value>> {
    check_key(field)?;
    let invalid = |field: &'static str, reason: String| Err(Error::invalid(field, reason));
    match (field, &value) {
        // Older clients, to whom nothing else was offered, say so when they want to be without.
        ("displayname" | "avatar_url", Value::Null) => Ok(None),
        ("displayname" | "avatar_url", Value::String(text)) if text.is_empty() => Ok(None),
        ("displayname", Value::String(name)) if name.chars().count() > DISPLAY_NAME_CHARS_MAX => {
            invalid("displayname", format!("has more than {DISPLAY_NAME_CHARS_MAX} characters"))
        }
        // Clients show nothing but mxc: URIs; some have stored others, so no more than the length is checked.
        ("avatar_url", Value::String(url)) if url.len() > AVATAR_URL_BYTES_MAX => {
            invalid("avatar_url", format!("has more than {AVATAR_URL_BYTES_MAX} bytes"))
        }
        ("displayname" | "avatar_url" | "m.tz", Value::String(_)) => Ok(Some(value)),
        ("displayname", _) => invalid("displayname", "must be text".into()),
        ("avatar_url", _) => invalid("avatar_url", "must be text".into()),
        ("m.tz", _) => invalid("m.tz", "must be text".into()),
        _ => Ok(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_checked_by_their_name() {
        for (field, value, wanted) in [
            ("displayname", json!("Alice"), Some(Some(json!("Alice")))),
            ("displayname", json!(""), Some(None)),
            ("displayname", json!(null), Some(None)),
            ("displayname", json!(7), None),
            ("displayname", json!("a".repeat(257)), None),
            ("avatar_url", json!("mxc://a/b"), Some(Some(json!("mxc://a/b")))),
            ("avatar_url", json!({}), None),
            ("avatar_url", json!("m".repeat(1001)), None),
            ("m.tz", json!("Europe/Berlin"), Some(Some(json!("Europe/Berlin")))),
            ("m.tz", json!(1), None),
            ("org.example.pets", json!([1, { "a": null }]), Some(Some(json!([1, { "a": null }])))),
            ("org.example.pets", json!(null), Some(Some(json!(null)))),
            ("Org.example", json!(1), None),
            ("", json!(1), None),
            ("org.exämple", json!(1), None),
        ] {
            assert_eq!(checked(field, value.clone()).ok(), wanted, "{field}: {value}");
        }
    }
}
