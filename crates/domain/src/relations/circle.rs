//! Whom somebody knows, as far as they said so: whom they follow, and have among their contacts and connections.

use std::sync::Arc;

use aside_store::{Side, ties};

use super::RelationKind;
use crate::per_user::PerUser;
use crate::{Homeserver, Result, UserNum};

/// People of each kind that count; who knows more counts as knowing those whom they came to know last.
const PEOPLE_MAX: i64 = 5_000;
const KINDS: [RelationKind; 3] = [RelationKind::Contact, RelationKind::Connection, RelationKind::Follow];

/// The circles of people that were asked for lately.
pub(crate) struct Circles(PerUser<Vec<UserNum>>);

impl Circles {
    pub(crate) fn new(shared: bool) -> Self {
        Circles(PerUser::new(shared))
    }

    pub(super) fn forget(&self, user: UserNum) {
        self.0.forget(user);
    }
}

/// Whom a user knows, in order.
pub async fn circle(hs: &Homeserver, user: UserNum) -> Result<Arc<Vec<UserNum>>> {
    let read = async {
        let mut people = hs
            .store
            .read(Side::User(user), async move |tx| {
                let mut people = Vec::new();
                for kind in KINDS {
                    people.extend(ties::list_others(tx, user, kind.as_str(), PEOPLE_MAX).await?);
                }
                Ok(people)
            })
            .await?;
        people.sort_unstable();
        people.dedup();
        Ok(people)
    };
    hs.circles.0.get(user, read).await
}
