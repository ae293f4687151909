//! Which profile holds for whom.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use aside_model::policy::{self, Loaded, Problem, Profile};
use aside_store::{Side, budgets};
use ruma::UserId;

use crate::operators::Service;
use crate::per_user::PerUser;
use crate::{Error, Homeserver, Result, UserNum, accounts};

/// Which profiles the operator chose: names of profiles that are built in, or paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySettings {
    pub profile: String,
    /// By the names of groups of users.
    pub groups: BTreeMap<String, String>,
}

impl Default for PolicySettings {
    fn default() -> Self {
        PolicySettings { profile: policy::DEFAULT.to_owned(), groups: BTreeMap::new() }
    }
}

/// The profiles in force.
struct Book {
    profile: Arc<Profile>,
    groups: BTreeMap<String, Arc<Profile>>,
}

impl Book {
    fn read(settings: &PolicySettings) -> Result<Book, Problem> {
        let read = |name: &str| Ok(Arc::new(read_profile(name)?.profile));
        let groups = settings.groups.iter().map(|(group, name)| Ok((group.clone(), read(name)?)));
        Ok(Book { profile: read(&settings.profile)?, groups: groups.collect::<Result<_, Problem>>()? })
    }
}

/// The profiles in force, which may be read again while the server runs, and who is in which group.
pub struct Policies {
    settings: PolicySettings,
    book: RwLock<Arc<Book>>,
    groups: PerUser<Option<String>>,
}

impl Policies {
    /// # Errors
    /// [`Problem`] where a profile can't be read.
    pub(crate) fn open(settings: &PolicySettings, shared: bool) -> Result<Policies, Problem> {
        Ok(Policies {
            book: RwLock::new(Arc::new(Book::read(settings)?)),
            settings: settings.clone(),
            groups: PerUser::new(shared),
        })
    }

    fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads a profile that is built in, or a file.
///
/// # Errors
/// [`Problem`] with file, line and key.
pub fn read_profile(name: &str) -> Result<Loaded, Problem> {
    if let Some(text) = policy::built_in(name) {
        return policy::load(name, text);
    }
    match std::fs::read_to_string(Path::new(name)) {
        Ok(text) => policy::load(name, &text),
        Err(error) => Err(Problem {
            file: name.to_owned(),
            line: 0,
            key: String::new(),
            reason: format!("no profile of this name is built in, and no file can be read there: {error}"),
        }),
    }
}

impl Homeserver {
    /// The server's profile.
    pub fn policy(&self) -> Arc<Profile> {
        Arc::clone(&self.policies.book().profile)
    }

    /// The profile that holds for a user: their group's, or the server's.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn policy_for(&self, user: UserNum) -> Result<Arc<Profile>> {
        let book = self.policies.book();
        if book.groups.is_empty() {
            return Ok(Arc::clone(&book.profile));
        }
        let group = self.policies.groups.get(user, async {
            Ok(self.store.read(Side::User(user), async move |tx| budgets::find_group(tx, user).await).await?)
        });
        let group = group.await?;
        let own = group.as_ref().as_ref().and_then(|name| book.groups.get(name));
        Ok(Arc::clone(own.unwrap_or(&book.profile)))
    }

    /// Reads the profiles again. Where one can't be read, nothing changes.
    ///
    /// # Errors
    /// [`Problem`] with file, line and key.
    pub fn reload_policy(&self) -> Result<Arc<Profile>, Problem> {
        let book = Arc::new(Book::read(&self.policies.settings)?);
        let profile = Arc::clone(&book.profile);
        *self.policies.book.write().unwrap_or_else(PoisonError::into_inner) = book;
        tracing::info!(profile = profile.profile.id, "The policy profiles were read.");
        Ok(profile)
    }

    /// Puts a user into a group with a profile of its own, or (`None`) out of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such person, [`Error::Invalid`] where the configuration has no such group.
    pub async fn set_policy_group(&self, _: &Service, user_id: &UserId, group: Option<String>) -> Result<()> {
        let user = accounts::find_user_num(self, user_id).await?.ok_or(Error::NotFound("user"))?;
        if let Some(name) = &group
            && !self.policies.book().groups.contains_key(name)
        {
            return Err(Error::invalid("group", format!("the configuration has no policy.groups.{name}")));
        }
        let written = self
            .store
            .write(Side::User(user), async move |tx| budgets::set_group(tx, user, group.as_deref()).await);
        written.await?;
        self.policies.groups.forget(user);
        Ok(())
    }
}
