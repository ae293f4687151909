//! Everyone's push rules, kept at hand.

use std::borrow::Cow;
use std::sync::Arc;

use ruma::OwnedUserId;
use ruma::push::Ruleset;
use serde::{Deserialize, Serialize};

use crate::account_data::{self, GLOBAL, PUSH_RULES};
use crate::per_user::PerUser;
use crate::{Homeserver, Result, UserNum, accounts};

/// The push rules of those to whom something was delivered lately.
pub(crate) struct Rulebook(PerUser<Rules>);

/// One user's push rules.
pub(super) struct Rules {
    user_id: OwnedUserId,
    /// `None` where the user never changed the server's default rules.
    changed: Option<Ruleset>,
}

/// The content of `m.push_rules`.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) global: Ruleset,
}

impl Rules {
    pub(super) fn changed(&self) -> Option<&Ruleset> {
        self.changed.as_ref()
    }

    pub(super) fn ruleset(&self) -> Cow<'_, Ruleset> {
        match &self.changed {
            Some(ruleset) => Cow::Borrowed(ruleset),
            None => Cow::Owned(Ruleset::server_default(&self.user_id)),
        }
    }

    /// The rules as they are stored: `content` is that of `m.push_rules`, where there is any.
    pub(super) fn parse(user_id: OwnedUserId, content: Option<&str>) -> Rules {
        let stored = content.and_then(|content| serde_json::from_str::<Content>(content).ok());
        let changed = stored.map(|mut stored| {
            // The specification's default rules may have changed since the rules were stored.
            stored.global.update_with_server_default(Ruleset::server_default(&user_id));
            stored.global
        });
        Rules { user_id, changed }
    }
}

impl Rulebook {
    pub(crate) fn new(shared: bool) -> Self {
        Rulebook(PerUser::new(shared))
    }

    /// To be called once global account data of this type was set.
    pub(crate) fn changed(&self, user: UserNum, kind: &str) {
        if kind == PUSH_RULES {
            self.forget(user);
        }
    }

    /// To be called by whoever has to answer the rules as the database has them now.
    pub(crate) fn forget(&self, user: UserNum) {
        self.0.forget(user);
    }

    pub(super) async fn of(&self, hs: &Homeserver, user: UserNum) -> Result<Arc<Rules>> {
        let read = async {
            let content = account_data::find(hs, user, GLOBAL, PUSH_RULES).await?;
            Ok(Rules::parse(accounts::user_id(hs, user).await?, content.as_deref()))
        };
        self.0.get(user, read).await
    }
}
