//! Whom people don't want to hear (specification, 10.31 Ignoring users).

use std::collections::HashSet;
use std::sync::Arc;

use ruma::{OwnedUserId, UserId};
use serde_json::Value;

use super::GLOBAL;
use crate::per_user::PerUser;
use crate::{Homeserver, Result, UserNum};

pub(crate) const IGNORED_USER_LIST: &str = "m.ignored_user_list";

/// Whom each user ignores.
pub(crate) struct Ignored(PerUser<Arc<HashSet<OwnedUserId>>>);

impl Ignored {
    pub(crate) fn new(shared: bool) -> Self {
        Ignored(PerUser::new(shared))
    }

    /// To be called once global account data of this type was set.
    pub(super) fn changed(&self, user: UserNum, kind: &str) {
        if kind == IGNORED_USER_LIST {
            self.0.forget(user);
        }
    }
}

/// Whom a user ignores: message events, invites, receipts, typing and presence of these people don't reach them.
///
/// # Errors
/// [`crate::Error::Internal`].
pub async fn ignored(hs: &Homeserver, user: UserNum) -> Result<Arc<HashSet<OwnedUserId>>> {
    let read = async {
        let content = super::find(hs, user, GLOBAL, IGNORED_USER_LIST).await?;
        Ok(Arc::new(content.as_deref().map(parse).unwrap_or_default()))
    };
    Ok(Arc::clone(&*hs.ignored.0.get(user, read).await?))
}

/// Clients write the list; what can't be understood of it ignores nobody.
fn parse(content: &str) -> HashSet<OwnedUserId> {
    let Ok(content) = serde_json::from_str::<Value>(content) else { return HashSet::new() };
    let Some(list) = content.get("ignored_users").and_then(Value::as_object) else { return HashSet::new() };
    list.keys().filter_map(|user_id| UserId::parse(user_id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_ignores_nobody() {
        for content in
            ["{}", "[]", "7", r#"{"ignored_users":["@bob:localhost"]}"#, r#"{"ignored_users":{"bob":{}}}"#]
        {
            assert!(parse(content).is_empty(), "{content}");
        }
    }

    #[test]
    fn the_keys_of_the_list_are_ignored() {
        let list =
            parse(r#"{"ignored_users":{"@bob:localhost":{},"nobody":{},"@eve:localhost":{"since":1}}}"#);
        let mut ids: Vec<&str> = list.iter().map(|user_id| user_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["@bob:localhost", "@eve:localhost"]);
    }
}
