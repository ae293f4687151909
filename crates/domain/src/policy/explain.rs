//! "May I write to X, and why not?"

use std::sync::Arc;

use aside_model::policy::{Consent, Deed, Inputs, Profile, Verdict, decide};
use aside_store::{Side, budgets};
use ruma::UserId;

use super::admit::as_told;
use super::gather::{Pair, gather};
use crate::{Error, Homeserver, Result, UserNum, accounts};

const DAY_MS: i64 = 86_400_000;

/// A verdict that nothing was done for yet.
#[derive(Debug, Clone)]
pub struct Explained {
    pub profile: Arc<Profile>,
    pub verdict: Verdict,
    /// What the recipient has said so far; as far as the sender may know, where they are the one who asks.
    pub consent: Consent,
}

/// Explains what would happen if one person did something to another. `to_sender`: as the sender may know it, who isn't told of a
/// block or a silent refusal; otherwise as it is.
///
/// # Errors
/// [`Error::NotFound`] where there is no such person, [`Error::Invalid`] for oneself.
pub async fn explain(
    hs: &Homeserver,
    sender_id: &UserId,
    recipient_id: &UserId,
    deed: Deed,
    to_sender: bool,
) -> Result<Explained> {
    if sender_id == recipient_id {
        return Err(Error::invalid("user_id", "nobody writes to themself"));
    }
    let unknown = || Error::NotFound("user");
    let sender = accounts::find_user_num(hs, sender_id).await?.ok_or_else(unknown)?;
    let recipient = accounts::find_user_num(hs, recipient_id).await?.ok_or_else(unknown)?;
    let (profile, inputs) = gather(hs, Pair { sender, sender_id, recipient }, deed).await?;
    let inputs = with_counts(hs, sender, inputs).await?;
    let inputs = if to_sender && hides(&profile, &inputs) { as_told(&inputs) } else { inputs };
    let verdict = decide(&profile, &inputs);
    let verdict = if to_sender { verdict.for_sender() } else { verdict };
    Ok(Explained { verdict, consent: inputs.consent, profile })
}

/// Whether the sender isn't told what the recipient did.
fn hides(profile: &Profile, inputs: &Inputs) -> bool {
    inputs.blocked_by_recipient || inputs.restricted || !profile.decline.notify_sender
}

async fn with_counts(hs: &Homeserver, sender: UserNum, inputs: Inputs) -> Result<Inputs> {
    if !hs.settings.rate_limits {
        return Ok(inputs);
    }
    let now = hs.clock.now_ms();
    let reports = super::admit::reports_on(hs, sender).await?;
    let trust_from = super::admit::trust_from(hs, sender).await?;
    let counted = hs
        .store
        .read(Side::User(sender), async move |tx| budgets::count(tx, sender, now - DAY_MS, trust_from).await)
        .await?;
    Ok(Inputs {
        new_threads_24h: counted.threads,
        earned: counted.answered,
        blocks_24h: counted.blocked,
        reports,
        ..inputs
    })
}
