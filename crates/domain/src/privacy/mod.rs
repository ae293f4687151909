//! Privacy: what people choose to be reached by and to be seen of, and what follows from it where others look.
//!
//! Who may write, call and add somebody to groups is judged by the policy, which asks for [`settings`]. What others see
//! of somebody is kept here, in the words of one question for each: does this person show it, and does that one see it.

mod change;
mod describe;
mod settings;
mod shown;

use std::sync::Arc;

use aside_model::policy::Profile;
use aside_store::{Side, privacy as store};

pub use change::{change, review};
pub use describe::{Described, Overview, overview};
pub use settings::{Audience, PrivacySettings, Setting};
pub(crate) use shown::{
    Aspect, is_shown, may_see_presence, presence_audience, sees_presence, sees_receipts, sees_typing,
    shows_receipts, shows_typing,
};

use crate::per_user::PerUser;
use crate::{Homeserver, Result, UserNum};

/// The settings of people who were asked about lately.
pub(crate) struct Settled(PerUser<PrivacySettings>);

impl Settled {
    pub(crate) fn new(shared: bool) -> Self {
        Settled(PerUser::new(shared))
    }

    fn forget(&self, user: UserNum) {
        self.0.forget(user);
    }
}

/// What somebody has chosen.
pub async fn settings(hs: &Homeserver, user: UserNum) -> Result<Arc<PrivacySettings>> {
    let read = async {
        let chosen = hs.store.read(Side::User(user), async move |tx| store::list(tx, user).await).await?;
        Ok(PrivacySettings::of_stored(&chosen))
    };
    hs.privacy.0.get(user, read).await
}

/// The rules that hold for somebody who has chosen nothing.
async fn rules(hs: &Homeserver, user: UserNum) -> Result<Arc<Profile>> {
    hs.policy_for(user).await
}
