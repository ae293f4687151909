//! What is known of two people, as a verdict looks at it.

use std::sync::Arc;

use aside_model::policy::{Condition, Conditions, Consent, Deed, Inputs, Profile};
use aside_store::{Side, requests};
use futures_util::future::{try_join, try_join3};
use ruma::UserId;

use crate::account_data::ignored;
use crate::relations::{self, Between, Direction, Facts, RelationKind, facts};
use crate::{Homeserver, Result, UserNum, accounts, privacy};

/// Somebody who does something to somebody else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) sender: UserNum,
    pub(super) sender_id: &'a UserId,
    pub(super) recipient: UserNum,
}

/// Everything that a verdict may depend on, beside what is counted on the sender's side; and the rules of the recipient.
pub(super) async fn gather(hs: &Homeserver, pair: Pair<'_>, deed: Deed) -> Result<(Arc<Profile>, Inputs)> {
    let Pair { sender, sender_id, recipient } = pair;
    let profile = hs.policy_for(recipient).await?;
    let recipient_id = accounts::user_id(hs, recipient).await?;
    let mut inputs = Inputs {
        deed,
        blocked_by_recipient: ignored(hs, recipient).await?.contains(sender_id),
        blocked_by_sender: ignored(hs, sender).await?.contains(&recipient_id),
        ..Inputs::default()
    };
    let said = hs
        .store
        .read(Side::User(recipient), async move |tx| requests::find_consent(tx, recipient, sender).await)
        .await?;
    if let Some((state, ts)) = said {
        inputs.consent =
            Consent::ALL.iter().copied().find(|word| word.as_str() == state).unwrap_or(inputs.consent);
        if inputs.consent == Consent::Declined {
            inputs.since_declined_s = seconds_since(hs, ts);
        }
    }
    let (between, from, to) =
        try_join3(relations::between(hs, sender, recipient), facts(hs, sender), facts(hs, recipient)).await?;
    inputs.relation = conditions(&between, &from, &to)
        .when(Condition::RecipientWroteFirst, inputs.consent == Consent::Accepted);
    inputs.restricted = between.holds(RelationKind::Restrict, Direction::Back);
    inputs.blocked_by_recipient |= between.holds(RelationKind::Block, Direction::Back);
    inputs.blocked_by_sender |= between.holds(RelationKind::Block, Direction::Forth);
    let (own, theirs) = try_join(privacy::settings(hs, sender), privacy::settings(hs, recipient)).await?;
    inputs.sender_opted_in = own.opted_in();
    inputs.recipient_opted_in = theirs.opted_in();
    inputs.recipient_dms_off = theirs.dms_off();
    inputs.recipient_setting = theirs.who_may_message;
    inputs.recipient_add_setting = theirs.who_may_add_to_groups;
    inputs.recipient_call_setting = theirs.who_may_call;
    inputs.since_match_s = between.matched_ms.map_or(0, |matched_ms| seconds_since(hs, matched_ms));
    inputs.sender_age = from.age_years;
    inputs.recipient_age = to.age_years;
    inputs.sender_account_age_s = seconds_since(hs, from.created_ms);
    Ok((profile, inputs))
}

/// What holds between a sender (`a` of the relations) and a recipient, in the profile's words.
fn conditions(between: &Between, sender: &Facts, recipient: &Facts) -> Conditions {
    use Direction::{Back, Forth};
    use RelationKind as Kind;
    let holds = |kind, direction| between.holds(kind, direction);
    Conditions::NONE
        .when(Condition::Verified, sender.verified)
        .when(Condition::OpenProfile, recipient.is_open)
        .when(Condition::FollowedByRecipient, holds(Kind::Follow, Back))
        .when(Condition::FollowsRecipient, holds(Kind::Follow, Forth))
        .when(Condition::MutualFollow, between.is_mutual(Kind::Follow))
        .when(Condition::Contact, holds(Kind::Contact, Back))
        .when(Condition::Connection, between.is_mutual(Kind::Connection))
        .when(Condition::SameGroup, between.shared_group)
        .when(Condition::SameOrg, between.same_org)
        .when(Condition::LikedPage, holds(Kind::PageLike, Back))
        .when(Condition::SenderLikedPage, holds(Kind::PageLike, Forth))
        .when(Condition::Matched, between.is_matched())
        .when(Condition::ListingOrOrder, between.has_deal())
        .when(Condition::Suggested, holds(Kind::Suggested, Forth) || holds(Kind::Suggested, Back))
        .when(Condition::PaidCredit, holds(Kind::PaidCredit, Forth))
}

pub(super) fn seconds_since(hs: &Homeserver, ts: i64) -> i64 {
    (hs.clock.now_ms() - ts).max(0) / 1000
}
