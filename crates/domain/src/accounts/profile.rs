//! Profiles: display name, avatar and whatever else people say about themselves (specification, 10.3 Profiles).

use aside_store::{Side, profiles};
use serde_json::Value;

use crate::{Homeserver, Result, UserNum};

/// A user's profile fields by name, as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile(pub serde_json::Map<String, Value>);

impl Profile {
    pub fn display_name(&self) -> Option<&str> {
        self.0.get("displayname")?.as_str()
    }

    pub fn avatar_url(&self) -> Option<&str> {
        self.0.get("avatar_url")?.as_str()
    }
}

pub(crate) async fn profile(hs: &Homeserver, user: UserNum) -> Result<Profile> {
    let fields = hs.store.read(Side::User(user), async move |tx| profiles::list(tx, user).await).await?;
    let parsed =
        fields.into_iter().filter_map(|(field, value)| Some((field, serde_json::from_str(&value).ok()?)));
    Ok(Profile(parsed.collect()))
}
