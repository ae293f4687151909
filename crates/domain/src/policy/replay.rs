//! What another profile would have done, from the verdicts of the last days. They hold no text, so neither does this.

use std::collections::BTreeMap;

use aside_model::policy::{Inputs, Profile, decide};
use aside_store::{Side, budgets};

use crate::{Homeserver, Result, UserNum};

/// Verdicts read at once.
const PAGE: i64 = 1_000;

/// What came out of trying a profile on past verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    pub verdicts: u64,
    /// Verdicts whose inputs this program can't read, because another version wrote them.
    pub unreadable: u64,
    /// How many went from one action, by one rule, to another.
    pub changes: BTreeMap<Change, u64>,
}

/// One kind of difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub from: String,
    pub from_rule: String,
    pub to: String,
    pub to_rule: String,
}

/// Tries a profile on the verdicts since a time (milliseconds since 1970).
///
/// # Errors
/// [`crate::Error::Internal`].
pub async fn replay(hs: &Homeserver, profile: &Profile, since: i64) -> Result<Replayed> {
    let (mut after, mut replayed) = ((UserNum(0), 0), Replayed::default());
    loop {
        let page = hs
            .store
            .read(Side::Sweep, async move |tx| budgets::list_decisions(tx, since, after, PAGE).await)
            .await?;
        let Some(last) = page.last() else { return Ok(replayed) };
        after = (last.user, last.ts);
        for decision in page {
            replayed.verdicts += 1;
            let Ok(inputs) = serde_json::from_str::<Inputs>(&decision.inputs) else {
                replayed.unreadable += 1;
                continue;
            };
            let verdict = decide(profile, &inputs);
            let to = verdict.action.to_string();
            if to != decision.action {
                let to_rule = verdict.reasons.last().map_or("", |reason| reason.rule.as_str()).to_owned();
                let change = Change { from: decision.action, from_rule: decision.rule, to, to_rule };
                *replayed.changes.entry(change).or_default() += 1;
            }
        }
    }
}
