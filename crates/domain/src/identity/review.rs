//! A reviewer looks, and decides.

use aside_store::identity::{self as store, Check};
use aside_store::{Side, Tx, facts};

use super::{IdentityCheck, changed, close, shown};
use crate::operators::Reviewer;
use crate::reports::{self, Act};
use crate::{Error, Homeserver, Result, UserNum, accounts};

const NOTE_CHARS_MAX: usize = 1_000;

/// A document in front of a reviewer.
#[derive(Debug, Clone)]
pub struct Seen {
    pub content_type: String,
    /// Base64.
    pub content: String,
}

/// Checks that wait for a decision, the oldest first.
pub async fn waiting(hs: &Homeserver, _: &Reviewer, limit: usize) -> Result<Vec<IdentityCheck>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = hs.store.read(Side::Sweep, async move |tx| store::list_handed_in(tx, limit).await).await?;
    let mut checks = Vec::with_capacity(found.len());
    for check in found {
        checks.push(shown(hs, check).await?);
    }
    Ok(checks)
}

/// Shows documents. That somebody looked is in the audit trail before they see anything.
///
/// # Errors
/// [`Error::NotFound`] where the check doesn't wait for a decision.
pub async fn look(hs: &Homeserver, reviewer: &Reviewer, id: &str) -> Result<Vec<Seen>> {
    let check = find(hs, id).await?;
    note(hs, reviewer, "identity_look", &check).await?;
    let (user, id) = (check.user, check.id);
    let list = async move |tx: &Tx<'_>| store::list_documents(tx, user, &id).await;
    let found = hs.store.read(Side::User(user), list).await?;
    Ok(found
        .into_iter()
        .map(|document| Seen { content_type: document.content_type, content: document.content })
        .collect())
}

/// Decides, and deletes the documents. Who is who they say gets the badge of verification.
///
/// # Errors
/// [`Error::NotFound`] where the check doesn't wait for a decision, [`Error::Invalid`].
pub async fn decide(
    hs: &Homeserver,
    reviewer: &Reviewer,
    id: &str,
    approve: bool,
    text: Option<String>,
) -> Result<IdentityCheck> {
    if text.as_ref().is_some_and(|text| text.chars().count() > NOTE_CHARS_MAX) {
        return Err(Error::invalid("note", format!("has more than {NOTE_CHARS_MAX} characters")));
    }
    let check = find(hs, id).await?;
    note(hs, reviewer, if approve { "identity_approve" } else { "identity_reject" }, &check).await?;
    let (user, now_ms) = (check.user, hs.clock.now_ms());
    let decided = hs.store.write(Side::User(user), async move |tx| {
        let found = store::find(tx, user, &check.id).await?.filter(|check| check.state == "handed_in");
        let Some(check) = found else { return Ok(None) };
        close(tx, &check, if approve { "approved" } else { "rejected" }, text.clone(), now_ms).await?;
        if approve {
            let known = facts::find(tx, user).await?.unwrap_or_default();
            facts::put(tx, user, &facts::Facts { verified: true, ..known }).await?;
        }
        store::find(tx, user, &check.id).await
    });
    let decided = decided.await?.ok_or(Error::NotFound("identity check"))?;
    changed(hs, user).await?;
    shown(hs, decided).await
}

/// A check that waits for a decision. Its id begins with the number of whose it is.
async fn find(hs: &Homeserver, id: &str) -> Result<Check> {
    let unknown = || Error::NotFound("identity check");
    let user = id.split_once('.').and_then(|(user, _)| user.parse().ok()).map(UserNum).ok_or_else(unknown)?;
    let id = id.to_owned();
    let found = hs.store.read(Side::User(user), async move |tx| store::find(tx, user, &id).await).await?;
    found.filter(|check| check.state == "handed_in").ok_or_else(unknown)
}

async fn note(hs: &Homeserver, reviewer: &Reviewer, action: &'static str, check: &Check) -> Result<()> {
    let act = Act {
        actor: reviewer.session.user_id.to_string(),
        action,
        report_num: None,
        subject: Some(accounts::user_id(hs, check.user).await?.to_string()),
        detail: format!("{}: {}", check.id, check.purpose),
    };
    reports::note(hs, act).await
}
