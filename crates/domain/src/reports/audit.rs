//! Who did what at the moderators' desk. Entries are only ever added, and each carries a hash over itself and the one before:
//! whoever changes one by other means breaks the chain from there on.

use aside_store::moderation::{self as store, Entry};
use aside_store::{Side, Tx};
use sha2::{Digest, Sha256};

use crate::operators::Moderator;
use crate::{Homeserver, Result};

/// Something that was done.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    /// A user id.
    pub(crate) actor: String,
    pub(crate) action: &'static str,
    pub(crate) report_num: Option<i64>,
    pub(crate) subject: Option<String>,
    pub(crate) detail: String,
}

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub num: i64,
    /// Milliseconds since 1970.
    pub ts: i64,
    pub actor: String,
    pub action: String,
    pub report_num: Option<i64>,
    pub subject: Option<String>,
    pub detail: String,
    pub hash: Vec<u8>,
    /// Whether the entry is what it was when it was written, and follows on the one before.
    pub intact: bool,
}

/// Adds an entry in the transaction that does what it says, so that there is neither without the other.
pub(super) async fn append(tx: &Tx<'_>, act: &Act, ts: i64) -> aside_store::Result<()> {
    let (num, before) = store::take(tx).await?;
    let mut entry = Entry {
        num,
        ts,
        actor: act.actor.clone(),
        action: act.action.to_owned(),
        report_num: act.report_num,
        subject: act.subject.clone(),
        detail: act.detail.clone(),
        hash: Vec::new(),
    };
    entry.hash = hash(&before, &entry);
    store::append(tx, &entry).await
}

/// As [`append`], where nothing else is written.
pub(crate) async fn note(hs: &Homeserver, act: Act) -> Result<()> {
    let now = hs.clock.now_ms();
    Ok(hs.store.write(Side::Named, async move |tx| append(tx, &act, now).await).await?)
}

fn hash(before: &[u8], entry: &Entry) -> Vec<u8> {
    let mut hash = Sha256::new();
    let numbers = [entry.num, entry.ts, entry.report_num.unwrap_or(0)].map(|number| number.to_string());
    let subject = entry.subject.as_deref().unwrap_or_default();
    let texts = [entry.actor.as_str(), entry.action.as_str(), subject, entry.detail.as_str()];
    let parts = numbers.iter().map(String::as_str).chain(texts).map(str::as_bytes);
    for part in std::iter::once(before).chain(parts) {
        // Lengths keep different parts from running into the same text.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// The trail after an entry, oldest first.
pub async fn audit_trail(
    hs: &Homeserver,
    _: &Moderator,
    after: i64,
    limit: usize,
) -> Result<Vec<AuditEntry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // The entry before the page tells what its first one follows on.
    let first = (after - 1).max(0);
    let found =
        hs.store.read(Side::Named, async move |tx| store::list(tx, first, limit.saturating_add(1)).await);
    let mut entries = Vec::new();
    let (mut before, mut num_before) = (Vec::new(), 0);
    for entry in found.await? {
        let intact = entry.num == num_before + 1 && entry.hash == hash(&before, &entry);
        (before, num_before) = (entry.hash.clone(), entry.num);
        if entry.num > after && i64::try_from(entries.len()).unwrap_or(i64::MAX) < limit {
            let Entry { num, ts, actor, action, report_num, subject, detail, hash } = entry;
            entries.push(AuditEntry { num, ts, actor, action, report_num, subject, detail, hash, intact });
        }
    }
    Ok(entries)
}
