//! Those who run the server: the platform's own backend, which proves itself by a service token, and the people who
//! look at reports.

use std::sync::Arc;

use aside_store::{Side, users};
use ruma::OwnedUserId;
use subtle::{Choice, ConstantTimeEq};

use crate::accounts::{Session, hash_of};
use crate::{Error, Homeserver, Result, Settings};

/// What the configuration says about them.
pub(crate) struct Operators {
    /// Hashes, so that comparing takes as long whatever was sent and however long it is.
    service_tokens: Vec<[u8; 32]>,
    moderators: Vec<OwnedUserId>,
    identity_reviewers: Vec<OwnedUserId>,
}

impl Operators {
    pub(crate) fn new(settings: &Settings) -> Self {
        Operators {
            service_tokens: settings.service_tokens.iter().map(|token| hash_of(token)).collect(),
            moderators: settings.moderators.clone(),
            identity_reviewers: settings.identity_reviewers.clone(),
        }
    }
}

/// Proof that a request comes from the operator's own backend.
#[derive(Debug)]
pub struct Service(());

/// Proof that somebody may look at reports and decide on them.
#[derive(Debug, Clone)]
pub struct Moderator {
    pub session: Arc<Session>,
}

/// Proof that somebody may look at identity documents.
#[derive(Debug, Clone)]
pub struct Reviewer {
    pub session: Arc<Session>,
}

/// # Errors
/// [`Error::UnknownToken`].
pub fn authenticate_service(hs: &Homeserver, token: &str) -> Result<Service> {
    let given = hash_of(token);
    let known = hs.operators.service_tokens.iter();
    let is_known = known.fold(Choice::from(0), |found, token| found | token.ct_eq(&given));
    if bool::from(is_known) { Ok(Service(())) } else { Err(Error::UnknownToken { soft_logout: false }) }
}

/// Whoever is named in the configuration moderates, and so do the administrators of the server.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn access_moderator(hs: &Homeserver, session: Arc<Session>) -> Result<Moderator> {
    let user = session.user;
    let is_moderator = hs.operators.moderators.contains(&session.user_id)
        || hs
            .store
            .read(Side::User(user), async move |tx| users::find(tx, user).await)
            .await?
            .is_some_and(|user| user.admin);
    if is_moderator { Ok(Moderator { session }) } else { Err(Error::forbidden("This is for moderators.")) }
}

/// Whoever is named in the configuration reviews identity documents, and nobody else: administrators don't, nor do moderators.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn access_reviewer(hs: &Homeserver, session: Arc<Session>) -> Result<Reviewer> {
    match hs.operators.identity_reviewers.contains(&session.user_id) {
        true => Ok(Reviewer { session }),
        false => Err(Error::forbidden("This is for reviewers of identity documents.")),
    }
}
