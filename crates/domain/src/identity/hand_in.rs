//! The platform asks, the person answers.

use aside_store::identity::{self as store, Check, Document};
use aside_store::{Side, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ruma::UserId;

use super::{CHECKS_MAX, IdentityCheck, PATIENCE_MS, changed, close, is_open, lapse_at, shown};
use crate::accounts::{self, Session};
use crate::operators::Service;
use crate::{Error, Homeserver, Limited, Result};

const PURPOSE_CHARS_MAX: usize = 500;
/// Checks of one person that may be open at once.
const OPEN_MAX: usize = 5;
/// Both sides, and a page more.
const DOCUMENTS_MAX: usize = 3;
const DOCUMENT_BYTES_MAX: usize = 4 << 20;

/// Asks somebody for documents, and says what for. Asking again for the same purpose is the same check.
///
/// # Errors
/// [`Error::Refused`] where the database is not sealed; [`Error::NotFound`] where there is no such person;
/// [`Error::Invalid`], [`Error::Conflict`] where too much is asked of them.
pub async fn ask(hs: &Homeserver, _: &Service, user_id: &UserId, purpose: &str) -> Result<IdentityCheck> {
    if hs.store.keyring().is_none() {
        let reason = "Identity documents are taken only where the database is sealed (seal.key_file).";
        return Err(Error::Refused(reason.into()));
    }
    let purpose = purpose.trim();
    if purpose.is_empty() || purpose.chars().count() > PURPOSE_CHARS_MAX {
        return Err(Error::invalid("purpose", format!("must have 1 to {PURPOSE_CHARS_MAX} characters")));
    }
    let user = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    let now_ms = hs.clock.now_ms();
    let wanted = Check {
        user,
        id: format!("{}.{}", user.0, hs.random.text(18)),
        purpose: purpose.to_owned(),
        state: "asked".into(),
        note: None,
        created_ts: now_ms,
        changed_ts: now_ms,
        due_ts: now_ms + PATIENCE_MS,
    };
    lapse_at(hs, user, wanted.due_ts).await?;
    let asked = hs.store.write(Side::User(user), async move |tx| {
        let open = store::list_open(tx, user).await?;
        if let Some(same) = open.iter().find(|check| check.purpose == wanted.purpose) {
            return Ok(Some(same.clone()));
        }
        if open.len() >= OPEN_MAX {
            return Ok(None);
        }
        store::insert(tx, &wanted).await?;
        Ok(Some(wanted.clone()))
    });
    let check = asked
        .await?
        .ok_or_else(|| Error::Conflict(format!("{OPEN_MAX} checks of this person are open already")))?;
    lapse_at(hs, user, check.due_ts).await?;
    changed(hs, user).await?;
    shown(hs, check).await
}

/// What the session's user was asked for, the newest first.
pub async fn list(hs: &Homeserver, session: &Session) -> Result<Vec<IdentityCheck>> {
    let user = session.user;
    let found =
        hs.store.read(Side::User(user), async move |tx| store::list(tx, user, CHECKS_MAX).await).await?;
    let mut checks = Vec::with_capacity(found.len());
    for check in found {
        checks.push(shown(hs, check).await?);
    }
    Ok(checks)
}

/// Hands documents in, in the place of those that were handed in before; each is Base64.
///
/// # Errors
/// [`Error::NotFound`] where nothing is asked for; [`Error::Invalid`], [`Error::TooLarge`].
pub async fn hand_in(
    hs: &Homeserver,
    session: &Session,
    id: &str,
    documents: &[String],
) -> Result<IdentityCheck> {
    hs.limit(Limited::Upload, session.user_id.as_str())?;
    if documents.is_empty() || documents.len() > DOCUMENTS_MAX {
        return Err(Error::invalid("documents", format!("must be 1 to {DOCUMENTS_MAX}")));
    }
    let documents = documents.iter().map(|text| document(text)).collect::<Result<Vec<_>>>()?;
    let (user, wanted, now_ms) = (session.user, id.to_owned(), hs.clock.now_ms());
    lapse_at(hs, user, now_ms + PATIENCE_MS).await?;
    let handed_in = hs.store.write(Side::User(user), async move |tx| {
        let Some(check) = store::find(tx, user, &wanted).await?.filter(is_open) else { return Ok(None) };
        let due_ts = now_ms + PATIENCE_MS;
        let check = Check { state: "handed_in".into(), changed_ts: now_ms, due_ts, ..check };
        store::set_documents(tx, user, &wanted, &documents).await?;
        store::set_state(tx, &check).await?;
        Ok(Some(check))
    });
    let check = handed_in.await?.ok_or(Error::NotFound("identity check"))?;
    lapse_at(hs, user, check.due_ts).await?;
    changed(hs, user).await?;
    shown(hs, check).await
}

/// Takes documents back, or says no.
///
/// # Errors
/// [`Error::NotFound`] where the check is over.
pub async fn withdraw(hs: &Homeserver, session: &Session, id: &str) -> Result<()> {
    let (user, wanted, now_ms) = (session.user, id.to_owned(), hs.clock.now_ms());
    let withdraw = async move |tx: &Tx<'_>| {
        let Some(check) = store::find(tx, user, &wanted).await?.filter(is_open) else { return Ok(false) };
        close(tx, &check, "withdrawn", None, now_ms).await.map(|()| true)
    };
    if !hs.store.write(Side::User(user), withdraw).await? {
        return Err(Error::NotFound("identity check"));
    }
    changed(hs, user).await
}

/// A document as it is kept. What it is, its first bytes say.
fn document(text: &str) -> Result<Document> {
    let bytes = STANDARD.decode(text).map_err(|_| Error::invalid("documents", "must be Base64"))?;
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(Error::TooLarge(format!("a document is larger than {DOCUMENT_BYTES_MAX} bytes")));
    }
    let content_type = match bytes.as_slice() {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        _ => return Err(Error::invalid("documents", "must be pictures (JPEG, PNG, WebP) or PDF")),
    };
    Ok(Document { content_type: content_type.into(), content: text.to_owned() })
}
